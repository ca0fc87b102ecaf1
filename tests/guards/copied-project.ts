import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '#support/project.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { patched } from '../simulation/planted/plant.ts';
import type { Guard } from './guard.ts';

/** A copy of the project's files as they are now, in which something may be taken out. */
export class CopiedProject {
  readonly directory = temporaryDirectory('guards');

  constructor() {
    for (const file of projectFiles()) {
      const to = join(this.directory, file);
      mkdirSync(dirname(to), { recursive: true });
      copyFileSync(join(projectRoot, file), to);
    }
    symlinkSync(join(projectRoot, 'node_modules'), join(this.directory, 'node_modules'), 'dir');
  }

  /**
   * Takes a guard out while `action` runs, and puts it back.
   * @throws where a text to be replaced is not there exactly once
   */
  async without<T>({ patches }: Guard, action: () => Promise<T>): Promise<T> {
    const files = [...new Set(patches.map(({ file }) => file))];
    const texts = files.map((file) => {
      const source = readFileSync(join(projectRoot, file), 'utf8');
      return {
        file,
        source,
        changed: patches.filter((patch) => patch.file === file).reduce(patched, source),
      };
    });
    try {
      for (const { file, changed } of texts) writeFileSync(join(this.directory, file), changed);
      return await action();
    } finally {
      for (const { file, source } of texts) writeFileSync(join(this.directory, file), source);
    }
  }

  remove(): void {
    removeDirectory(this.directory);
  }
}

/** Those under version control, and new ones that are to be. */
function projectFiles(): string[] {
  return execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'],
    {
      cwd: projectRoot,
      encoding: 'utf8',
    },
  )
    .split('\0')
    .filter((file) => file !== '');
}
