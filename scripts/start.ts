/**
 * Starts the desktop app from a checkout: builds it when its sources are newer, and fetches Electron's binary once
 * where it is missing. Where that cannot be had, says why and serves the same vessel's screens to a browser, unless
 * `--require-electron` asks to fail instead. `--no-build` takes the last build as it is. All other arguments are
 * the app's; `--help` lists them.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { usualOf } from '../src/main/electron/first-start.ts';
import { MoveError } from '../src/main/electron/place/move-ship.ts';
import { placesOf } from '../src/main/electron/place/places.ts';
import { standingShipPlace } from '../src/main/electron/place/ship-place.ts';
import { type Options, readOptions, usage, withJoinedValues } from '../src/main/electron/options.ts';
import { SettingsError, keptSettings, optionName, settingsOf } from '../src/main/electron/settings.ts';
import { ensureBuilt } from './built.ts';
import { obtainElectron } from './obtain-electron.ts';
import { pathWithOurPrograms, projectRoot } from './run-step.ts';

const required = '--require-electron';
const asBuilt = '--no-build';
const wanted = process.argv.slice(2);
const parameters = wanted.filter((parameter) => parameter !== required && parameter !== asBuilt);
/** Where the person stands; npm itself runs us in the project's folder. */
const standsIn = process.env['INIT_CWD'] ?? process.cwd();

/** Runs a program in our terminal until it ends, and ends it when we are told to; returns its exit code. */
function run(program: string, ...rest: string[]): Promise<number> {
  const child = spawn(program, rest, {
    cwd: standsIn,
    stdio: 'inherit',
    env: { ...process.env, PATH: pathWithOurPrograms() },
  });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGTERM', pass);
  // A terminal sends Ctrl+C to the child as well: we only have to outlive it.
  process.on('SIGINT', () => {});
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Where the desktop app has the ship, so that both ways of starting show the same one. */
function shipFolder(): string {
  const { APPDATA, XDG_CONFIG_HOME } = process.env;
  const home = homedir();
  const given: Partial<Record<NodeJS.Platform, string>> = {
    win32: APPDATA ?? join(home, 'AppData', 'Roaming'),
    darwin: join(home, 'Library', 'Application Support'),
  };
  const userData = join(given[process.platform] ?? XDG_CONFIG_HOME ?? join(home, '.config'), 'ARUS');
  return standingShipPlace(placesOf(process.platform, process.env, { userData, home }));
}

/** Runs the vessel node with the settings that the app would start with, its screens on loopback. */
function serveToBrowsers(options: Options): Promise<number> {
  const home = options.data ?? shipFolder();
  mkdirSync(home, { recursive: true });
  const file = join(home, 'arus.json');
  const { overrides } = options;
  const usual = usualOf(hostname());
  const settings = settingsOf({ file, kept: keptSettings(file), overrides, usual });
  if (settings === null) {
    console.log(
      'No ship is set up here: this is a ship to try things on, and what is entered stays on it. For your own, give ' +
        "--vessel=ID --name='SHIP’S NAME'.",
    );
  }
  const {
    mqtt,
    qos = {},
    openLinksTo: _,
    vesselBefore: __,
    hardwareAcceleration: ___,
    closeToTray: ____,
    ...named
  } = settings ?? { vessel: 'trial', name: 'Trial ship', mqtt: null, ...usual };
  return run(
    process.execPath,
    join(projectRoot, 'src', 'main', 'station', 'vessel-program.ts'),
    ...Object.entries(named).flatMap(([name, value = '']) => [optionName(name), value]),
    ...(mqtt === null ? ['--no-mqtt'] : ['--mqtt', mqtt]),
    ...Object.entries(qos).flatMap(([kind, level]) => ['--qos', `${kind}=${level}`]),
    '--data',
    join(home, settings === null ? 'trial' : 'vessel'),
    '--log-level',
    options.logLevel,
    '--port',
    '0',
  );
}

async function start(): Promise<number> {
  const options = readOptions(parameters, standsIn);
  if (options.help) {
    console.log(`${usage}\nFrom a checkout: npm start -- [options] [${required}] [${asBuilt}]`);
    return 0;
  }
  const electron = obtainElectron();
  if ('reason' in electron && wanted.includes(required)) {
    console.error(`Electron's binary is missing: ${electron.reason}.`);
    return 1;
  }
  if (!wanted.includes(asBuilt) && !(await ensureBuilt())) return 1;
  if ('binary' in electron) return run(electron.binary, projectRoot, ...withJoinedValues(parameters));
  console.log(`No Electron here (${electron.reason}); serving the same screens to a browser.`);
  return serveToBrowsers(options);
}

start().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    if (!(error instanceof SettingsError || error instanceof MoveError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  },
);
