import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { newCopyName } from '#vessel/copies/copy-file.ts';
import { doCopyWork } from '#vessel/copies/do-copy-work.ts';

/** When a copy on a stick was made, ms since 1970. */
export const madeOnStick = Date.parse('2026-11-28T02:00:00.000Z');

/**
 * A copy as a second place has it, of a node that does not run.
 * @param directory of the node
 * @param stick where the stick is mounted
 * @returns path of the copy
 */
export function copyOnStick(directory: string, stick: string): string {
  const folder = join(stick, 'ARUS copies', 'polaris-k2m8');
  mkdirSync(folder, { recursive: true });
  const name = newCopyName('daily', madeOnStick);
  const made = doCopyWork(
    { do: 'make', database: join(directory, 'arus.db'), folder, name, kind: 'daily', at: madeOnStick },
    () => undefined,
  );
  if (!made.ok) throw new Error(made.reason);
  return join(folder, name);
}
