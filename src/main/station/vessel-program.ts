/** `npm run vessel`: a vessel node without a window, its screens served on this computer. */
import { hostname } from 'node:os';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  brokerConfiguration,
  brokerName,
  ConfigurationError,
  type BrokerConfiguration,
} from '#link/configuration.ts';
import { accountName } from '#link/account.ts';
import { besideInProcess } from '#link/beside.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { readGateway } from '#link/network-gateway.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { linkCodec } from '#link/link-codec.ts';
import { ownKeys, OwnKeysError } from '#link/own-keys.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { keepNewFilesPrivate, makePrivate } from '#link/private-files.ts';
import { hasPassword, secretsShown, type SecretOptions } from '#link/shown-secrets.ts';
import type { Environment } from '#shared/ports.ts';
import { requestRestoreByName } from '#vessel/copies/restore-request.ts';
import { watchHost } from '#vessel/metrics/host-reading.ts';
import { restartableNode } from '#vessel/restartable-node.ts';
import { openVesselNode, StartFailure, type VesselNode } from '#vessel/vessel-node.ts';
import { openStationHost, type StationHost } from './host.ts';
import { stationToken, StationTokenError, tokenFrom } from './station-token.ts';
import { ProgramEnd, readVesselOptions, type VesselProgramOptions } from './vessel-options.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

const copyWorkProgram = join(root, 'src', 'main', 'vessel', 'copies', 'copy-work-program.ts');

/** How long closing may take before the program ends regardless, milliseconds. */
const closingTime = 5_000;

/** What lies in the data folder, each with whatever follows the name. */
const ownFiles = [
  'arus.db',
  'database-mark.json',
  'node.lock',
  'in-use.json',
  'backups',
  'copies.json',
  'restore-',
  'attachments',
  'station-token',
  'by-hand-keys.json',
];

const secretOptions: SecretOptions = {
  '--token': {
    isSecret: () => true,
    instead: 'Put it into a file for --token-file, or into ARUS_STATION_TOKEN.',
  },
  '--mqtt': {
    isSecret: hasPassword,
    instead: 'Put the password into a file for --mqtt-password-file, or into ARUS_MQTT_PASSWORD.',
  },
};

function readOptions(): { options: VesselProgramOptions; broker: BrokerConfiguration | null } {
  // Left empty is left out, as in a compose file.
  for (const name of ['MQTT_URL', 'PORT', 'ARUS_MQTT_PASSWORD', 'ARUS_STATION_TOKEN'])
    if (process.env[name] === '') delete process.env[name];
  const defaults = {
    device: hostname(),
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    page: join(root, 'out', 'renderer'),
    version,
  };
  const options = readVesselOptions(process.argv.slice(2), defaults, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
  const mqttPassword = process.env['ARUS_MQTT_PASSWORD'];
  return {
    options,
    broker: options.broker === null ? null : brokerConfiguration({ ...options.broker, mqttPassword }),
  };
}

function openNode(
  options: VesselProgramOptions,
  {
    broker,
    environment,
    restart,
  }: { broker: BrokerConfiguration | null; environment: Environment; restart: () => void },
): VesselNode {
  return openVesselNode(
    {
      dataDirectory: options.data,
      vesselId: options.vessel,
      vesselName: options.name,
      device: options.device,
      timeZone: options.timeZone,
      account: accountName(),
      program: 'station',
      version,
      brokerName: broker === null ? null : brokerName(broker),
      qos: options.qos,
    },
    {
      environment,
      openLink: broker === null ? null : mqttLink(broker, environment),
      codec: linkCodec,
      watchHost,
      readGateway: readGateway(process.platform),
      copies: { beside: besideInProcess(copyWorkProgram, environment.log), restart },
      fileTransfer: { crypto: packageCrypto, keys: () => ownKeys(options.data, environment) },
    },
  );
}

async function openHost(
  options: VesselProgramOptions,
  node: VesselNode,
  environment: Environment,
): Promise<{ host: StationHost; token: string }> {
  const { data, tokenFile } = options;
  const given = tokenFile === null ? options.token : tokenFrom(tokenFile);
  const token = given ?? stationToken(data, environment.randomBytes);
  const host = await openStationHost({
    vessel: node,
    environment,
    port: options.port,
    token,
    page: options.page,
  });
  return { host, token };
}

/** Why the program cannot start, in words, for what a person can do something about; null for what is our fault. */
function sentenceOf(error: unknown, options: VesselProgramOptions): string | null {
  if (error instanceof StartFailure || error instanceof StationTokenError || error instanceof OwnKeysError)
    return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return `Port ${options.port} is in use by another program. Choose another with --port, or 0 for any free one.`;
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOSPC' || code === 'EROFS') {
    return error instanceof Error ? error.message : null;
  }
  return null;
}

/** The node was to start anew and cannot: there is nothing to serve any more. */
function endsWithout(cause: unknown, options: VesselProgramOptions, { log }: Environment): void {
  log.error({ err: cause }, 'The vessel node could not start anew');
  const sentence = sentenceOf(cause, options) ?? (cause instanceof Error ? cause.message : String(cause));
  process.stderr.write(`ARUS cannot go on: ${sentence}\n`, () => process.exit(1));
}

async function start(): Promise<void> {
  const { options, broker } = readOptions();
  const log = programLog('vessel', options.logLevel);
  const environment = systemEnvironment(log);
  let node: VesselNode | null = null;
  process.on('uncaughtException', (error) => {
    // The disk's trouble is told on every screen; records can still be read.
    if (node?.livesWith(error) === true) return;
    log.error(
      { err: error },
      'The vessel node failed and ends; what was saved before is not touched by this',
    );
    process.exit(1);
  });

  for (const words of secretsShown(process.argv.slice(2), secretOptions)) log.warn({}, words);
  keepNewFilesPrivate(options.data);
  const open = makePrivate(options.data, ownFiles);
  if (open.length > 0) log.warn({ open }, 'These files may be read by others, and that could not be changed');
  try {
    if (options.restoreCopy !== null)
      requestRestoreByName(options.data, options.restoreCopy, {
        vesselId: options.vessel,
        by: 'Whoever started ARUS',
        at: environment.now(),
      });
    node = restartableNode(
      (restart) => openNode(options, { broker, environment, restart }),
      environment,
      (cause) => endsWithout(cause, options, environment),
    );
    const { host, token } = await openHost(options, node, environment);
    endOnSignal(host, node, environment);
    process.stdout.write(`ARUS vessel node ${options.vessel} at ${host.address}#token=${token}\n`);
  } catch (error) {
    await node?.close();
    const sentence = sentenceOf(error, options);
    if (sentence === null) throw error;
    // Whatever is open still: a program that cannot start ends.
    process.stderr.write(`ARUS cannot start: ${sentence}\n`, () => process.exit(1));
  }
}

function endOnSignal(host: StationHost, node: VesselNode, environment: Environment): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    // Whoever asks twice does not want to wait.
    if (ending) process.exit(1);
    ending = true;
    environment.log.info({ signal }, 'The vessel node ends');
    environment.after(closingTime, () => process.exit(1));
    host
      .close()
      .then(() => node.close())
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        environment.log.error(
          { err: error },
          'The vessel node did not close cleanly; what was saved before is not touched by this',
        );
        process.exit(1);
      });
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

try {
  await start();
} catch (error) {
  if (error instanceof ProgramEnd) {
    process.exitCode = error.exitCode;
  } else if (error instanceof ConfigurationError) {
    process.stderr.write(`error: ${error.message}\n(--help lists every option)\n`);
    process.exitCode = 2;
  } else {
    throw error;
  }
}
