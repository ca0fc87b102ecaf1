import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from './ports.ts';
import { type RunningProgram, startProgram } from './processes.ts';
import { removeDirectory, temporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

export interface PostgresOptions {
  /** Wait for the disk at COMMIT. On when not given; off is faster, and survives `kill` but no power loss. */
  fsync?: boolean;
  /** Further settings, such as `{ max_connections: '20' }`. */
  settings?: Readonly<Record<string, string>>;
}

/** A real Postgres on 127.0.0.1, without passwords. It keeps port and disk over `stop`, `kill`, `restart`. */
export interface Postgres {
  /** `postgres://postgres@127.0.0.1:port/postgres` */
  readonly url: string;
  readonly port: number;
  /** Process id of the postmaster that runs now. */
  readonly pid: number;
  /** Makes an empty database and returns its URL. */
  createDatabase(name: string): Promise<string>;
  /** Ends it in order, cutting off whoever is connected. */
  stop(): Promise<void>;
  /** SIGKILL to the postmaster and all its backends at once, as a power loss would. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`; stops it first when it still runs. */
  restart(): Promise<void>;
  log(): string;
  /** Stops it and removes its disk. */
  remove(): Promise<void>;
}

/** Debian keeps the server's programs in a folder for each major version; the newest is taken. */
function programFolder(): string {
  const found = globSync('/usr/lib/postgresql/*/bin/initdb')
    .map((path) => ({ folder: path.slice(0, -'/initdb'.length), major: Number(path.split('/')[4]) }))
    .toSorted((a, b) => b.major - a.major);
  const folder = found[0]?.folder ?? (existsSync('/usr/local/bin/initdb') ? '/usr/local/bin' : undefined);
  if (folder === undefined) throw new Error('No Postgres here: install the Debian package postgresql.');
  return folder;
}

/** Postgres refuses to run as root; the Debian package brings a user for it. */
function postgresUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (entry === null) throw new Error('As root the tests need the user postgres of the Debian package.');
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}

function hasEnded(pid: number): boolean {
  const file = `/proc/${pid}/stat`;
  // An orphan that nobody has waited for yet has ended all the same.
  return !existsSync(file) || readFileSync(file, 'utf8').includes(') Z ');
}

async function query(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  // A server that goes away between two tests is nobody's failure here.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Makes and starts a server (some 1.5 s) and waits until it answers; throws with its log when it does not. */
export async function startPostgres({
  fsync = true,
  settings = {},
}: PostgresOptions = {}): Promise<Postgres> {
  const programs = programFolder();
  const user = postgresUser();
  const directory = temporaryDirectory('postgres');
  if (user !== undefined) chownSync(directory, user.uid, user.gid);
  const data = join(directory, 'data');
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;

  const initdb = ['--pgdata', data, '--username=postgres', '--auth=trust', '--no-sync', '--encoding=UTF8'];
  execFileSync(join(programs, 'initdb'), [...initdb, '--locale=C.UTF-8', '--no-instructions'], {
    ...user,
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });

  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: directory,
    fsync: fsync ? 'on' : 'off',
    log_min_messages: 'warning',
    ...settings,
  };
  const parameters = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

  let earlierLog = '';
  let current = await start();

  async function start(): Promise<RunningProgram> {
    const command = ['-D', data, ...parameters];
    const started = startProgram(join(programs, 'postgres'), command, {
      directory,
      ...(user === undefined ? {} : { user }),
    });
    const answer = async (): Promise<'ended' | 'answering'> => {
      if (!started.isRunning) return 'ended';
      await query(url, 'select 1');
      return 'answering';
    };
    const outcome = await until('Postgres answering', answer, { within: 30_000, every: 50 });
    if (outcome === 'ended') throw new Error(`Postgres did not start:\n${started.output()}`);
    return started;
  }

  async function stop(): Promise<void> {
    // SIGINT is Postgres's fast shutdown; SIGTERM would wait for every client to leave.
    current.signal('SIGINT');
    await until('Postgres ending', () => !current.isRunning, { within: 20_000 });
  }

  async function kill(): Promise<void> {
    const backends = current.isRunning ? childrenOf(current.pid) : [];
    await Promise.all([
      current.kill(),
      ...backends.map(async (pid) => {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          return;
        }
        // The next start refuses to share memory with one that is still going.
        await until('a backend of Postgres ending', () => hasEnded(pid));
      }),
    ]);
  }

  return {
    url,
    port,
    get pid() {
      return current.pid;
    },
    async createDatabase(name) {
      await query(url, `create database "${name.replaceAll('"', '""')}"`);
      return `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(name)}`;
    },
    stop,
    kill,
    async restart() {
      await stop();
      earlierLog += current.output();
      current = await start();
    },
    log: () => earlierLog + current.output(),
    async remove() {
      await stop();
      removeDirectory(directory);
    },
  };
}
