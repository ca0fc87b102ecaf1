/** Program: boots a built main file with `electron` replaced. Its one argument is the circumstances as JSON. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { type Circumstances, circumstances, setCircumstances } from './circumstances.ts';
import { type Command, carryOut } from './commands.ts';
import { becomeReady } from './lifecycle.ts';
import { windowsRefuses } from './windows-arguments.ts';

setCircumstances(JSON.parse(process.argv[2] ?? '') as Circumstances);
const { main, args, packaged, windows } = circumstances();
process.argv = packaged ? [process.execPath, ...args] : [process.execPath, '.', ...args];
// As Electron does: code -1, not a word, and no line of the app run.
if (windows === true && windowsRefuses(process.argv)) process.exit(255);

const standIn = new URL('electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});

process.on('message', ({ id, command }: { id: number; command: Command }) => {
  carryOut(command).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
// The one who drives the app has gone: nobody would end it.
process.on('disconnect', () => process.exit(99));

await import(pathToFileURL(main).href);
becomeReady();
