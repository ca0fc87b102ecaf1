import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Folder of the checkout, absolute. */
export const projectRoot = join(import.meta.dirname, '..', '..');

/**
 * What `npm run vessel` or `npm run shore` tells Node before the program. Left to itself, V8 lets what nobody holds any
 * more lie until the heap is three times what is in use: 270 MB of memory while 100,000 changes drain instead of 200, for
 * the same time on the event loop.
 */
export function nodeFlagsOf(script: 'vessel' | 'shore'): string[] {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')));
  return (scripts[script] ?? '').split(' ').filter((word) => word.startsWith('--'));
}
