import { isIP } from 'node:net';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { type LogLevel, logLevels } from '#shared/log-level.ts';
import type { Qos } from '#shared/ports.ts';
import { joinFile } from '#shared/installation/join-file.ts';
import { vesselId } from '#shared/sync/topics.ts';
import { isLoopback } from './api/access.ts';
import { databaseAddress, readAddress, type DatabaseAddress } from './database-address.ts';

export interface ShoreProgramOptions {
  database: DatabaseAddress;
  /** Whether the database's statements are prepared under names. */
  prepared: boolean;
  broker: { mqtt: string } & z.infer<typeof brokerFiles>;
  host: string;
  port: number;
  /** File with the hashes of API keys; null when none was named. */
  apiKeys: string | null;
  /** Name of the group of gateways that share the vessels' messages; null for a gateway on its own. */
  share: string | null;
  gateway: string;
  qos: { changes: Qos; presence: Qos };
  /** The vessels that may come in; null for every one that the broker lets in. */
  vessels: readonly string[] | null;
  requestsPerMinute: number;
  /** Sockets that one address may have open; undefined for the usual number. */
  connectionsPerAddress: number | undefined;
  /** Addresses of proxies whose word on where a request comes from is taken. */
  proxies: readonly string[];
  page: string;
  /** For the files with which ships join; null for what was not said. */
  joining: { office: string | null; broker: string | null; caFile: string | null };
  logLevel: LogLevel;
}

/** What a person wants of the program: to run it, or to have an API key made under a name. */
export type ShoreRequest = { run: ShoreProgramOptions } | { newApiKey: string };

