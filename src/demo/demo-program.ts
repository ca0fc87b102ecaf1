/** `npm run demo`: a ship and its office on this computer, and a link between them that can be cut. */
import { createInterface } from 'node:readline';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { StationCallError } from './ask-station.ts';
import { commandHelp, parseCommand } from './commands.ts';
import { createDemo, type Demo } from './demo.ts';
import { DemoFolderError, takeDemoFolder } from './demo-folder.ts';
import { type DemoOptions, ProgramEnd, readDemoOptions } from './demo-options.ts';
import { openBrowser } from './open-browser.ts';
import { reusePort } from './reuse-port.ts';
import { ShoreError, startShoreProcess } from './shore-process.ts';
import { obtainElectron, VesselStartError } from './vessel-process.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function hasScreen(): boolean {
  if (process.platform !== 'linux') return true;
  const { DISPLAY = '', WAYLAND_DISPLAY = '' } = process.env;
  return DISPLAY !== '' || WAYLAND_DISPLAY !== '';
}

/** Electron's binary, or null once it was said why the board is shown in a browser. */
async function findElectron({ electron }: DemoOptions): Promise<string | null> {
  if (!electron) return null;
  const found = hasScreen()
    ? await obtainElectron(() => say('Fetching Electron, once …'))
    : { reason: 'there is no screen' };
  if ('binary' in found) return found.binary;
  say(`No Electron here (${found.reason}); the board is shown in a browser.`);
  return null;
}

/** A sentence for what a person can do something about; null for what is our fault. */
function sentenceOf(error: unknown): string | null {
  const ours = [DemoFolderError, ShoreError, VesselStartError, StationCallError];
  return error instanceof Error && ours.some((kind) => error instanceof kind) ? error.message : null;
}

async function start(options: DemoOptions): Promise<void> {
  const folder = takeDemoFolder(options.data, options.fresh);
  const environment = systemEnvironment(programLog('demo', 'warn'));
  const remembered = folder.recall();
  let demo: Demo | null = null;
  let isEnding = false;

  const end = async (code: number): Promise<void> => {
    // Whoever asks twice does not want to wait.
    if (isEnding) process.exit(1);
    isEnding = true;
    say('Ending …');
    await demo?.end();
    folder.release();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));

  const electron = await findElectron(options);
  const shore = await startShoreProcess(
    folder,
    options.officePort ?? (await reusePort(remembered.officePort)),
    environment,
  );
  folder.remember({ officePort: shore.officePort });
  void shore.child.ended.then(({ code, signal }) => {
    if (isEnding) return undefined;
    say(`The shore ended by itself (${signal ?? code}). ${folder.shoreLog} says why.`);
    return end(1);
  });
  demo = createDemo({
    folder,
    shore,
    environment,
    electron,
    boardPort: options.boardPort ?? (await reusePort(remembered.boardPort)),
    say,
    open: (address) => openBrowser(address, hasScreen()),
  });
  try {
    await demo.startVessel();
  } catch (error) {
    await demo.end();
    throw error;
  }
  say(`Office  ${shore.office}/`);
  say(`Type a command:\n${commandHelp()}`);
  if (options.open) await demo.run('open');
  await obey(demo, end);
}

/** Does what is typed. When nobody can type, it goes on until it is told to end. */
async function obey(demo: Demo, end: (code: number) => Promise<void>): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const command = parseCommand(line);
    if (command === 'quit') await end(0);
    else if (command === null) say(`There is no such command. These are:\n${commandHelp()}`);
    else
      await demo.run(command).catch((error: unknown) => {
        say(sentenceOf(error) ?? `That failed: ${String(error)}`);
      });
  }
}

try {
  await start(readDemoOptions(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd()));
} catch (error) {
  const sentence = sentenceOf(error);
  if (error instanceof ProgramEnd) process.exit(error.exitCode);
  const words = sentence ?? (error instanceof Error ? error.message : String(error));
  process.stderr.write(`The demo cannot start: ${words}\n`);
  process.exit(error instanceof DemoFolderError ? 2 : sentence === null ? 3 : 1);
}
