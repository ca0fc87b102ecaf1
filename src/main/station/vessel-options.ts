import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type LogLevel, logLevels } from '#shared/log-level.ts';
import type { Qos } from '#shared/ports.ts';
import { deviceLimit, shipNameLimit, timeZoneName, wordsOf, wordsUpTo } from '#shared/domain/names.ts';
import { vesselId } from '#shared/sync/topics.ts';
import { isUsableToken, tokenRule } from './station-token.ts';

/** Kinds of messages whose delivery promise can be chosen. */
const messageKinds = ['telemetry', 'changes', 'presence'] as const;
export type QosByKind = Partial<Record<(typeof messageKinds)[number], Qos>>;

export interface VesselProgramOptions {
  data: string;
  vessel: string;
  name: string;
  device: string;
  timeZone: string;
  /** Null for a node that never uses a link. */
  broker: ({ mqtt: string } & z.infer<typeof brokerFiles>) | null;
  qos: QosByKind;
  port: number;
  /** Null to use the one kept in the data directory, or in the file. */
  token: string | null;
  tokenFile: string | null;
  page: string;
  logLevel: LogLevel;
  /** A copy to go back to at this start; null for none. */
  restoreCopy: string | null;
}

/** What is there when an option is left out. */
export interface VesselProgramDefaults {
  device: string;
  timeZone: string;
  page: string;
  version: string;
}

/** Where help and complaints are written. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

/** The program ends here: help was shown (0), or a sentence about a wrong option was written (2). */
export class ProgramEnd extends Error {
  readonly exitCode: 0 | 2;
  constructor(exitCode: 0 | 2) {
    super('The program ends before it has begun.');
    this.name = 'ProgramEnd';
    this.exitCode = exitCode;
  }
}

const usualPort = 4810;

const brokerFiles = z.object({
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  mqttUser: z.string().optional(),
  mqttPasswordFile: z.string().optional(),
});

const given = z.object({
  ...brokerFiles.shape,
  data: z.string().optional(),
  vessel: z.string().optional(),
  name: z.string().optional(),
  device: z.string(),
  timeZone: z.string(),
  mqtt: z.union([z.string(), z.literal(false)]).optional(),
  qos: z.partialRecord(z.enum(messageKinds), z.union([z.literal(0), z.literal(1), z.literal(2)])),
  port: z.number(),
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  page: z.string(),
  logLevel: z.enum(logLevels),
  restoreCopy: z.string().optional(),
});

/**
 * Reads the program's options from its arguments (without `node` and the file) and the environment.
 * @throws {ProgramEnd} once help or a sentence about what is missing or wrong has been written
 */
export function readVesselOptions(
  argv: readonly string[],
  defaults: VesselProgramDefaults,
  output: Output,
): VesselProgramOptions {
  const command = vesselCommand(defaults).configureOutput({ writeOut: output.out, writeErr: output.err });
  try {
    command.parse(argv, { from: 'user' });
    const options = given.parse(command.opts());
    const { data, vessel, mqtt } = options;
    if (data === undefined)
      missing(command, '--data DIR', "the folder of this vessel's database, e.g. --data ./vessel");
    if (vessel === undefined) missing(command, '--vessel ID', 'the id of the ship, e.g. --vessel MV-AURORA');
    if (mqtt === undefined) {
      const right =
        "the broker's address, e.g. --mqtt=mqtt://127.0.0.1:1883, or --no-mqtt for a node without a link";
      missing(command, '--mqtt=URL', right);
    }
    const { name = vessel, token = null, tokenFile = null, restoreCopy = null } = options;
    return {
      ...options,
      data,
      vessel,
      name,
      token,
      tokenFile,
      restoreCopy,
      broker: mqtt === false ? null : { ...options, mqtt },
    };
  } catch (error) {
    if (error instanceof CommanderError) throw new ProgramEnd(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
}

function missing(command: Command, option: string, right: string): never {
  command.error(`error: ${option} is missing: ${right}`);
}

function vesselCommand(defaults: VesselProgramDefaults): Command {
  return new Command('npm run vessel --')
    .description('Runs a vessel node without a window and serves its screens on this computer.')
    .version(defaults.version)
    .option('--data <dir>', "folder of this vessel's database; made when it is not there (required)")
    .option('--vessel <id>', 'id of the ship, e.g. MV-AURORA (required)', parseVesselId)
    .option('--name <name>', 'name of the ship (default: its id)', parseLine(shipNameLimit))
    .option(
      '--device <name>',
      'how this installation signs its changes',
      parseLine(deviceLimit),
      wordsOf(defaults.device, deviceLimit),
    )
    .option('--time-zone <zone>', "ship's time, e.g. Europe/Oslo", parseTimeZone, defaults.timeZone)
    .addOption(
      new Option('--mqtt <url>', 'the broker: mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS (required)').env(
        'MQTT_URL',
      ),
    )
    .option('--no-mqtt', 'never use a link')
    .option('--ca <file>', 'certificates (PEM) of the authorities to trust for the broker')
    .option('--cert <file>', 'own certificate (PEM) to show to the broker')
    .option('--key <file>', 'key (PEM) of that certificate')
    .option('--mqtt-user <name>', 'user at the broker')
    .option(
      '--mqtt-password-file <file>',
      'file with nothing but the password (also ARUS_MQTT_PASSWORD: itself)',
    )
    .addOption(
      new Option('--qos <kind=level>', `MQTT QoS by kind: ${messageKinds.join(', ')}; may be repeated`)
        .default({}, 'telemetry=0,changes=1,presence=1')
        .argParser(parseQos),
    )
    .addOption(
      new Option('--port <n>', 'port of the station host on 127.0.0.1; 0 for any free one')
        .env('PORT')
        .default(usualPort)
        .argParser(parsePort),
    )
    .addOption(
      new Option('--token <token>', 'what screens must show (default: kept in DIR/station-token)')
        .env('ARUS_STATION_TOKEN')
        .argParser(parseToken),
    )
    .option('--token-file <file>', 'file with nothing but that token')
    .option('--page <dir>', 'folder of the built page', defaults.page)
    .addOption(
      new Option('--log-level <level>', 'least to write to standard error')
        .choices(logLevels)
        .default('info'),
    )
    .option(
      '--restore-copy <name>',
      'go back to this checked copy of the database, or to the newest; what is here is kept',
    )
    .helpOption('--help', 'show this and end')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists every option)')
    .exitOverride();
}

function parseVesselId(text: string): string {
  const parsed = vesselId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
}

/** A name that ship and office can both store and show. */
function parseLine(most: number): (text: string) => string {
  const words = wordsUpTo(most);
  return (text) => {
    const parsed = words.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
  };
}

function parseTimeZone(text: string): string {
  const parsed = timeZoneName.safeParse(text);
  if (parsed.success) return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}

function parseToken(text: string): string {
  if (isUsableToken(text)) return text;
  throw new InvalidArgumentError(`A token has ${tokenRule}.`);
}

function parseQos(text: string, before: QosByKind): QosByKind {
  const right = `Give KIND=LEVEL, such as changes=2; kinds are ${messageKinds.join(', ')}, levels 0, 1 and 2.`;
  const chosen: QosByKind = { ...before };
  for (const part of text.split(',')) {
    const [name, level, ...rest] = part.split('=');
    const kind = messageKinds.find((known) => known === name);
    const qos = ([0, 1, 2] as const).find((known) => String(known) === level);
    if (kind === undefined || qos === undefined || rest.length > 0) throw new InvalidArgumentError(right);
    chosen[kind] = qos;
  }
  return chosen;
}
