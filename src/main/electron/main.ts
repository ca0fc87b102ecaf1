import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { BrowserWindow, Menu, type OpenDialogOptions, app, dialog, session, shell } from 'electron';
import { tryBroker, wrongOption } from '#link/broker-trial.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { keepNewFilesPrivate, makePrivate } from '#link/private-files.ts';
import { needNoKeyring, tellWhoWeAre } from './chromium.ts';
import { closeInOrder } from './closing.ts';
import { endOnUncaught } from './crash.ts';
import { boundCrashDumps, keepCrashDumps } from './crash-dumps.ts';
import { logDeaths } from './deaths.ts';
import { tellFailedDownloads } from './downloads.ts';
import { requestRestoreByName } from '#vessel/copies/restore-request.ts';
import { usualOf } from './first-start.ts';
import { Installation } from './installation/installation.ts';
import { startAtBoot } from './installation/start-at-boot.ts';
import { type Pages, connectPages } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { type Options, readOptions, usage, withJoinedValues } from './options.ts';
import { giveFolder } from './own-folder.ts';
import { followPower } from './power.ts';
import { registerAppScheme, serveAppScheme } from './protocol.ts';
import { alreadyRunning, showOnSecondStart } from './second-start.ts';
import { guardContents, guardSession } from './security.ts';
import { type Settings, SettingsError, keptSettings, settingsOf } from './settings.ts';
import { keepAtWork } from './tray.ts';
import type { VesselStart } from './vessel/messages.ts';
import { forkVessel } from './vessel/utility-process.ts';
import { VesselHost } from './vessel/vessel-host.ts';
import { openWindow } from './window.ts';

/** Folder `out` of a build: `main`, `preload` and `renderer` lie in it. */
const built = dirname(import.meta.dirname);
const development = !app.isPackaged;
/** What of an installation's folder is ours, and nobody else's to read. */
const ownFiles = [
  'arus.json',
  'broker-',
  'vessel',
  'logs',
  'window-state.json',
  'crashes',
  'relaunches.json',
];

function titleOf(settings: Settings | null): string {
  return settings === null ? 'ARUS' : `${settings.name} – ARUS`;
}

/** Asks the person for a file in the system's own dialog; null where they chose none. */
async function pickFile(title: string, endings: readonly string[]): Promise<string | null> {
  const filters = [
    { name: title, extensions: [...endings] },
    { name: 'All files', extensions: ['*'] },
  ];
  const options: OpenDialogOptions = { title, filters, properties: ['openFile'] };
  const [window] = BrowserWindow.getAllWindows();
  const { canceled, filePaths } = await (window === undefined
    ? dialog.showOpenDialog(options)
    : dialog.showOpenDialog(window, options));
  return canceled ? null : (filePaths[0] ?? null);
}

/** Says why the app cannot run, where a person will see it however they started it. */
async function stop(title: string, sentence: string, exitCode: number): Promise<void> {
  process.stderr.write(`${title}: ${sentence}\n`);
  await app.whenReady();
  dialog.showErrorBox(title, sentence);
  app.exit(exitCode);
}

/** After the end of this process; an AppImage is started as such, since what is mounted of it goes with us. */
function relaunch(): void {
  const { APPIMAGE } = process.env;
  app.relaunch({
    args: withJoinedValues(process.argv.slice(1)),
    ...(APPIMAGE === undefined ? {} : { execPath: APPIMAGE }),
  });
}

