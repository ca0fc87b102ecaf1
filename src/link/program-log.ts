import pino from 'pino';
import type { LogLevel } from '#shared/log-level.ts';
import type { Log } from '#shared/ports.ts';
import { loggedError } from './logged-error.ts';
import { rollingFile, writeText } from './rolling-file.ts';

/** Of a log in a file, which is then put aside; with the one before it some 10 MB. */
const mostBytes = 5_000_000;

/**
 * A program's log: one JSON object a line on standard error, so that standard output stays for what the program
 * was asked to say, or appended to a file where no one sees that, put aside past 5 MB. Written at once, so that the last line before
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
  let lost = 0;
  const say = (about: object, msg: string): string =>
    `${JSON.stringify({ level: 40, time: new Date().toISOString(), name: program, ...about, msg })}\n`;
  const into =
    file === undefined
      ? { write: (text: string) => writeText(2, text) }
      : rollingFile(file, mostBytes, (how, why) => {
          into.write(
            say({ how, err: loggedError(why) }, 'The log could not be put aside under another name.'),
          );
        });
  return {
    write(line) {
      if (lost > 0) {
        if (!into.write(say({ lost }, 'lines of the log could not be written'))) {
          lost += 1;
          return;
        }
        lost = 0;
      }
      if (!into.write(line)) lost += 1;
    },
  };
}
