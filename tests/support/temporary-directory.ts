import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenTestsEnd } from './clean-up.ts';

const open = new Set<string>();

whenTestsEnd('directories', () => {
  for (const directory of open) removeDirectory(directory);
});

/** A new empty directory, removed when the tests end. `label` shows in its name. */
export function temporaryDirectory(label: string): string {
  const directory = mkdtempSync(join(tmpdir(), `arus-${label}-`));
  // Servers that will not run as root have to reach what lies inside.
  chmodSync(directory, 0o755);
  open.add(directory);
  return directory;
}

/** Removes a directory of `temporaryDirectory` and all in it. Safe to call twice. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  open.delete(directory);
}
