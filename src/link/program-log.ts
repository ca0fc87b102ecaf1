import { openSync, writeSync } from 'node:fs';
import pino from 'pino';
import type { LogLevel } from '#shared/log-level.ts';
import type { Log } from '#shared/ports.ts';
import { loggedError } from './logged-error.ts';

/** A pipe that nobody empties is tried so often, so many ms apart, before a line is let go. */
const attempts = 5;
const pauseMs = 2;

/**
 * A program's log: one JSON object a line on standard error, so that standard output stays for what the program
 * was asked to say, or appended to a file where no one sees that. Written at once, so that the last line before
 * a crash is there. Pass errors as `err`. A line that cannot be written, as on a full disk, is let go: no program ends
 * over its log. How many were is said with the next one that can be.
 */
export function programLog(program: string, level: LogLevel, file?: string): Log {
  return pino(
    {
      name: program,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: loggedError },
      redact: ['password', 'token', '*.password', '*.token'],
    },
    logDestination(program, file),
  );
}

function logDestination(program: string, file: string | undefined): pino.DestinationStream {
  const handle = file === undefined ? 2 : opened(file);
  let lost = 0;
  return {
    write(line) {
      if (lost > 0) {
        const told = { level: 40, time: new Date().toISOString(), name: program, lost };
        const text = JSON.stringify({ ...told, msg: 'lines of the log could not be written' });
        if (!isWritten(handle, `${text}\n`)) {
          lost += 1;
          return;
        }
        lost = 0;
      }
      if (!isWritten(handle, line)) lost += 1;
    },
  };
}

/** Standard error where the file cannot be had. */
function opened(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch {
    return 2;
  }
}

function isWritten(handle: number, text: string): boolean {
  let rest = Buffer.from(text);
  for (let attempt = 0; attempt < attempts;) {
    try {
      rest = rest.subarray(writeSync(handle, rest));
      if (rest.length === 0) return true;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return false;
      attempt += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    }
  }
  return false;
}
