import { beforeEach, describe, expect, test, vi } from 'vitest';
import { asked, setCircumstances } from '#support/electron-stand-in/circumstances.ts';
import { BrowserWindow, trays } from '#support/electron-stand-in/electron.ts';
import { app, becomeReady } from '#support/electron-stand-in/lifecycle.ts';
import type * as electron from 'electron';
import { keepAtWork } from '../../../src/main/electron/tray.ts';

vi.mock('electron', () => import('#support/electron-stand-in/electron.ts'));

const log = { debug() {}, info() {}, warn: vi.fn<() => void>(), error() {} };
let window: BrowserWindow;

function open(platform: NodeJS.Platform): Promise<void> {
  window = new BrowserWindow({ x: 0, y: 0, width: 800, height: 600 });
  return keepAtWork({
    window: window as unknown as electron.BrowserWindow,
    title: 'MV Polaris – ARUS',
    platform,
    log,
  });
}
const names = (): string[] => asked.map(({ what }) => what);

beforeEach(() => {
  setCircumstances({} as never);
  becomeReady();
  app.removeAllListeners();
  app.on('window-all-closed', () => {});
  BrowserWindow.all = [];
  asked.length = 0;
  trays.length = 0;
  log.warn.mockClear();
});

describe('a window that is closed to the tray', () => {
  test('goes behind an icon on Windows, which brings it back and quits', async () => {
    await open('win32');
    window.close();
    expect(window.isDestroyed()).toBe(false);
    expect(names()).toContain('window.hide');
    const [tray] = trays;
    tray?.emit('click');
    expect(names().slice(-2)).toEqual(['window.show', 'window.focus']);
    expect(tray?.menu.map(({ label }) => label)).toEqual(['Open ARUS', undefined, 'Quit']);
    const quit = vi.spyOn(app, 'quit').mockImplementation(() => {});
    tray?.menu.at(-1)?.click?.();
    expect(quit).toHaveBeenCalledTimes(1);
    quit.mockRestore();
    app.emit('before-quit', {});
    window.close();
    expect(window.isDestroyed()).toBe(true);
  });

  test('closes as ever on Windows where there is no icon, which is told', async () => {
    vi.spyOn(app, 'getFileIcon').mockRejectedValueOnce(new Error('no icon'));
    await open('win32');
    expect(log.warn).toHaveBeenCalledTimes(1);
    window.close();
    expect(window.isDestroyed()).toBe(true);
  });

  test('is hidden on macOS and brought back by the Dock', async () => {
    await open('darwin');
    window.close();
    expect(names()).toContain('window.hide');
    app.emit('activate');
    expect(names().slice(-2)).toEqual(['window.show', 'window.focus']);
    expect(trays).toEqual([]);
  });

  test('is minimised on Linux, where a tray may not be seen', async () => {
    await open('linux');
    window.close();
    expect(names()).toContain('window.minimize');
    expect(names()).not.toContain('window.hide');
    expect(trays).toEqual([]);
  });
});
