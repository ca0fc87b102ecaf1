import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asked, circumstances, record } from './circumstances.ts';

/** An event that its listeners may hold back. */
export function cancellable<T extends object>(
  fields: T,
): T & { defaultPrevented: boolean; preventDefault(): void } {
  return {
    ...fields,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
}

let ready = false;
const whenReady = Promise.withResolvers<void>();

export function needReady(what: string): void {
  if (!ready) throw new Error(`${what} cannot be used before the app is ready`);
}

export function needNotReady(what: string): void {
  if (ready) throw new Error(`${what} can only be used before the app is ready`);
}

/** Windows that are open; the app quits by closing them. */
export const openWindows = new Set<{ close(): void }>();

/** A quit that is under way closes the windows itself, and is not started a second time by the last of them. */
let quitting = false;

class StandInApp extends EventEmitter {
  private readonly paths = new Map<string, string>();

  get isPackaged(): boolean {
    return circumstances().packaged;
  }

  getVersion(): string {
    return circumstances().version;
  }

  getPath(name: string): string {
    const userData = this.paths.get('userData') ?? circumstances().userData;
    return name === 'userData' ? userData : (this.paths.get(name) ?? join(userData, name));
  }

  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error('Failed to set path');
    record('app.setPath', { name, path });
    this.paths.set(name, path);
  }

  enableSandbox(): void {
    needNotReady('app.enableSandbox');
    record('app.enableSandbox');
  }

  readonly commandLine = {
    appendSwitch(name: string, value?: string): void {
      needNotReady('app.commandLine');
      record('app.commandLine.appendSwitch', { name, value });
    },
  };

  disableHardwareAcceleration(): void {
    needNotReady('app.disableHardwareAcceleration');
    record('app.disableHardwareAcceleration');
  }

  setAppUserModelId(id: string): void {
    record('app.setAppUserModelId', { id });
  }

  /** Takes effect when the process has ended; the stand-in starts nothing. */
  relaunch(options?: object): void {
    record('app.relaunch', options);
  }

  getFileIcon(path: string, options?: object): Promise<object> {
    needReady('app.getFileIcon');
    record('app.getFileIcon', { path, options });
    return Promise.resolve({});
  }

  requestSingleInstanceLock(): boolean {
    record('app.requestSingleInstanceLock', { userData: this.getPath('userData') });
    return circumstances().first;
  }

  whenReady(): Promise<void> {
    return whenReady.promise;
  }

  private opensAtLogin = false;

  getLoginItemSettings(): { openAtLogin: boolean } {
    return { openAtLogin: this.opensAtLogin };
  }

  setLoginItemSettings(settings: { openAtLogin: boolean }): void {
    record('app.setLoginItemSettings', settings);
    this.opensAtLogin = settings.openAtLogin;
  }

  quit(): void {
    this.emit('before-quit', cancellable({}));
    quitting = true;
    for (const window of openWindows) window.close();
    quitting = false;
    if (openWindows.size > 0) return;
    const event = cancellable({});
    this.emit('will-quit', event);
    if (!event.defaultPrevented) this.exit(0);
  }

  exit(code: number): void {
    record('app.exit', { code });
    // Whoever drives the app reads what was asked to the end, then the process goes.
    process.send?.({ asked }, () => process.exit(code));
  }
}

export const app = new StandInApp();

/** Electron is ready once the main file has run to its end, awaits at its top included. */
export function becomeReady(): void {
  ready = true;
  app.emit('ready');
  whenReady.resolve();
}

export function afterWindowClosed(): void {
  if (quitting || openWindows.size > 0) return;
  if (app.listenerCount('window-all-closed') === 0) app.quit();
  else app.emit('window-all-closed');
}
