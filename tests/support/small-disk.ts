import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { whenTestsEnd } from './clean-up.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A disk of a few megabytes, real to everybody who uses it. */
export interface SmallDisk {
  readonly directory: string;
  /** Takes all room that is left, as another program would. */
  fill(): void;
  /** Gives it back. */
  free(): void;
  /** Lets nobody write to it any more, or lets them again. */
  setReadOnly(isReadOnly: boolean): void;
}

const mounted = new Set<string>();
whenTestsEnd('disks', () => {
  for (const directory of mounted) execFileSync('umount', ['--lazy', directory]);
  mounted.clear();
});

/** Null, with the reason printed, where this user may not mount one. */
export function smallDisk(megabytes: number): SmallDisk | null {
  const directory = temporaryDirectory('disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'arus-test', directory], {
      stdio: 'pipe',
    });
  } catch (error) {
    process.stdout.write(`Not tried: no disk can be mounted here (${String(error).split('\n')[0] ?? ''})\n`);
    return null;
  }
  mounted.add(directory);
  const filler = join(directory, 'filler');
  return {
    directory,
    fill() {
      const handle = openSync(filler, 'a');
      try {
        for (let size = 1_048_576; size >= 1; size = Math.floor(size / 2)) {
          const bytes = new Uint8Array(size);
          try {
            while (writeSync(handle, bytes) === size);
          } catch {
            // Less than this is left.
          }
        }
      } finally {
        closeSync(handle);
      }
    },
    free: () => rmSync(filler, { force: true }),
    setReadOnly: (isReadOnly) =>
      void execFileSync('mount', ['-o', `remount,${isReadOnly ? 'ro' : 'rw'}`, directory]),
  };
}
