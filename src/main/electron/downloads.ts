import { type BrowserWindow, dialog, type Session } from 'electron';
import type { Log } from '#shared/ports.ts';

/** Tells a person of a file that was being saved and was not: a stick pulled out, a disk without room. */
export function tellFailedDownloads(
  session: Session,
  window: () => BrowserWindow | undefined,
  log: Log,
): void {
  session.on('will-download', (_event, item) => {
    item.once('done', (_done, state) => {
      if (state !== 'interrupted') return;
      const name = item.getFilename();
      const path = item.getSavePath();
      log.warn({ name, path }, 'A file could not be saved.');
      const words = {
        type: 'error',
        title: 'ARUS',
        message: `${name} was not saved`,
        detail: `It could not be written${path === '' ? '' : ` to ${path}`}. Check that the disk or stick is there and has room, and save it again.`,
      } as const;
      const over = window();
      void (over === undefined ? dialog.showMessageBox(words) : dialog.showMessageBox(over, words));
    });
  });
}
