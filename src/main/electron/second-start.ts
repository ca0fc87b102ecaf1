import { BrowserWindow, app } from 'electron';

/** What a second start says where whoever made it can read it. */
export function alreadyRunning(home: string, hasOptions: boolean): string {
  const unused = hasOptions ? ' The options given now are not used: quit it first.' : '';
  return `ARUS is running with ${home} already, and comes to the front; while it is still closing it starts again.${unused}`;
}

/** A second start brings the window of the first to the front, unless that is on its way out. */
export function showOnSecondStart(isClosing: () => boolean): void {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window !== undefined && !isClosing()) comeToFront(window);
  });
}

export function comeToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
