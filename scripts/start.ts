/**
 * Builds the desktop app and starts it, fetching Electron's binary once where it is missing. Where it cannot be
 * had, says why and serves the same screens to a browser, unless `--require-electron` asks to fail instead.
 * All other arguments go to the program that is started; `--help` lists them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { electronBinary } from './electron-binary.ts';
import { pathWithOurPrograms, projectRoot } from './run-step.ts';

const fetchingTakesMs = 120_000;
const required = '--require-electron';
const wanted = process.argv.slice(2);
const parameters = wanted.filter((parameter) => parameter !== required);

/** Runs a program in our terminal until it ends; returns its exit code. */
function run(program: string, ...rest: string[]): number {
  const { status } = spawnSync(program, rest, {
    cwd: projectRoot,
    stdio: 'inherit',
    env: { ...process.env, PATH: pathWithOurPrograms() },
  });
  return status ?? 1;
}

/** Electron's own installer, which its package no longer runs by itself; null when it worked, or why not. */
function fetchElectron(): string | null {
  console.log('Fetching Electron, once …');
  const installer = join(projectRoot, 'node_modules', 'electron', 'install.js');
  const { status, error, stderr } = spawnSync(process.execPath, [installer], {
    encoding: 'utf8',
    timeout: fetchingTakesMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return null;
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT')
    return 'the download took too long';
  const reason = stderr.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${status}`;
  return reason.trim();
}

let binary = electronBinary(process.env);
let reason = 'it is not where the environment says';
if (binary === null && process.env['ELECTRON_EXEC_PATH'] === undefined) {
  reason = fetchElectron() ?? reason;
  binary = electronBinary(process.env);
}

if (binary !== null) {
  const built = run('npm', 'run', '--silent', 'build');
  process.exitCode = built === 0 ? run(binary, projectRoot, ...parameters) : built;
} else if (wanted.includes(required)) {
  console.error(`Electron's binary is missing: ${reason}.`);
  process.exitCode = 1;
} else {
  console.log(`No Electron here (${reason}); serving the same screens to a browser.`);
  if (!existsSync(join(projectRoot, 'out', 'renderer', 'index.html'))) run('npm', 'run', '--silent', 'build');
  const usual = ['--data', '.arus', '--vessel', 'this-ship', '--port', '0'];
  const options = parameters.length > 0 ? parameters : usual;
  process.exitCode = run(process.execPath, join('src', 'main', 'station', 'vessel-program.ts'), ...options);
}
