import { EventEmitter } from 'node:events';
import { circumstances, record } from './circumstances.ts';
import { afterWindowClosed, app, cancellable, needReady, openWindows } from './lifecycle.ts';
import { schemeHandlers } from './network.ts';

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' };

export class StandInWebContents extends EventEmitter {
  private static last = 0;
  readonly id = (StandInWebContents.last += 1);
  openHandler: OpenHandler | null = null;
  url = '';
  destroyed = false;

  getURL(): string {
    return this.url;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    process.send?.({ sent: { channel, args } });
  }
}

interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = [];

  static getAllWindows(): BrowserWindow[] {
    return [...BrowserWindow.all];
  }

  readonly webContents = new StandInWebContents();
  private bounds: Bounds;
  private maximized = false;
  private minimized = false;

  constructor(options: Bounds & { show?: boolean }) {
    super();
    needReady('BrowserWindow');
    record('BrowserWindow', options);
    this.bounds = { x: options.x, y: options.y, width: options.width, height: options.height };
    BrowserWindow.all.push(this);
    openWindows.add(this);
    app.emit('browser-window-created', cancellable({}), this);
    app.emit('web-contents-created', cancellable({}), this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    record('window.loadURL', { url });
    this.webContents.url = url;
    const handler = schemeHandlers.get(new URL(url).protocol.slice(0, -1));
    const response = await handler?.(new Request(url));
    if (response?.ok !== true) {
      this.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', url);
      throw new Error(`ERR_FILE_NOT_FOUND loading ${url}`);
    }
    const page = await response.text();
    const colour = /<meta name="theme-color" content="([^"]*)"/.exec(page)?.[1] ?? null;
    this.webContents.emit('did-change-theme-color', {}, colour);
    this.tell(this, 'ready-to-show');
    this.tell(this.webContents, 'did-finish-load');
    record('window.loaded', { url });
    process.send?.({ loaded: url });
  }

  private tell(emitter: EventEmitter, event: 'ready-to-show' | 'did-finish-load'): void {
    if (circumstances().withheld?.includes(event) === true) return;
    record('window.told', { event });
    emitter.emit(event);
  }

  show(): void {
    record('window.show');
  }

  hide(): void {
    record('window.hide');
  }

  focus(): void {
    record('window.focus');
  }

  restore(): void {
    this.minimized = false;
    record('window.restore');
  }

  minimize(): void {
    this.minimized = true;
    record('window.minimize');
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  maximize(): void {
    this.maximized = true;
    record('window.maximize');
  }

  isMaximized(): boolean {
    return this.maximized;
  }

  setBounds(bounds: Bounds): void {
    this.bounds = bounds;
    this.emit('move');
    this.emit('resize');
  }

  getNormalBounds(): Bounds {
    return this.bounds;
  }

  setBackgroundColor(colour: string): void {
    record('window.setBackgroundColor', { colour });
  }

  isDestroyed(): boolean {
    return this.webContents.destroyed;
  }

  close(): void {
    const event = cancellable({});
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.webContents.destroyed = true;
    BrowserWindow.all = BrowserWindow.all.filter((window) => window !== this);
    openWindows.delete(this);
    this.emit('closed');
    afterWindowClosed();
  }
}

export const screen = {
  getPrimaryDisplay() {
    needReady('screen');
    const [primary] = circumstances().displays;
    return primary;
  },
  getAllDisplays() {
    needReady('screen');
    return circumstances().displays;
  },
};

let themeSource = 'system';

export const nativeTheme = {
  get shouldUseDarkColors(): boolean {
    return themeSource === 'system' ? circumstances().dark : themeSource === 'dark';
  },
  get themeSource(): string {
    return themeSource;
  },
  set themeSource(source: string) {
    themeSource = source;
    record('nativeTheme.themeSource', { source });
  },
};
