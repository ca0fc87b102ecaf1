import { app, dialog } from 'electron';
import { readText } from '#files/held-files.ts';
import { writeWhole } from '#files/whole-files.ts';
import type { Environment } from '#shared/ports.ts';
import { afterFailure, relaunches } from './relaunches.ts';

export interface CrashOptions {
  /** Where it is kept when the app last started again by itself. */
  file: string;
  /** Starts the app again once it has ended. */
  relaunch: () => void;
  environment: Pick<Environment, 'now' | 'randomBytes' | 'log'>;
}

/**
 * Takes every error that nobody caught: logs it under an id and starts the app again, since on a bridge nobody may be
 * there to press a button for hours. After three times within an hour a person is told instead, and the app ends.
 */
export function endOnUncaught({ file, relaunch, environment }: CrashOptions): void {
  const { log } = environment;
  let ending = false;
  const crash = (error: unknown): void => {
    const id = Buffer.from(environment.randomBytes(4)).toString('hex');
    if (ending) {
      log.error({ err: error, id }, 'The app failed once more while it ended.');
      return;
    }
    ending = true;
    const again = mayStartAgain(file, environment);
    log.error({ err: error, id, again }, `The app failed and ${again ? 'starts again' : 'ends'}.`);
    if (again) relaunch();
    else
      dialog.showErrorBox(
        'ARUS has to close',
        `It failed, and does not start again by itself. What was saved before is not touched by this. Start ARUS again; if this comes back, report error ${id}.`,
      );
    app.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
}

function mayStartAgain(file: string, { now, log }: CrashOptions['environment']): boolean {
  const kept = afterFailure(readRelaunches(file), now());
  if (kept === null) return false;
  try {
    writeWhole(file, `${JSON.stringify(kept)}\n`);
    return true;
  } catch (error) {
    // What cannot be counted could go on for ever.
    log.warn({ err: error, file }, 'It could not be kept that the app starts again.');
    return false;
  }
}

function readRelaunches(file: string): number[] {
  try {
    return relaunches.parse(JSON.parse(readText(file)));
  } catch {
    // None yet, or nothing that can be read.
    return [];
  }
}
