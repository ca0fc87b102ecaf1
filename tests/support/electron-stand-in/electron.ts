/**
 * Stands in for the module `electron` when the built main file is booted under plain Node: it keeps what the app
 * asks for and answers as Electron's documentation says. What it does not have the app cannot use unnoticed: the
 * import or the call fails.
 */
import { EventEmitter } from 'node:events';
import { circumstances, record } from './circumstances.ts';

import { needNotReady, needReady } from './lifecycle.ts';

export { app } from './lifecycle.ts';
export { protocol, session } from './network.ts';
export { utilityProcess } from './utility-process.ts';
export { BrowserWindow, nativeTheme, screen } from './window.ts';

type CallHandler = (event: object, ...args: unknown[]) => unknown;
export const callHandlers = new Map<string, CallHandler>();

export const ipcMain = {
  handle(channel: string, handler: CallHandler): void {
    if (callHandlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    record('ipcMain.handle', { channel });
    callHandlers.set(channel, handler);
  },
  removeHandler(channel: string): void {
    callHandlers.delete(channel);
  },
};

interface MenuItem {
  label?: string;
  role?: string;
  click?: () => void;
  submenu?: MenuItem[];
}
let applicationMenu: readonly MenuItem[] = [];

export const Menu = {
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu(menu: readonly MenuItem[]): void {
    record('Menu.setApplicationMenu', menu);
    applicationMenu = menu;
  },
};

/** Chooses an entry of the menu by what stands on it. */
export function chooseFromMenu(label: string): void {
  const item = applicationMenu.flatMap(({ submenu }) => submenu ?? []).find((entry) => entry.label === label);
  if (item?.click === undefined) throw new Error(`The menu has no entry '${label}'`);
  item.click();
}

/** Paths that a person will choose, one a dialog; none: the dialog is left. */
const toBeChosen: string[] = [];

export function willChoose(paths: readonly string[]): void {
  toBeChosen.push(...paths);
}

export const dialog = {
  showOpenDialog(
    window: object,
    options: object = window,
  ): Promise<{ canceled: boolean; filePaths: string[] }> {
    record('dialog.showOpenDialog', options);
    const path = toBeChosen.shift();
    return Promise.resolve({ canceled: path === undefined, filePaths: path === undefined ? [] : [path] });
  },
  showErrorBox(title: string, content: string): void {
    record('dialog.showErrorBox', { title, content });
  },
  showMessageBox(window: object, options: object = window): Promise<{ response: number }> {
    record('dialog.showMessageBox', options);
    return Promise.resolve({ response: circumstances().pressedButton });
  },
};

/** Tells that the computer sleeps and wakes. */
export const powerMonitor = new EventEmitter();

export const crashReporter = {
  start(options: object): void {
    needNotReady('crashReporter.start');
    record('crashReporter.start', options);
  },
};

export const trays: Tray[] = [];

export class Tray extends EventEmitter {
  menu: readonly MenuItem[] = [];

  constructor(icon: object) {
    super();
    needReady('Tray');
    record('Tray', { icon });
    trays.push(this);
  }

  setToolTip(text: string): void {
    record('tray.setToolTip', { text });
  }

  setContextMenu(menu: readonly MenuItem[]): void {
    this.menu = menu;
  }

  destroy(): void {
    record('tray.destroy');
  }
}

export const shell = {
  openExternal(url: string): Promise<void> {
    record('shell.openExternal', { url });
    return Promise.resolve();
  },
  showItemInFolder(path: string): void {
    record('shell.showItemInFolder', { path });
  },
};
