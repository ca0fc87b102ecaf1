import { app, powerMonitor } from 'electron';
import type { Log } from '#shared/ports.ts';

/** What of the node has to know that the computer slept, wherever it runs. */
export interface Sleeper {
  /** The computer is awake again: the link is tried at once. */
  resumed(): void;
}

/** Tells the node when the computer wakes, and quits in order where the system says that it shuts down. */
export function followPower(node: Sleeper, log: Log): void {
  powerMonitor.on('suspend', () => log.info({}, 'The computer goes to sleep.'));
  powerMonitor.on('resume', () => {
    log.info({}, 'The computer is awake again.');
    node.resumed();
  });
  // Linux and macOS; Windows tells its windows (`session-end`).
  powerMonitor.on('shutdown', () => {
    log.info({}, 'The computer shuts down.');
    app.quit();
  });
}
