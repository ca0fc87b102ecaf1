import { EventEmitter } from 'node:events';
import { circumstances, record } from './circumstances.ts';
import type { WindowAct } from './commands.ts';
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

/** What happens to a window from without; no method of it, lest the app could call what Electron does not have. */
interface Happenings {
  /** Its page is there, for the first time or again. */
  loaded(url: string): void;
  failed(url: string, description: string): void;
  /** A person clicks into it, or elsewhere. */
  focused(focused: boolean): void;
}
const happenings = new WeakMap<BrowserWindow, Happenings>();

export function happeningsOf(window: BrowserWindow): Happenings {
  const found = happenings.get(window);
  if (found === undefined) throw new Error('A window that was never opened');
  return found;
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
  private focused = true;
  private wasReady = false;
  private loading: PromiseWithResolvers<void> | null = null;
  private readonly preload: string;

  constructor(options: Bounds & { show?: boolean; webPreferences?: { preload?: string } }) {
    super();
    needReady('BrowserWindow');
    record('BrowserWindow', options);
    this.bounds = { x: options.x, y: options.y, width: options.width, height: options.height };
    this.preload = options.webPreferences?.preload ?? '';
    happenings.set(this, {
      loaded: (url) => this.becomeLoaded(url),
      failed: (url, description) => this.becomeFailed(url, description),
      focused: (focused) => this.becomeFocused(focused),
    });
    BrowserWindow.all.push(this);
    openWindows.add(this);
    app.emit('browser-window-created', cancellable({}), this);
    app.emit('web-contents-created', cancellable({}), this.webContents);
    this.act({ act: 'bounds', bounds: this.bounds });
  }

  async loadURL(url: string): Promise<void> {
    record('window.loadURL', { url });
    this.webContents.url = url;
    if (circumstances().pageElsewhere === true) {
      this.loading = Promise.withResolvers<void>();
      this.act({ act: 'load', url, preload: this.preload });
      return this.loading.promise;
    }
    const handler = schemeHandlers.get(new URL(url).protocol.slice(0, -1));
    const response = await handler?.(new Request(url));
    if (response?.ok !== true) {
      this.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', url);
      throw new Error(`ERR_FILE_NOT_FOUND loading ${url}`);
    }
    const page = await response.text();
    const colour = /<meta name="theme-color" content="([^"]*)"/.exec(page)?.[1] ?? null;
    this.webContents.emit('did-change-theme-color', {}, colour);
    this.becomeLoaded(url);
  }

  private becomeLoaded(url: string): void {
    this.webContents.url = url;
    if (!this.wasReady) this.tell(this, 'ready-to-show');
    this.wasReady = true;
    this.tell(this.webContents, 'did-finish-load');
    record('window.loaded', { url });
    process.send?.({ loaded: url });
    this.loading?.resolve();
    this.loading = null;
  }

  private becomeFailed(url: string, description: string): void {
    this.webContents.emit('did-fail-load', {}, -2, description, url, true);
    this.loading?.reject(new Error(`${description} loading ${url}`));
    this.loading = null;
  }

  private becomeFocused(focused: boolean): void {
    if (focused === this.focused) return;
    this.focused = focused;
    this.emit(focused ? 'focus' : 'blur');
  }

  /** Told to who shows the page. */
  private act(act: WindowAct): void {
    if (circumstances().pageElsewhere === true) process.send?.({ window: act });
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

  setTitle(title: string): void {
    record('window.setTitle', { title });
  }

  focus(): void {
    record('window.focus');
    this.becomeFocused(true);
  }

  isFocused(): boolean {
    return this.focused;
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
    this.act({ act: 'bounds', bounds });
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
    this.act({ act: 'close' });
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
