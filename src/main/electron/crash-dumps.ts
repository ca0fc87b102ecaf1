import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crashReporter } from 'electron';
import { removeFile } from '#files/held-files.ts';
import type { Environment } from '#shared/ports.ts';
import { giveFolder } from './own-folder.ts';
import { type Dump, tooMany } from './too-many-dumps.ts';

/** A dump is being written while its process is already told to be gone. */
const writtenAfterMs = 10_000;

/** Must run before the app is ready. Dumps stay on this computer: they hold what was in memory, and the link is paid for. */
export function keepCrashDumps(folder: string): void {
  giveFolder('crashDumps', folder);
  crashReporter.start({ uploadToServer: false });
}

/** Removes all but the newest dumps, now and after each death of a process. @returns what is called after one */
export function boundCrashDumps(
  folder: string,
  { after, log }: Pick<Environment, 'after' | 'log'>,
): () => void {
  const bound = (): void => {
    for (const file of tooMany(dumpsIn(folder)))
      try {
        removeFile(file);
      } catch (error) {
        log.warn({ err: error, file }, 'An old crash dump could not be removed.');
      }
  };
  bound();
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    after(writtenAfterMs, () => {
      waits = false;
      bound();
    });
  };
}

function dumpsIn(folder: string): Dump[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.dmp'))
      .flatMap((name) => {
        const file = join(folder, name);
        const info = statSync(file, { throwIfNoEntry: false });
        return info === undefined ? [] : [{ file, bytes: info.size, changedAt: info.mtimeMs }];
      });
  } catch {
    // There is no folder before the first dump.
    return [];
  }
}
