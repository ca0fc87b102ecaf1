import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { startOurProgram, startProgram } from '#support/processes.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';

let directory: string;
let stubborn: string;
let obedient: string;

beforeAll(() => {
  directory = temporaryDirectory('processes');
  stubborn = join(directory, 'stubborn.mjs');
  writeFileSync(
    stubborn,
    `process.on('SIGTERM', () => console.log('no'));
     console.error('starting');
     console.log('listening on port 4711');
     setInterval(() => undefined, 1000);`,
  );
  obedient = join(directory, 'obedient.mjs');
  writeFileSync(obedient, `console.log(process.env.GREETING, process.cwd()); process.exitCode = 3;`);
});

function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

describe('a program beside the tests', () => {
  test('is waited for by a line it prints, and its output is kept', async () => {
    const program = startProgram(process.execPath, [stubborn]);
    const match = await program.line(/port (\d+)/);
    expect(match[1]).toBe('4711');
    expect(program.output()).toContain('starting');
    await program.kill();
  });

  test('gets environment and directory, and its exit code is told', async () => {
    const program = startProgram(process.execPath, [obedient], {
      environment: { GREETING: 'Ahoy' },
      directory,
    });
    await program.line(new RegExp(`^Ahoy ${directory}$`));
    expect(await program.ended).toEqual({ code: 3, signal: null });
  });

  test('that ends before the awaited line fails at once and shows what it printed', async () => {
    const program = startProgram(process.execPath, [obedient], { environment: { GREETING: 'Ahoy' } });
    await expect(program.line(/never/)).rejects.toThrow(/before it ended with 3:\nAhoy/);
  });

  test('that does not print the awaited line in time fails and shows what it printed', async () => {
    const program = startProgram(process.execPath, [stubborn]);
    await program.line(/listening/);
    await expect(program.line(/never/, 50)).rejects.toThrow(/within 50 ms:\n[^]*port 4711/);
    await program.kill();
  });

  test('that will not stop is killed', async () => {
    const program = startProgram(process.execPath, [stubborn]);
    await program.line(/listening/);
    expect(await program.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
    expect(program.output()).toContain('no');
    expect(program.isRunning).toBe(false);
  });

  test('is gone at once after kill -9', async () => {
    const program = startProgram(process.execPath, [stubborn]);
    await program.line(/listening/);
    expect(await program.kill()).toEqual({ code: null, signal: 'SIGKILL' });
    expect(isAlive(program.pid)).toBe(false);
  });

  test('does not outlive tests that are killed themselves', async () => {
    const tests = join(directory, 'tests.ts');
    writeFileSync(
      tests,
      `import { startProgram } from ${JSON.stringify(join(projectRoot, 'tests/support/processes.ts'))};
       const program = startProgram(process.execPath, [${JSON.stringify(stubborn)}]);
       await program.line(/listening/);
       console.log('child ' + program.pid);`,
    );
    const outer = startProgram(process.execPath, [tests]);
    const child = Number((await outer.line(/child (\d+)/))[1]);
    expect(isAlive(child)).toBe(true);
    await outer.kill();
    await until('the child ending with its parent', () => !isAlive(child));
  });

  test('of our own runs on the Node of the tests, without a build', async () => {
    const program = startOurProgram('scripts/test-electron.ts', [], {
      environment: { ELECTRON_EXEC_PATH: join(directory, 'no-such-electron') },
    });
    await program.line(/^skipped: no Electron binary$/);
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });
});
