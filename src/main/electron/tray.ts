import { type BrowserWindow, Menu, Tray, app } from 'electron';
import type { Log } from '#shared/ports.ts';
import { comeToFront } from './second-start.ts';

export interface TrayOptions {
  window: BrowserWindow;
  /** Stands at the icon. */
  title: string;
  platform: NodeJS.Platform;
  log: Log;
}

/**
 * Keeps the app at work when its window is closed; quitting is what the menu does. On Windows the window goes behind an
 * icon in the notification area. On macOS it is hidden and the Dock brings it back. Elsewhere it is minimised: many
 * desktops of Linux show no such icon and say nothing of it, and nobody would find the window again.
 */
export async function keepAtWork({ window, title, platform, log }: TrayOptions): Promise<void> {
  let quitting = false;
  /** What takes the window from the screen in a way that a person finds back from. */
  let putAway: (() => void) | null = platform === 'win32' ? null : () => window.minimize();
  app.on('before-quit', () => (quitting = true));
  window.on('close', (event) => {
    if (quitting || putAway === null) return;
    event.preventDefault();
    putAway();
  });
  if (platform === 'darwin') {
    putAway = () => window.hide();
    app.on('activate', () => comeToFront(window));
  }
  if (platform !== 'win32') return;
  try {
    // The program's own icon.
    const tray = new Tray(await app.getFileIcon(process.execPath, { size: 'small' }));
    tray.setToolTip(title);
    tray.on('click', () => comeToFront(window));
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: 'Open ARUS', click: () => comeToFront(window) },
        { type: 'separator' },
        { label: 'Quit', click: () => app.quit() },
      ]),
    );
    // Held for as long as the app runs: a tray that nobody holds is collected and its icon goes.
    app.on('quit', () => tray.destroy());
    putAway = () => window.hide();
  } catch (error) {
    log.warn({ err: error }, 'There is no icon in the notification area; closing the window quits.');
  }
}
