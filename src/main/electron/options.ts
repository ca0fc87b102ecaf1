import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type LogLevel, logLevels } from '#shared/log-level.ts';
import { SettingsError, optionName } from './settings.ts';

export interface Options {
  help: boolean;
  /** One folder for everything, absolute; null for those that the app chooses. */
  data: string | null;
  logLevel: LogLevel;
  /** A copy of the database to go back to at this start; null for none. */
  restoreCopy: string | null;
  /** Settings that go before those of the file. */
  overrides: Readonly<Record<string, string | boolean>>;
}

const text = ['vessel', 'name', 'device', 'timeZone', 'mqtt', 'mqttUser'] as const;
const paths = ['ca', 'cert', 'key', 'mqttPasswordFile'] as const;

export const usage = `Usage: arus [options]

The desktop app: the vessel's own node with its screen. Settings are kept in arus.json in the data
folder, which a first start writes; an option goes before the file for this one run. Give every value
with '=': Windows ends the app without a word when anything follows a value that looks like an address.

  --data=DIR                 one folder for everything (usual: the computer's for the ship, this account's own)
  --vessel=ID                this vessel's id: letters, digits, - and _, 2 to 40 of them
  --name=NAME                the ship's name
  --device=NAME              what this computer signs its changes with
  --time-zone=ZONE           ship's time zone, an IANA name
  --mqtt=URL                 the broker: mqtt://HOST[:PORT], or mqtts://HOST[:PORT] for TLS
  --mqtt-user=NAME           who we are to the broker
  --mqtt-password-file=FILE  file with nothing but the password
  --ca=FILE                  certificates (PEM) of the authorities to trust
  --cert=FILE, --key=FILE    our own certificate and key (PEM)
  --no-hardware-acceleration draws without the graphics card, where that fails
  --log-level=LEVEL          ${logLevels.join(', ')} (usual: info)
  --restore-copy=NAME        go back to this checked copy of the database, or to the newest
  --help                     this page
`;

const unaccelerated = 'no-hardware-acceleration';
const valued = [...text, ...paths, 'data', 'logLevel', 'restoreCopy'];

/**
 * The same arguments with each of our values behind its option's '='. Electron for Windows ends before any of our code
 * runs when an argument follows one that begins like `word:`, unless `--` came before (`CheckCommandLineArguments` in
 * its command_line_args.cc): a broker, and also a name such as 'Bridge:2'.
 */
export function withJoinedValues(argv: readonly string[]): string[] {
  const names = valued.map(optionName);
  const joined: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const [argument = '', value] = argv.slice(at, at + 2);
    if (argument === '--') return [...joined, ...argv.slice(at)];
    const isSplit = names.includes(argument) && value !== undefined && !value.startsWith('-');
    joined.push(isSplit ? `${argument}=${value}` : argument);
    if (isSplit) at += 1;
  }
  return joined;
}

/**
 * Takes the program's arguments and the folder it was started in. Options that are not ours are left to
 * Chromium, which takes its own from the same line.
 * @throws {SettingsError} naming an option without a value.
 */
export function readOptions(argv: readonly string[], folder: string): Options {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      [unaccelerated]: { type: 'boolean' },
      ...Object.fromEntries(valued.map((name) => [optionName(name).slice(2), { type: 'string' } as const])),
    },
  });
  const given = new Map<string, string>();
  for (const name of valued) {
    const value = values[optionName(name).slice(2)];
    if (value === undefined) continue;
    if (typeof value !== 'string' || value === '') {
      throw new SettingsError(
        `${optionName(name)} needs a value, as ${optionName(name)}=…; --help lists the options.`,
      );
    }
    given.set(name, paths.some((path) => path === name) ? resolve(folder, value) : value);
  }
  const data = given.get('data');
  const level = given.get('logLevel') ?? 'info';
  const logLevel = logLevels.find((known) => known === level);
  if (logLevel === undefined) {
    throw new SettingsError(`--log-level: one of ${logLevels.join(', ')}; '${level}' is none of them.`);
  }
  given.delete('data');
  given.delete('logLevel');
  const restoreCopy = given.get('restoreCopy') ?? null;
  given.delete('restoreCopy');
  return {
    help: values['help'] === true,
    data: data === undefined ? null : resolve(folder, data),
    logLevel,
    restoreCopy,
    overrides: {
      ...Object.fromEntries(given),
      ...(values[unaccelerated] === true ? { hardwareAcceleration: false } : {}),
    },
  };
}
