import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isListening } from './ports.ts';
import { type RunningProgram, startProgram } from './processes.ts';
import { removeDirectory, temporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

export interface MosquittoOptions {
  /** Keep retained and queued messages on disk. Off when not given. */
  persistence?: boolean;
  /** With persistence: write at every change, not only every half hour and at the end. */
  saveEveryChange?: boolean;
  /** Users and their passwords. Anonymous clients are then refused. */
  passwords?: Readonly<Record<string, string>>;
  /** Lines of Mosquitto's access list, such as `pattern readwrite vessel/%u/#`. */
  accessList?: readonly string[];
  /** Listen with TLS. Paths of PEM files. */
  tls?: {
    authority: string;
    certificate: string;
    key: string;
    /** Refuse clients without a certificate of that authority; its common name becomes their user name. */
    clientCertificates?: boolean;
  };
  /** Largest packet accepted, bytes. */
  maxPacketSize?: number;
  /** Messages kept for a client that is away or slow; Mosquitto's own default is 1,000. */
  maxQueuedMessages?: number;
  /** Further lines of mosquitto.conf. */
  furtherLines?: readonly string[];
}

/** A real Mosquitto on 127.0.0.1. It keeps port and disk over `stop`, `kill` and `restart`. */
export interface Mosquitto {
  /** `mqtt://127.0.0.1:port`, or `mqtts://localhost:port` with TLS. */
  readonly url: string;
  readonly port: number;
  /** Process id of the one that runs now. */
  readonly pid: number;
  /** Ends it in order: what it should keep is on disk. */
  stop(): Promise<void>;
  /** SIGKILL: what it had not written is lost. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`; stops it first when it still runs. */
  restart(): Promise<void>;
  /** What it has logged, of every start. */
  log(): string;
  /** Stops it and removes its disk. */
  remove(): Promise<void>;
}

const programs = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/usr/bin/mosquitto'];

function mosquittoProgram(): string {
  const found = programs.find((path) => existsSync(path));
  if (found === undefined) throw new Error('No Mosquitto here: install the Debian package mosquitto.');
  return found;
}

function writePasswords(file: string, passwords: Readonly<Record<string, string>>): void {
  writeFileSync(file, '', { mode: 0o600 });
  for (const [user, password] of Object.entries(passwords)) {
    const run = spawnSync('mosquitto_passwd', ['-b', file, user, password], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`mosquitto_passwd failed: ${run.stderr}`);
  }
}

function configuration(directory: string, port: number, options: MosquittoOptions): string {
  const { tls, passwords, accessList } = options;
  const lines = [
    `listener ${port} 127.0.0.1`,
    'log_dest stdout',
    'log_type all',
    'connection_messages true',
    `allow_anonymous ${passwords === undefined && tls?.clientCertificates !== true}`,
    `persistence ${options.persistence === true}`,
  ];
  // As root it would become the user mosquitto, who may not read our files.
  if (process.getuid?.() === 0) lines.push('user root');
  if (options.persistence === true) lines.push(`persistence_location ${directory}/`);
  if (options.saveEveryChange === true) lines.push('autosave_on_changes true', 'autosave_interval 1');
  if (passwords !== undefined) {
    writePasswords(join(directory, 'passwords'), passwords);
    lines.push(`password_file ${join(directory, 'passwords')}`);
  }
  if (accessList !== undefined) {
    writeFileSync(join(directory, 'access-list'), `${accessList.join('\n')}\n`, { mode: 0o600 });
    lines.push(`acl_file ${join(directory, 'access-list')}`);
  }
  if (tls !== undefined) {
    lines.push(`cafile ${tls.authority}`, `certfile ${tls.certificate}`, `keyfile ${tls.key}`);
    if (tls.clientCertificates === true)
      lines.push('require_certificate true', 'use_identity_as_username true');
  }
  if (options.maxPacketSize !== undefined) lines.push(`max_packet_size ${options.maxPacketSize}`);
  if (options.maxQueuedMessages !== undefined) lines.push(`max_queued_messages ${options.maxQueuedMessages}`);
  return `${[...lines, ...(options.furtherLines ?? [])].join('\n')}\n`;
}

/** Starts a broker and waits until it accepts connections; throws with its log when it does not. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const program = mosquittoProgram();
  const directory = temporaryDirectory('mosquitto');
  const port = await freePort();
  const configurationFile = join(directory, 'mosquitto.conf');
  writeFileSync(configurationFile, configuration(directory, port, options));

  let earlierLog = '';
  let current = await start();

  async function start(): Promise<RunningProgram> {
    const started = startProgram(program, ['-c', configurationFile], { directory });
    const outcome = await until('Mosquitto accepting connections', async () => {
      if (!started.isRunning) return 'ended';
      return (await isListening(port)) ? 'accepting' : null;
    });
    if (outcome === 'ended') throw new Error(`Mosquitto did not start:\n${started.output()}`);
    return started;
  }

  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    await current[how]();
  };

  return {
    url: options.tls === undefined ? `mqtt://127.0.0.1:${port}` : `mqtts://localhost:${port}`,
    port,
    get pid() {
      return current.pid;
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
    async restart() {
      await end('stop');
      earlierLog += current.output();
      current = await start();
    },
    log: () => earlierLog + current.output(),
    async remove() {
      await end('stop');
      removeDirectory(directory);
    },
  };
}
