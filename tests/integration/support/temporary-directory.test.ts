import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { startProgram } from '#support/processes.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';

test('a temporary directory is empty, its own, and gone when it is removed', () => {
  const first = temporaryDirectory('test');
  const second = temporaryDirectory('test');
  writeFileSync(join(first, 'file'), '');
  expect(second).not.toBe(first);
  removeDirectory(first);
  removeDirectory(first);
  expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
});

test('a temporary directory is gone when the process that made it has ended', async () => {
  const script = join(temporaryDirectory('test'), 'script.ts');
  const source = join(projectRoot, 'tests/support/temporary-directory.ts');
  writeFileSync(
    script,
    `import { temporaryDirectory } from ${JSON.stringify(source)};
     console.log('made ' + temporaryDirectory('test'));`,
  );
  const program = startProgram(process.execPath, [script]);
  await program.ended;
  const [, made = ''] = /made (.*)/.exec(program.output()) ?? [];
  expect(made).toContain('arus-test-');
  expect(existsSync(made)).toBe(false);
});
