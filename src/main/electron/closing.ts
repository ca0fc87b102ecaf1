import { BrowserWindow, app } from 'electron';
import type { Log } from '#shared/ports.ts';

export interface ClosingOptions {
  /** Closes everything behind the windows, the node among it, within 5 s: Windows gives no more at log-off. */
  close: () => Promise<void>;
  /** Starts the app again once it has ended. */
  relaunch: () => void;
  log: Log;
}

/**
 * Ends the app in order, once, whatever asks for it: the last window, a menu, or Windows, which logs its user off
 * without `will-quit`. A start meanwhile waits for the end and then opens.
 * @returns whether it has begun
 */
export function closeInOrder({ close, relaunch, log }: ClosingOptions): () => boolean {
  let begun = false;
  let wantedAgain = false;
  const end = (): void => {
    if (begun) return;
    begun = true;
    const exit = (): void => {
      if (wantedAgain) relaunch();
      app.exit(0);
    };
    close().then(exit, (error: unknown) => {
      log.error({ err: error }, 'The app did not close cleanly.');
      exit();
    });
  };
  app.on('will-quit', (event) => {
    event.preventDefault();
    end();
  });
  app.on('second-instance', () => {
    if (!begun) return;
    log.info({}, 'ARUS was started while it closed, and starts again when it has.');
    wantedAgain = true;
  });
  const onWindow = (window: BrowserWindow): void => {
    // Windows waits for the answer to this and may end the program at any moment after it.
    window.on('session-end', ({ reasons }) => {
      log.info({ reasons }, 'The person is logged off, or the computer shuts down.');
      end();
    });
  };
  app.on('browser-window-created', (_event, window) => onWindow(window));
  for (const window of BrowserWindow.getAllWindows()) onWindow(window);
  return () => begun;
}
