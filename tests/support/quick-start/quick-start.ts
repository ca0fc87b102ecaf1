import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const hooks = pathToFileURL(join(import.meta.dirname, 'hooks.mjs')).href;
const compiled = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'compiled');

/**
 * What lets the programs that tests start begin their work in a third of the processor's time (0.6 s instead of 1.6):
 * compiled modules are kept, and one costly lookup is left out. Tests start some hundreds.
 */
export function quickStart(environment: NodeJS.ProcessEnv): Record<string, string> {
  const options = environment['NODE_OPTIONS'] ?? '';
  return {
    NODE_COMPILE_CACHE: environment['NODE_COMPILE_CACHE'] ?? compiled,
    NODE_OPTIONS: options.includes(hooks) ? options : `${options} --import=${hooks}`.trim(),
  };
}
