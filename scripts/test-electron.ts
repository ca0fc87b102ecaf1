/** Runs the specs in a real Electron where its binary is present, and says so where it is not. */
import { existsSync } from 'node:fs';
import { electronBinary } from './electron-binary.ts';
import { runStep } from './run-step.ts';

const binary = electronBinary(process.env);
const specs = ['playwright', 'test', '--project=electron', ...process.argv.slice(2)] as const;
const hasScreen = process.platform !== 'linux' || (process.env['DISPLAY'] ?? '') !== '';
const virtualScreen = '/usr/bin/xvfb-run';

if (binary === null) {
  console.log('skipped: no Electron binary');
} else if (!hasScreen && !existsSync(virtualScreen)) {
  console.log('skipped: no screen for Electron; install the Debian package xvfb');
} else {
  const succeeded = await runStep({
    name: `specs in Electron (${binary})`,
    command: hasScreen ? specs : [virtualScreen, '-a', ...specs],
    environment: { ELECTRON_EXEC_PATH: binary },
  });
  if (!succeeded) process.exitCode = 1;
}
