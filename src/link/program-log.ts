import pino from 'pino';
import type { LogLevel } from '#shared/log-level.ts';
import type { Log } from '#shared/ports.ts';
import { loggedError } from './logged-error.ts';

/**
 * A program's log: one JSON object a line on standard error, so that standard output stays for what the program
 * was asked to say, or appended to a file where no one sees that. Written at once, so that the last line before
 * a crash is there. Pass errors as `err`.
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
    pino.destination({ dest: file ?? 2, sync: true }),
  );
}
