import { BrowserWindow, app, dialog, nativeTheme, screen } from 'electron';
import type { Cancel, Environment } from '#shared/ports.ts';
import { startUrl } from './app-url.ts';
import { windowBackground, isDark } from './window-background.ts';
import {
  type WindowState,
  placeWindow,
  readWindowState,
  smallestWindow,
  themeColour,
  writeWindowState,
} from './window-state.ts';

export interface WindowOptions {
  title: string;
  /** The built preload script. */
  preload: string;
  /** Where place and ground of the window are kept. */
  stateFile: string;
  /** Picture for the task bar where the package does not bring it; null elsewhere. */
  icon: string | null;
  development: boolean;
  environment: Pick<Environment, 'after' | 'monotonic' | 'log'>;
}

const saveAfterMs = 1_000;
/** A page that loads tells the colour of its file first and that of the theme in use right after it. */
const groundSettlesMs = 50;
const showAfterMs = 3_000;
/** A page that falls over this often within `crashWindowMs` will do so again. */
const mostReloads = 3;
const crashWindowMs = 60_000;

/** Opens the one window, where and in the colour that it was last seen, and brings it back when its page dies. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { environment, stateFile, development } = options;
  const { log } = environment;
  let state: WindowState = readWindowState(stateFile);
  const ground = startingGround(state);

  const primary = screen.getPrimaryDisplay();
  const displays = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(
      state.bounds,
      [primary, ...displays].map(({ workArea }) => workArea),
    ),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    title: options.title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: ground,
    ...(options.icon === null ? {} : { icon: options.icon }),
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Chromium would fetch dictionaries from the Internet, over the ship's link.
      spellcheck: false,
      devTools: development,
    },
  });
  if (state.maximized === true) window.maximize();

  const keep = (change: Partial<WindowState>): void => {
    state = { ...state, ...change };
    try {
      writeWindowState(stateFile, state);
    } catch (error) {
      log.warn({ err: error, file: stateFile }, 'The place of the window could not be kept.');
    }
  };
  const keepPlace = (): void => keep({ bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  let cancelSave: Cancel = () => {};
  const keepPlaceSoon = (): void => {
    cancelSave();
    cancelSave = environment.after(saveAfterMs, () => {
      if (!window.isDestroyed()) keepPlace();
    });
  };
  window.on('resize', keepPlaceSoon);
  window.on('move', keepPlaceSoon);
  const keepPlaceNow = (): void => {
    cancelSave();
    keepPlace();
  };
  window.on('close', keepPlaceNow);
  // Windows logs its user off without closing windows.
  window.on('session-end', keepPlaceNow);

  let cancelGround: Cancel = () => {};
  window.webContents.on('did-change-theme-color', (_event, colour) => {
    const parsed = themeColour.safeParse(colour);
    cancelGround();
    if (!parsed.success) return;
    cancelGround = environment.after(groundSettlesMs, () => {
      if (window.isDestroyed()) return;
      window.setBackgroundColor(parsed.data);
      matchFrame(parsed.data);
      keep({ ground: parsed.data, frame: nativeTheme.themeSource });
    });
  });

  // It bears the ship's name, which the page's own title would take the place of.
  window.on('page-title-updated', (event) => event.preventDefault());
  showOnce(window, environment);
  window.webContents.on('did-fail-load', (_event, code, description, url) => {
    log.error({ code, description, url }, 'The page did not load.');
    window.show();
  });
  bringBack(window, environment);
  load(window, environment);
  return window;
}

/**
 * Shows the window when its page is painted, or loaded, or after `showAfterMs`, whichever comes first: under Wayland
 * the first of these is never told (electron#48859), and a page that hangs is no reason for a screen without a window.
 */
function showOnce(window: BrowserWindow, environment: WindowOptions['environment']): void {
  let shown = false;
  const show = (): void => {
    cancel();
    if (shown || window.isDestroyed()) return;
    shown = true;
    window.show();
  };
  const cancel = environment.after(showAfterMs, show);
  window.once('ready-to-show', show);
  window.webContents.once('did-finish-load', show);
}

/** What was last shown, unless it only followed the system's preference and that has changed since. */
function startingGround({ ground, frame }: WindowState): string {
  const usual = windowBackground(nativeTheme.shouldUseDarkColors);
  if (ground === undefined) return usual;
  if (frame === 'system' && nativeTheme.shouldUseDarkColors !== isDark(ground)) return usual;
  matchFrame(ground);
  return ground;
}

/** At night a white title bar is as bad as a white page. */
function matchFrame(ground: string): void {
  nativeTheme.themeSource = 'system';
  if (nativeTheme.shouldUseDarkColors !== isDark(ground)) {
    nativeTheme.themeSource = isDark(ground) ? 'dark' : 'light';
  }
}

function load(window: BrowserWindow, { log }: WindowOptions['environment']): void {
  window.loadURL(startUrl).catch((error: unknown) => log.error({ err: error }, 'The page did not load.'));
}

/** The vessel lives in another process and goes on: only the page has to come back. */
function bringBack(window: BrowserWindow, environment: WindowOptions['environment']): void {
  let deaths: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    environment.log.error({ reason, exitCode }, 'The process of the page ended.');
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const now = environment.monotonic();
    deaths = [...deaths.filter((at) => now - at < crashWindowMs), now];
    if (deaths.length <= mostReloads) {
      load(window, environment);
      return;
    }
    const question = {
      type: 'error',
      message: 'The screen keeps failing',
      detail: `What was saved before is not touched by this. The screen ended ${deaths.length} times within a minute (${reason}).`,
      buttons: ['Try again', 'Close ARUS'],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    } as const;
    void dialog
      .showMessageBox(window, { ...question, buttons: [...question.buttons] })
      .then(({ response }) => {
        deaths = [];
        if (response === 0) load(window, environment);
        // Closing a window may leave the app at work behind it.
        else app.quit();
      });
  });
  window.on('unresponsive', () => environment.log.warn({}, 'The page does not answer.'));
  window.on('responsive', () => environment.log.info({}, 'The page answers again.'));
}
