import { mkdirSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { BrowserWindow, Menu, type OpenDialogOptions, app, dialog, session, shell } from 'electron';
import { accountName } from '#link/account.ts';
import { tryBroker, wrongOption } from '#link/broker-trial.ts';
import { readFromDisk } from '#link/configuration.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { keepNewFilesPrivate, makePrivate } from '#link/private-files.ts';
import { brokerReader } from './broker-reader.ts';
import { needNoKeyring, tellWhoWeAre } from './chromium.ts';
import { closeInOrder } from './closing.ts';
import { endOnUncaught } from './crash.ts';
import { boundCrashDumps, keepCrashDumps } from './crash-dumps.ts';
import { logDeaths } from './deaths.ts';
import { tellFailedDownloads } from './downloads.ts';
import type { Log } from '#shared/ports.ts';
import { BroughtCopy } from '#vessel/copies/brought-copy.ts';
import { requestRestoreByName } from '#vessel/copies/restore-request.ts';
import { lockDirectory } from '#vessel/store/directory-lock.ts';
import { usualOf } from './first-start.ts';
import { Installation } from './installation/installation.ts';
import { startAtBoot } from './installation/start-at-boot.ts';
import { type Pages, connectPages } from './ipc.ts';
import { menuTemplate } from './menu.ts';
import { type Options, readOptions, usage, withJoinedValues } from './options.ts';
import { giveFolder } from './own-folder.ts';
import { inheritRights } from './place/inherited-rights.ts';
import { type MovePorts, MoveError } from './place/move-ship.ts';
import { isNews, takeOwnAlong } from './place/own-files.ts';
import { type Places, placesOf } from './place/places.ts';
import { nodeFolder, privateNames, settingsName, shipNames } from './place/ship-files.ts';
import { type ShipPlace, givenPlace, settleShipPlace } from './place/ship-place.ts';
import { followPower } from './power.ts';
import { registerAppScheme, serveAppScheme } from './protocol.ts';
import { alreadyRunning, showOnSecondStart } from './second-start.ts';
import { guardContents, guardSession } from './security.ts';
import { type Settings, SettingsError, keptSettings, settingsOf } from './settings.ts';
import { keepAtWork } from './tray.ts';
import type { VesselStart } from './vessel/messages.ts';
import { besideInUtilityProcess, forkVessel } from './vessel/utility-process.ts';
import { VesselHost } from './vessel/vessel-host.ts';
import { openWindow } from './window.ts';

/** Folder `out` of a build: `main`, `preload` and `renderer` lie in it. */
const built = dirname(import.meta.dirname);
const development = !app.isPackaged;
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

function movePorts(log: Log): MovePorts {
  const { platform } = process;
  const settleRights = (folder: string, names: readonly string[]): void => {
    const left =
      platform === 'win32'
        ? inheritRights(process.env['SystemRoot'] ?? 'C:\\Windows', folder, names)
        : makePrivate(folder, names);
    if (left.length > 0) throw new Error(`The rights of ${left.join(', ')} could not be changed.`);
  };
  return { platform, account: accountName(), lock: lockDirectory, settleRights, log };
}

/** Readies the ship's folder to be worked in. @returns what others may read, and that could not be changed */
function openShipFolder({ folder, isShared }: ShipPlace): string[] {
  keepNewFilesPrivate(folder);
  // Made here, so that whoever works in them finds them for the group.
  if (isShared) for (const name of [nodeFolder, 'logs']) mkdirSync(join(folder, name), { recursive: true });
  return makePrivate(folder, shipNames);
}

/** After the end of this process; an AppImage is started as such, since what is mounted of it goes with us. */
function relaunch(): void {
  const { APPIMAGE } = process.env;
  app.relaunch({
    args: withJoinedValues(process.argv.slice(1)),
    ...(APPIMAGE === undefined ? {} : { execPath: APPIMAGE }),
  });
}

/** @param own this account's own folder */
async function run(own: string, places: Places, options: Options): Promise<void> {
  const logFile = join(own, 'logs', 'arus.log');
  const log = programLog('arus', options.logLevel, development ? undefined : logFile);
  const environment = systemEnvironment(log);
  endOnUncaught({ file: join(own, 'relaunches.json'), relaunch, environment });

  const place = options.data === null ? settleShipPlace(places, movePorts(log)) : givenPlace(options.data);
  const ship = place.folder;
  const open = [...makePrivate(own, privateNames), ...openShipFolder(place)];
  if (open.length > 0)
    log.warn({ open }, 'These files may be read by others, and that could not be changed.');
  const settingsFile = join(ship, settingsName);
  const { overrides } = options;
  const usual = usualOf(hostname());
  const { mqttPasswordFile } = overrides;
  const passwordFileOfThisRun = typeof mqttPasswordFile === 'string' ? mqttPasswordFile : null;
  const settings = settingsOf({ file: settingsFile, kept: keptSettings(settingsFile), overrides, usual });
  const accelerated = settings?.hardwareAcceleration !== false;
  if (!accelerated) app.disableHardwareAcceleration();
  logDeaths({ onDeath: boundCrashDumps(join(own, 'crashes'), environment), accelerated, environment });
  await app.whenReady();
  let pages: Pages | null = null;
  const startWith = (given: Settings): VesselStart => ({
    settings: given,
    settingsFile,
    isShared: place.isShared,
    passwordFileOfThisRun,
    dataDirectory: join(ship, nodeFolder),
    version: app.getVersion(),
    logLevel: options.logLevel,
    logFile: development ? null : join(ship, 'logs', 'vessel.log'),
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
  const copies = new BroughtCopy({
    directory: join(ship, nodeFolder),
    environment,
    beside: besideInUtilityProcess(join(built, 'main', 'copy-process-program.js'), log),
  });
  if (settings === null) copies.clear();
  const installation = new Installation({
    file: settingsFile,
    place: { folder: ship, isShared: place.isShared, note: place.note },
    overrides,
    usual,
    environment,
    pickFile,
    readBrokerFile: brokerReader({
      settingsFile,
      isShared: place.isShared,
      ofThisRun: passwordFileOfThisRun,
      fromDisk: readFromDisk,
    }),
    wrongOption,
    tryBroker: (broker, read, vesselId) => tryBroker(broker, read, { vesselId, environment }),
    startAtBoot: startAtBoot({
      app,
      platform: process.platform,
      program: process.env['APPIMAGE'] ?? process.execPath,
      args: options.data === null ? [] : [`--data=${options.data}`],
    }),
    whyIdIsSettled: () => vessel.whyIdIsSettled(),
    isInUseElsewhere: () => vessel.isInUseElsewhere,
    isFirstStart: () => vessel.state.phase === 'first-start',
    copies,
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
    requestRestoreByName(join(ship, nodeFolder), options.restoreCopy, {
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
    stateFile: join(own, 'window-state.json'),
    development,
    icon: development ? join(built, '..', 'resources', 'icon.png') : null,
    environment,
  });
  if (settings?.closeToTray === true) void keepAtWork({ window, title, platform: process.platform, log });
  if (place.news !== null && isNews(own, place.news))
    void dialog.showMessageBox(window, { type: 'info', title, message: place.news });
  log.info({ vessel: settings?.vessel ?? null, version: app.getVersion(), ship, own }, 'The app is up.');
}

async function start(): Promise<void> {
  const options = readOptions(process.argv.slice(1), process.cwd());
  if (options.help) {
    process.stdout.write(usage);
    app.exit(0);
    return;
  }
  const userData = app.getPath('userData');
  const places = placesOf(process.platform, process.env, { userData, home: homedir() });
  const own = options.data ?? places.own;
  keepNewFilesPrivate(own);
  mkdirSync(own, { recursive: true });
  if (options.data === null && own !== userData) takeOwnAlong(userData, own);
  app.setPath('userData', own);
  giveFolder('sessionData', join(own, 'screen'));
  keepCrashDumps(join(own, 'crashes'));
  tellWhoWeAre();
  needNoKeyring(process.platform);
  app.enableSandbox();
  registerAppScheme();
  // The first instance of this account hears of this start and comes to the front.
  if (!app.requestSingleInstanceLock()) {
    process.stdout.write(`${alreadyRunning(own, Object.keys(options.overrides).length > 0)}\n`);
    app.exit(0);
    return;
  }
  await run(own, places, options);
}

start().catch((error: unknown) => {
  const isForPeople = error instanceof SettingsError || error instanceof MoveError;
  if (!isForPeople && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  const sentence = error instanceof Error ? error.message : String(error);
  return stop('ARUS cannot start', sentence, error instanceof SettingsError ? 2 : 1);
});
