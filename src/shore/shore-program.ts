/** `npm run shore`: the gateway between the vessels' broker, shore's Postgres and the office. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { lockFolder } from '#folder-lock/folder-lock.ts';
import { brokerConfiguration, ConfigurationError, type BrokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { programLog } from '#link/program-log.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { linkCodec } from '#link/link-codec.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { keepNewFilesPrivate, makePrivate } from '#link/private-files.ts';
import { hasPassword, secretsShown, type SecretOptions } from '#link/shown-secrets.ts';
import type { JoiningProposal } from '#shared/office/joining.ts';
import type { Environment } from '#shared/ports.ts';
import { isLoopback, type Access } from './api/access.ts';
import { ApiKeyListError, newApiKey, parseApiKeys } from './api/api-keys.ts';
import { insteadOfDatabase } from './database-address.ts';
import { certificatesIn } from './joining/certificates.ts';
import { runGateway, type RunningGateway } from './run-gateway.ts';
import {
  ProgramEnd,
  readShoreOptions,
  type ShoreProgramOptions,
  type ShoreRequest,
} from './shore-options.ts';
import type { Database } from './store/database.ts';
import { DatabaseRefused } from './store/database-refused.ts';
import { openPglite } from './store/pglite.ts';
import { openPostgres } from './store/postgres.ts';

const root = join(import.meta.dirname, '..', '..');
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

/**
 * An office's line is quick and free: a gateway that lost its broker is back within seconds, and one that hangs is given
 * up by the broker after 30 s (one and a half times the keepalive), whereupon the others take over its ships.
 */
const officePace = {
  connectTimeout: 30_000,
  keepalive: 20,
  shortestWait: 500,
  longestWait: 10_000,
  suspectedRivalWait: 300_000,
};

/** A database that is not to be had until a person did something: starting again by itself does not help. */
const exitRefused = 3;

/** How long closing may take before the program ends regardless, milliseconds. */
const closingTime = 10_000;

const secretOptions: SecretOptions = {
  '--database': { isSecret: hasPassword, instead: insteadOfDatabase },
  '--mqtt': {
    isSecret: hasPassword,
    instead: 'Put the password into a file for --mqtt-password-file, or into ARUS_MQTT_PASSWORD.',
  },
};