async function run(home: string, options: Options, open: readonly string[]): Promise<void> {
  const logs = join(home, 'logs');
  const log = programLog('arus', options.logLevel, development ? undefined : join(logs, 'arus.log'));
  const environment = systemEnvironment(log);
  if (open.length > 0)
    log.warn({ open }, 'These files may be read by others, and that could not be changed.');

  endOnUncaught({ file: join(home, 'relaunches.json'), relaunch, environment });

  const settingsFile = join(home, 'arus.json');
  const { overrides } = options;
  const usual = usualOf(hostname());
  const settings = settingsOf({ file: settingsFile, kept: keptSettings(settingsFile), overrides, usual });
  const accelerated = settings?.hardwareAcceleration !== false;
  if (!accelerated) app.disableHardwareAcceleration();
  logDeaths({ onDeath: boundCrashDumps(join(home, 'crashes'), environment), accelerated, environment });
  await app.whenReady();
  let pages: Pages | null = null;
  const startWith = (given: Settings): VesselStart => ({
    settings: given,
    settingsFile,
    dataDirectory: join(home, 'vessel'),
    version: app.getVersion(),
    logLevel: options.logLevel,
    logFile: development ? null : join(logs, 'vessel.log'),
    restoreCopy: null,
  });
  const vessel = new VesselHost(
    // Before a person has said which ship this is, there is none to begin.
    settings === null ? null : startWith(settings),
    {
      fork: () => forkVessel(join(built, 'main', 'vessel-process-program.js'), log),
      environment,
      onEvent: (text) => pages?.tellEvent(text),
      onState: (state) => pages?.tellState(state),
    },
  );
  const installation = new Installation({
    file: settingsFile,
    overrides,
    usual,
    environment,
    pickFile,
    wrongOption,
    tryBroker: (broker, read, vesselId) => tryBroker(broker, read, { vesselId, environment }),
    startAtBoot: startAtBoot({
      app,
      platform: process.platform,
      program: process.env['APPIMAGE'] ?? process.execPath,
      args: options.data === null ? [] : [`--data=${options.data}`],
    }),
    whyIdIsSettled: () => vessel.whyIdIsSettled(),
    onSaved(saved, needsNewNode) {
      for (const window of BrowserWindow.getAllWindows()) window.setTitle(titleOf(saved));
      if (needsNewNode) vessel.restartWith(startWith(saved));
    },
  });
  pages = connectPages({
    vessel,
    installation,
    pages: () => BrowserWindow.getAllWindows().map(({ webContents }) => webContents),
    log,
  });
  if (options.restoreCopy !== null) {
    if (settings === null) throw new SettingsError('--restore-copy: no ship is set up on this computer yet.');
    requestRestoreByName(join(home, 'vessel'), options.restoreCopy, {
      vesselId: settings.vessel,
      by: 'Whoever started ARUS',
      at: environment.now(),
    });
  }
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
      openLinksTo: settings?.openLinksTo ?? [],
      openExternal: (url) => shell.openExternal(url),
      log,
    }),
  );
  app.on('window-all-closed', () => app.quit());
  const close = (): Promise<void> => {
    pages.end();
    return vessel.close();
  };
  showOnSecondStart(closeInOrder({ close, relaunch, log }));
  followPower(vessel, log);

  const title = titleOf(settings);
  const window = openWindow({
    title,
    preload: join(built, 'preload', 'preload.cjs'),
    stateFile: join(home, 'window-state.json'),
    development,
    icon: development ? join(built, '..', 'resources', 'icon.png') : null,
    environment,
  });
  if (settings?.closeToTray === true) void keepAtWork({ window, title, platform: process.platform, log });
  log.info({ vessel: settings?.vessel ?? null, version: app.getVersion(), home }, 'The app is up.');
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
  const open = makePrivate(home, ownFiles);
  app.setPath('userData', home);
  giveFolder('sessionData', join(home, 'screen'));
  keepCrashDumps(join(home, 'crashes'));
  tellWhoWeAre();
  needNoKeyring(process.platform);
  app.enableSandbox();
  registerAppScheme();
  // The first instance hears of this start and comes to the front.
  if (!app.requestSingleInstanceLock()) {
    process.stdout.write(`${alreadyRunning(home, Object.keys(options.overrides).length > 0)}\n`);
    app.exit(0);
    return;
  }
  await run(home, options, open);
}

start().catch((error: unknown) => {
  if (!(error instanceof SettingsError) && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  const sentence = error instanceof Error ? error.message : String(error);
  return stop('ARUS cannot start', sentence, error instanceof SettingsError ? 2 : 1);
});