/** What is there when an option is left out. */
export interface ShoreProgramDefaults {
  gateway: string;
  page: string;
  version: string;
  /** True when API keys come from the environment. */
  hasApiKeys: boolean;
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

const usualPort = 4820;
const usualRequests = 6_000;

/** Kinds of messages whose delivery promise can be chosen. */
const messageKinds = ['changes', 'presence'] as const;
type QosByKind = ShoreProgramOptions['qos'];
const usualQos: QosByKind = { changes: 1, presence: 1 };

const brokerFiles = z.object({
  ca: z.string().optional(),
  cert: z.string().optional(),
  key: z.string().optional(),
  mqttUser: z.string().optional(),
  mqttPasswordFile: z.string().optional(),
});

const given = z.object({
  ...brokerFiles.shape,
  database: z.string().optional(),
  databaseFile: z.string().optional(),
  prepared: z.boolean(),
  mqtt: z.string().optional(),
  host: z.string(),
  port: z.number(),
  apiKeys: z.string().optional(),
  newApiKey: z.string().optional(),
  share: z.string().optional(),
  gateway: z.string(),
  qos: z.record(z.enum(messageKinds), z.union([z.literal(0), z.literal(1), z.literal(2)])),
  vessels: z.array(z.string()).optional(),
  requests: z.number(),
  connections: z.number().optional(),
  proxy: z.array(z.string()).optional(),
  page: z.string(),
  office: z.string().optional(),
  shipsMqtt: z.string().optional(),
  shipsCa: z.string().optional(),
  logLevel: z.enum(logLevels),
});

/**
 * Reads the program's options from its arguments (without `node` and the file) and the environment.
 * @throws {ProgramEnd} once help or a sentence about what is missing or wrong has been written
 */
export function readShoreOptions(
  argv: readonly string[],
  defaults: ShoreProgramDefaults,
  output: Output,
): ShoreRequest {
  const command = shoreCommand(defaults).configureOutput({ writeOut: output.out, writeErr: output.err });
  try {
    command.parse(argv, { from: 'user' });
    const options = given.parse(command.opts());
    const { database, mqtt, newApiKey, requests, host } = options;
    if (newApiKey !== undefined) return { newApiKey };
    const { databaseFile } = options;
    if (database === undefined && databaseFile === undefined) {
      const right = 'where the records are kept, e.g. --database postgres://arus@127.0.0.1/arus';
      missing(command, '--database URL', right);
    }
    if (mqtt === undefined) {
      missing(command, '--mqtt URL', "the broker's address, e.g. --mqtt mqtt://127.0.0.1:1883");
    }
    if (!isLoopback(host) && options.apiKeys === undefined && !defaults.hasApiKeys) {
      command.error(
        `error: --host ${host} can be reached by other computers, so API keys are needed: --api-keys FILE or ARUS_API_KEYS (make one with --new-api-key NAME), or --host 127.0.0.1`,
      );
    }
    const { apiKeys = null, share = null, vessels = null } = options;
    const address = databaseAddress(
      command,
      databaseFile === undefined ? (database ?? '') : readAddress(command, databaseFile),
    );
    return {
      run: {
        ...options,
        database: address,
        broker: { ...options, mqtt },
        apiKeys,
        share,
        vessels,
        requestsPerMinute: requests,
        connectionsPerAddress: options.connections,
        proxies: options.proxy ?? [],
        joining: {
          office: options.office ?? null,
          broker: options.shipsMqtt ?? null,
          caFile: options.shipsCa ?? null,
        },
      },
    };
  } catch (error) {
    if (error instanceof CommanderError) throw new ProgramEnd(error.exitCode === 0 ? 0 : 2);
    throw error;
  }
}

function missing(command: Command, option: string, right: string): never {
  command.error(`error: ${option} is missing: ${right}`);
}

function shoreCommand(defaults: ShoreProgramDefaults): Command {
  return new Command('npm run shore --')
    .description("Runs the shore gateway: takes the vessels' changes into Postgres and serves the office.")
    .version(defaults.version)
    .addOption(
      new Option(
        '--database <url>',
        'postgres://USER:PASSWORD@HOST:PORT/DATABASE, or pglite:DIR (required)',
      ).env('DATABASE_URL'),
    )
    .option('--database-file <file>', 'file with nothing but that address, for its password')
    .addOption(
      new Option('--mqtt <url>', 'the broker: mqtt://HOST:PORT, or mqtts://HOST:PORT for TLS (required)').env(
        'MQTT_URL',
      ),
    )
    .option(
      '--no-prepared',
      'give statements no names: behind a pooler that does not know of them (pgbouncer before 1.21), slower',
    )
    .option('--ca <file>', 'certificates (PEM) of the authorities to trust for the broker')
    .option('--cert <file>', 'own certificate (PEM) to show to the broker')
    .option('--key <file>', 'key (PEM) of that certificate')
    .option('--mqtt-user <name>', 'user at the broker')
    .option(
      '--mqtt-password-file <file>',
      'file with nothing but the password (also ARUS_MQTT_PASSWORD: itself)',
    )
    .addOption(
      new Option('--port <n>', 'port of REST, /ws and the office page; 0 for any free one')
        .env('PORT')
        .default(usualPort)
        .argParser(parsePort),
    )
    .option('--host <address>', 'address to listen on; another than loopback needs API keys', '127.0.0.1')
    .option(
      '--api-keys <file>',
      'hashes of the API keys, one a line (also ARUS_API_KEYS: the lines themselves)',
    )
    .option('--new-api-key <name>', 'make an API key, print it and its line for the file, and end')
    .option(
      '--share <group>',
      'take turns with the other gateways of this group ($share, MQTT 5 brokers)',
      parseName,
    )
    .option('--gateway <id>', 'name of this gateway, its own among all', parseName, defaults.gateway)
    .addOption(
      new Option('--qos <kind=level>', `MQTT QoS by kind: ${messageKinds.join(', ')}; may be repeated`)
        .default(usualQos, 'changes=1,presence=1')
        .argParser(parseQos),
    )
    .option(
      '--vessels <ids>',
      'take only these vessels, separated by commas (default: every one that the broker lets in)',
      parseVessels,
    )
    .option('--requests <n>', 'requests that one address may make in a minute', parseRequests, usualRequests)
    .option(
      '--connections <n>',
      'connections that one address may have open, of 4,096 in all (default: 1024)',
      parseConnections,
    )
    .option(
      '--proxy <addresses>',
      'IP addresses of reverse proxies, separated by commas: X-Forwarded-For is believed from them alone',
      parseAddresses,
    )
    .option(
      '--office <name>',
      'the office as ships are to read it, in the files with which they join',
      parseOffice,
    )
    .option('--ships-mqtt <url>', 'the broker as ships reach it, for those files', parseShipsBroker)
    .option('--ships-ca <file>', 'certificates (PEM) of the authority that ships are to trust for it')
    .option('--page <dir>', 'folder of the built page', defaults.page)
    .addOption(
      new Option('--log-level <level>', 'least to write to standard error')
        .choices(logLevels)
        .default('info'),
    )
    .helpOption('--help', 'show this and end')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists every option)')
    .exitOverride();
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535.');
}

function parseRequests(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 up.');
}

function parseConnections(text: string): number {
  const count = Number(text);
  if (/^[1-9]\d{0,3}$/.test(text) && count <= 4_096) return count;
  throw new InvalidArgumentError('Give a whole number from 1 to 4096.');
}

function parseAddresses(text: string): string[] {
  return text.split(',').map((part) => {
    const address = part.trim();
    if (isIP(address) !== 0) return address;
    throw new InvalidArgumentError(`'${address}' is not an IP address.`);
  });
}

function parseOffice(text: string): string {
  return parsedBy(joinFile.shape.office, text);
}

function parseShipsBroker(text: string): string {
  const broker = parsedBy(joinFile.shape.broker, text);
  if (URL.canParse(broker)) return broker;
  throw new InvalidArgumentError('This is not an address.');
}

function parsedBy(schema: z.ZodType<string>, text: string): string {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(parsed.error.issues.map(({ message }) => message).join('; '));
}

/** What may stand in an MQTT topic and in a log line. */
function parseName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(text)) return text;
  throw new InvalidArgumentError('Letters, digits, - and _, at most 40 of them.');
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

function parseVessels(text: string): string[] {
  return text.split(',').map((part) => {
    const parsed = vesselId.safeParse(part.trim());
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(
      `'${part}': ${parsed.error.issues.map(({ message }) => message).join('; ')}`,
    );
  });
}
