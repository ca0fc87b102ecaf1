/**
 * Finds Electron's binary, fetching it once where it is missing. Run by itself it prints the path, or exits 1 and
 * prints on standard error why there is none.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { electronBinary } from './electron-binary.ts';
import { projectRoot } from './run-step.ts';

/** A whole Electron over a slow office line; where there is no way to it at all, fetching fails within seconds. */
const fetchingTakesMs = 10 * 60_000;

/** Electron's own installer, which its package no longer runs by itself; null when it worked, or why not. */
function fetchElectron(): string | null {
  console.error('Fetching Electron, once …');
  const installer = join(projectRoot, 'node_modules', 'electron', 'install.js');
  const { status, error, stderr } = spawnSync(process.execPath, [installer], {
    encoding: 'utf8',
    timeout: fetchingTakesMs,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status === 0) return null;
  if (error !== undefined && 'code' in error && error.code === 'ETIMEDOUT') {
    return 'the download took too long';
  }
  const reason = stderr.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${status}`;
  return reason.trim();
}

/** The binary, or why there is none. */
export function obtainElectron(): { binary: string } | { reason: string } {
  const present = electronBinary(process.env);
  if (present !== null) return { binary: present };
  const named = process.env['ELECTRON_EXEC_PATH'];
  if (named !== undefined && named !== '') return { reason: 'there is no file at ELECTRON_EXEC_PATH' };
  const reason = fetchElectron();
  const fetched = electronBinary(process.env);
  return fetched === null ? { reason: reason ?? 'it was fetched and is not there' } : { binary: fetched };
}

if (import.meta.main) {
  const electron = obtainElectron();
  if ('binary' in electron) console.log(electron.binary);
  else {
    console.error(electron.reason);
    process.exitCode = 1;
  }
}
