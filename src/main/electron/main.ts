import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { BrowserWindow, Menu, app, dialog, session, shell } from 'electron';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { keepNewFilesPrivate, makePrivate } from '#link/private-files.ts';
import { tellFailedDownloads } from './downloads.ts';
import { localVessel } from './first-start.ts';
import { type Pages, connectPages } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { type Options, readOptions, usage } from './options.ts';
import { registerAppScheme, serveAppScheme } from './protocol.ts';
import { guardContents, guardSession } from './security.ts';
import { SettingsError, readSettings } from './settings.ts';
import { forkVessel } from './vessel/utility-process.ts';
import { VesselHost } from './vessel/vessel-host.ts';
import { openWindow } from './window.ts';

/** Folder `out` of a build: `main`, `preload` and `renderer` lie in it. */
const built = dirname(import.meta.dirname);
const development = !app.isPackaged;

/** Says why the app cannot run, where a person will see it however they started it. */
async function stop(title: string, sentence: string, exitCode: number): Promise<void> {
  process.stderr.write(`${title}: ${sentence}\n`);
  await app.whenReady();
  dialog.showErrorBox(title, sentence);
  app.exit(exitCode);
}

async function run(home: string, options: Options): Promise<void> {
  const logs = join(home, 'logs');
  const log = programLog('arus', options.logLevel, development ? undefined : join(logs, 'arus.log'));
  const environment = systemEnvironment(log);

  const crash = (error: unknown): void => {
    const id = Buffer.from(environment.randomBytes(4)).toString('hex');
    log.error({ err: error, id }, 'The app failed and ends.');
    dialog.showErrorBox(
      'ARUS has to close',
      `What was saved before is not touched by this. Start ARUS again; if this comes back, report error ${id}.`,
    );
    app.exit(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);

  const settingsFile = join(home, 'arus.json');
  const settings = readSettings({
    file: settingsFile,
    overrides: options.overrides,
    firstStart: localVessel(environment, hostname()),
  });
  await app.whenReady();
  let pages: Pages | null = null;
  const vessel = new VesselHost(
    {
      settings,
      settingsFile,
      dataDirectory: join(home, 'vessel'),
      version: app.getVersion(),
      logLevel: options.logLevel,
      logFile: development ? null : join(logs, 'vessel.log'),
    },
    {
      fork: () => forkVessel(join(built, 'main', 'vessel-process-program.js'), log),
      environment,
      onEvent: (text) => pages?.tellEvent(text),
      onState: (state) => pages?.tellState(state),
    },
  );
  pages = connectPages({
    vessel,
    pages: () => BrowserWindow.getAllWindows().map(({ webContents }) => webContents),
    log,
  });
  // It opens its database while the window opens.
  vessel.begin();

  guardSession(session.defaultSession, log);
  tellFailedDownloads(session.defaultSession, () => BrowserWindow.getAllWindows()[0], log);
  serveAppScheme(join(built, 'renderer'));
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate({
        platform: process.platform,
        development,
        showSettings: () => shell.showItemInFolder(settingsFile),
      }),
    ),
  );
  app.on('web-contents-created', (_event, contents) =>
    guardContents(contents, {
      openLinksTo: settings.openLinksTo ?? [],
      openExternal: (url) => shell.openExternal(url),
      log,
    }),
  );
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.show();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  let closing = false;
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (closing) return;
    closing = true;
    pages.end();
    void vessel.close().then(() => app.exit(0));
  });

  openWindow({
    title: `${settings.name} – ARUS`,
    preload: join(built, 'preload', 'preload.cjs'),
    stateFile: join(home, 'window-state.json'),
    development,
    icon: development ? join(built, '..', 'resources', 'icon.png') : null,
    environment,
  });
  log.info({ vessel: settings.vessel, version: app.getVersion(), home }, 'The app is up.');
}

async function start(): Promise<void> {
  const options = readOptions(process.argv.slice(1), process.cwd());
  if (options.help) {
    process.stdout.write(usage);
    app.exit(0);
    return;
  }
  const home = options.data ?? app.getPath('userData');
  keepNewFilesPrivate();
  mkdirSync(home, { recursive: true });
  makePrivate(home, ['arus.json', 'vessel', 'logs', 'window-state.json']);
  app.setPath('userData', home);
  app.setPath('sessionData', join(home, 'screen'));
  app.enableSandbox();
  registerAppScheme();
  // The first instance hears of this start and comes to the front.
  if (!app.requestSingleInstanceLock()) {
    app.exit(0);
    return;
  }
  await run(home, options);
}

start().catch((error: unknown) => {
  if (!(error instanceof SettingsError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  const sentence = error instanceof Error ? error.message : String(error);
  return stop('ARUS cannot start', sentence, error instanceof SettingsError ? 2 : 1);
});
