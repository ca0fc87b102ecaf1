import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { projectRoot } from '#support/project.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

/** A runner, a sample ship, a Chromium and the app start one after the other, beside whatever else runs. */
vi.setConfig({ testTimeout: 180_000 });

const fakeBinary = join(projectRoot, 'tests', 'support', 'electron-stand-in', 'binary', 'electron.ts');

/** Runs `npm run test:electron` with these further arguments; returns what it said and how it ended. */
async function testElectron(binary: string, args: string[]): Promise<{ code: number | null; said: string }> {
  const { NODE_OPTIONS: _ours, VITEST: _too, ...environment } = process.env;
  const program = spawn(process.execPath, [join(projectRoot, 'scripts', 'test-electron.ts'), ...args], {
    cwd: projectRoot,
    // The binary that stands in needs no screen; a real one would, and is not started without.
    env: { ...environment, DISPLAY: 'none', ELECTRON_EXEC_PATH: binary },
  });
  let said = '';
  program.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  program.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(program, 'close');
  return { code: program.exitCode, said };
}

test('specs in Electron are launched as Playwright launches Electron, and a screen’s spec passes, with a fake binary', async ({
  skip,
}) => {
  if (process.env['ARUS_FAKE_ELECTRON'] !== '1') {
    process.stdout.write(
      'Not tried: the fake binary now and then does not end when Playwright quits it; ARUS_FAKE_ELECTRON=1 tries it\n',
    );
    skip();
  }
  const output = ['--output', temporaryDirectory('fake-electron'), '--workers', '1'];
  const spec = ['screens/orders.spec.ts', '-g', 'is told which date and which hours'];
  const { code, said } = await testElectron(fakeBinary, [...spec, ...output]);
  expect(said).toContain('1 passed');
  expect(code).toBe(0);
});

test('specs in Electron fail where its binary ends at once', async () => {
  const output = ['--output', temporaryDirectory('no-electron'), '--workers', '1'];
  const spec = ['screens/orders.spec.ts', '-g', 'is told which date and which hours'];
  const { code, said } = await testElectron('/bin/false', [...spec, ...output]);
  expect(said).toContain('1 failed');
  expect(code).toBe(1);
});
