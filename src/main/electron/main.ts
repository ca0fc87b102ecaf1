import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { BrowserWindow, Menu, app, dialog, session, shell } from 'electron';
import { ConfigurationError, brokerConfiguration, brokerName } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { readGateway } from '#link/network-gateway.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { linkCodec } from '#link/link-codec.ts';
import { ownKeys, OwnKeysError } from '#link/own-keys.ts';
import { parcelCrypto } from '#link/parcel-crypto.ts';
import { keepNewFilesPrivate, makePrivate } from '#link/private-files.ts';
import type { Environment, OpenLink } from '#shared/ports.ts';
import { watchHost } from '#vessel/figures/host-reading.ts';
import { StartFailure } from '#vessel/start-failure.ts';
import { type VesselNode, openVesselNode } from '#vessel/vessel-node.ts';
import { tellFailedDownloads } from './downloads.ts';
import { localVessel } from './first-start.ts';
import { connectPages } from './ipc.ts';
import { beginLogFile } from './log-file.ts';
import { menuTemplate } from './menu.ts';
import { type Options, readOptions, usage } from './options.ts';
import { registerAppScheme, serveAppScheme } from './protocol.ts';
import { refusedLink } from './refused-link.ts';
import { guardContents, guardSession } from './security.ts';
import { type Settings, SettingsError, readSettings } from './settings.ts';
import { openWindow } from './window.ts';

/** Folder `out` of a build: `main`, `preload` and `renderer` lie in it. */
const built = dirname(import.meta.dirname);
const development = !app.isPackaged;
const closingTakesMs = 5_000;

/** Says why the app cannot run, where a person will see it however they started it. */
async function stop(title: string, sentence: string, exitCode: number): Promise<void> {
  process.stderr.write(`${title}: ${sentence}\n`);
  await app.whenReady();
  dialog.showErrorBox(title, sentence);
  app.exit(exitCode);
}

function link(
  settings: Settings,
  file: string,
  environment: Environment,
): { openLink: OpenLink | null; broker: string | null } {
  const { mqtt } = settings;
  if (mqtt === null) return { openLink: null, broker: null };
  try {
    const mqttPassword = process.env['ARUS_MQTT_PASSWORD'];
    const configuration = brokerConfiguration({ ...settings, mqtt, mqttPassword });
    return { openLink: mqttLink(configuration, environment), broker: brokerName(configuration) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    // The crew can work without shore; they cannot without their records.
    environment.log.error({ option: error.option }, error.message);
    const explanation = `${error.message}. Put it right in ${file} and start ARUS again.`;
    return { openLink: refusedLink(explanation), broker: null };
  }
}

function openNode(settings: Settings, home: string, environment: Environment): VesselNode {
  const { openLink, broker } = link(settings, join(home, 'arus.json'), environment);
  return openVesselNode(
    {
      dataDirectory: join(home, 'vessel'),
      vesselId: settings.vessel,
      vesselName: settings.name,
      device: settings.device,
      timeZone: settings.timeZone,
      version: app.getVersion(),
      brokerName: broker,
      ...(settings.qos === undefined ? {} : { qos: settings.qos }),
    },
    {
      environment,
      openLink,
      codec: linkCodec,
      watchHost,
      readGateway: readGateway(process.platform),
      byHand: { crypto: parcelCrypto, keys: () => ownKeys(join(home, 'vessel'), environment) },
    },
  );
}

function closeInTime(node: VesselNode, environment: Environment): Promise<void> {
  return new Promise((resolve) => {
    environment.after(closingTakesMs, resolve);
    node
      .close()
      .catch((error: unknown) =>
        environment.log.error({ err: error }, 'The vessel node did not close cleanly.'),
      )
      .finally(resolve);
  });
}

async function run(home: string, options: Options): Promise<void> {
  const log = programLog(
    'arus',
    options.logLevel,
    development ? undefined : beginLogFile(join(home, 'logs')),
  );
  const environment = systemEnvironment(log);

  let node: VesselNode | null = null;
  const crash = (error: unknown): void => {
    // The disk's trouble is told on every screen; records can still be read.
    if (node?.livesWith(error) === true) return;
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
  const opened = openNode(settings, home, environment);
  node = opened;

  guardSession(session.defaultSession, log);
  tellFailedDownloads(session.defaultSession, () => BrowserWindow.getAllWindows()[0], log);
  serveAppScheme(join(built, 'renderer'));
  const pages = () => BrowserWindow.getAllWindows().map(({ webContents }) => webContents);
  const disconnect = connectPages({ vessel: opened, pages, log });
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
    disconnect();
    void closeInTime(opened, environment).then(() => app.exit(0));
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
  const understood =
    error instanceof SettingsError || error instanceof StartFailure || error instanceof OwnKeysError;
  if (!understood && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  const sentence = error instanceof Error ? error.message : String(error);
  return stop('ARUS cannot start', sentence, error instanceof SettingsError ? 2 : 1);
});