function readRequest(): ShoreRequest {
  // Left empty is left out, as in a compose file.
  for (const name of ['DATABASE_URL', 'MQTT_URL', 'PORT', 'ARUS_API_KEYS', 'ARUS_MQTT_PASSWORD']) {
    if (process.env[name] === '') delete process.env[name];
  }
  const defaults = {
    gateway:
      hostname()
        .replaceAll(/[^A-Za-z0-9_-]/g, '-')
        .replace(/^[_-]+/, '')
        .slice(0, 40) || 'gateway',
    page: join(root, 'out', 'renderer'),
    version,
    hasApiKeys: process.env['ARUS_API_KEYS'] !== undefined,
  };
  return readShoreOptions(process.argv.slice(2), defaults, {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

/** @throws {ConfigurationError} when the keys cannot be read */
function readAccess({ apiKeys, host }: ShoreProgramOptions): Access {
  const lines: string[] = [];
  if (apiKeys !== null) lines.push(readNamed('--api-keys', apiKeys));
  const given = process.env['ARUS_API_KEYS'];
  if (given !== undefined) lines.push(given);
  const loopback = isLoopback(host);
  if (lines.length === 0) return { loopback, keys: null };
  try {
    return { loopback, keys: parseApiKeys(lines.join('\n')) };
  } catch (error) {
    if (!(error instanceof ApiKeyListError)) throw error;
    throw new ConfigurationError(apiKeys === null ? 'ARUS_API_KEYS' : '--api-keys', error.message);
  }
}

/** @throws {ConfigurationError} where the authority for ships cannot be read, or is none */
function readJoining({ joining }: ShoreProgramOptions): JoiningProposal {
  const { office, broker, caFile } = joining;
  if (caFile === null) return { office, broker, ca: null };
  const found = certificatesIn(readNamed('--ships-ca', caFile), Date.now());
  if ('wrong' in found) throw new ConfigurationError('--ships-ca', `${caFile}: ${found.wrong}`);
  return { office, broker, ca: found.pem };
}

function readNamed(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${String(code ?? error)})`;
    throw new ConfigurationError(option, `the file ${file} ${why}`);
  }
}

async function openDatabase(
  { database, prepared }: ShoreProgramOptions,
  environment: Environment,
): Promise<Database> {
  if (database.kind === 'postgres') return openPostgres({ url: database.url, prepared }, environment);
  const directory = resolve(database.directory);
  mkdirSync(dirname(directory), { recursive: true });
  const open = makePrivate(directory, ['']);
  if (open.length > 0)
    environment.log.warn({ open }, 'These files may be read by others, and that could not be changed');
  return openPglite(directory, lockFolder);
}

/** Why the program cannot start, in words, for what a person can do something about; null for what is our fault. */
function sentenceOf(error: unknown, options: ShoreProgramOptions): string | null {
  if (error instanceof DatabaseRefused) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return `Port ${options.port} is in use by another program. Choose another with --port, or 0 for any free one.`;
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return `This computer has no address ${options.host} to listen on. Choose another with --host.`;
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'ENOSPC' || code === 'EROFS') {
    return error instanceof Error ? error.message : null;
  }
  return null;
}

async function start(
  options: ShoreProgramOptions,
  broker: BrokerConfiguration,
  access: Access,
  joining: JoiningProposal,
): Promise<void> {
  const log = programLog('shore', options.logLevel);
  const environment = systemEnvironment(log);
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'The gateway failed and ends; what was acknowledged is committed');
    process.exit(1);
  });
  for (const words of secretsShown(process.argv.slice(2), secretOptions)) log.warn({}, words);
  keepNewFilesPrivate();
  let database: Database | null = null;
  let gateway: RunningGateway | null = null;
  try {
    database = await openDatabase(options, environment);
    const { share: group, gateway: name, qos, vessels } = options;
    gateway = await runGateway(
      {
        database,
        environment,
        codec: linkCodec,
        crypto: packageCrypto,
        openLink: mqttLink(broker, environment),
      },
      {
        ...options,
        gateway: name,
        group,
        qos,
        version,
        access,
        joining,
        admit: (id) => vessels?.includes(id) ?? true,
      },
    );
    endOnSignal(gateway, database, environment);
    await gateway.ready;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    process.stdout.write(`ARUS shore gateway ${name} at http://${host}:${gateway.port}/\n`);
  } catch (error) {
    const sentence = sentenceOf(error, options);
    await gateway?.close();
    await database?.close();
    if (sentence === null) throw error;
    const code = error instanceof DatabaseRefused ? exitRefused : 1;
    process.stderr.write(`ARUS cannot start: ${sentence}\n`, () => process.exit(code));
  }
}

function endOnSignal(gateway: RunningGateway, database: Database, environment: Environment): void {
  let ending = false;
  const end = (signal: NodeJS.Signals) => {
    // Whoever asks twice does not want to wait.
    if (ending) process.exit(1);
    ending = true;
    environment.log.info({ signal }, 'The gateway ends');
    environment.after(closingTime, () => process.exit(1));
    gateway
      .close()
      .then(() => database.close())
      .then(() => process.exit(0))
      .catch((error: unknown) => {
        environment.log.error(
          { err: error },
          'The gateway did not close cleanly; what was acknowledged is committed',
        );
        process.exit(1);
      });
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

try {
  const request = readRequest();
  if ('newApiKey' in request) {
    const { key, line } = newApiKey(request.newApiKey, randomBytes(32));
    process.stdout.write(
      `The key, shown this once:\n${key}\n\nIts line for the file of --api-keys (the key cannot be read from it):\n${line}\n`,
    );
  } else {
    const { run } = request;
    const mqttPassword = process.env['ARUS_MQTT_PASSWORD'];
    const broker = brokerConfiguration({ ...run.broker, mqttPassword }, officePace);
    await start(run, broker, readAccess(run), readJoining(run));
  }
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
