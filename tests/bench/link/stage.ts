import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import { z } from 'zod';
import { brokerConfiguration, type BrokerOptions, type BrokerPace } from '#link/configuration.ts';
import { linkCodec } from '#link/link-codec.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { Change } from '#shared/sync/change.ts';
import { certificateAuthority } from '#support/certificates.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { freePort } from '#support/ports.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { startShore } from '#support/shore.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import { JournalReader } from '#vessel/store/journal/journal.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { Crew, workload } from './workload.ts';

export const vesselId = 'mv-aurora';
const leavesPort = Date.UTC(2026, 2, 1);
const losesLink = leavesPort + 60 * 86_400_000;

/** Ship and shore as they stand when the ship has its link again, to be copied for each run. */
export interface Stage {
  broker: Mosquitto;
  /** The same broker over TLS, where ships have to show a certificate. */
  tls: { port: number; ca: string; cert: string; key: string };
  /** The changes that shore does not have, in order. */
  changes: readonly Change[];
  /** The records that both ends have: what the changes are made to. */
  known: readonly Change[];
  /** A gateway on a copy of shore's database, and a copy of the ship's disk. */
  copy(): Promise<Copy>;
  remove(): Promise<void>;
}

export interface Copy {
  directory: string;
  /** How many of the ship's changes shore holds. */
  heldAshore(): Promise<number>;
  remove(): Promise<void>;
}

/** Starts a real broker and database, and has a crew do the work. */
export async function setStage(): Promise<Stage> {
  const tls = await tlsMaterial();
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true', ...tls.lines] });
  const postgres = await startPostgres();
  const disk = temporaryDirectory('bench-link');
  await withCrew(disk, leavesPort, workload.seed, (crew) => crew.settleIn());
  const known = journalOf(disk, 0);
  await bringAshore(await postgres.createDatabase('template'), broker, disk, known.length);
  await withCrew(disk, losesLink, workload.seed + 1, async (crew) => {
    await crew.comeBack();
    await crew.work();
  });
  const changes = journalOf(disk, known.length);
  let copies = 0;
  return {
    broker,
    tls,
    changes,
    known,
    async copy() {
      copies += 1;
      return copyOf({ disk, postgres, broker, name: `run_${copies}` });
    },
    async remove() {
      await postgres.remove();
      await broker.remove();
      removeDirectory(disk);
    },
  };
}

async function tlsMaterial(): Promise<Stage['tls'] & { lines: string[] }> {
  const authority = certificateAuthority();
  const server = authority.server();
  const own = authority.client(vesselId);
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    `cafile ${authority.certificate}`,
    `certfile ${server.certificate}`,
    `keyfile ${server.key}`,
    'require_certificate true',
  ];
  return { port, ca: authority.certificate, cert: own.certificate, key: own.key, lines };
}

async function withCrew(
  directory: string,
  now: number,
  seed: number,
  work: (crew: Crew) => Promise<void>,
): Promise<void> {
  const environment = virtualEnvironment(silentLog, { seed, now });
  const vessel = openTestVessel({ directory, vesselId, environment });
  await work(new Crew(vessel, environment, seed));
  await vessel.node.close();
}

async function bringAshore(
  database: string,
  broker: Mosquitto,
  directory: string,
  count: number,
): Promise<void> {
  const shore = await startGateway(database, broker);
  const vessel = boardShip(directory, { mqtt: broker.url });
  await until(
    'both ends knowing the orders',
    async () => (await vessel.call('sync.status', {})).journal.acknowledged === count,
    { within: 180_000, every: 100 },
  );
  await vessel.node.close();
  await shore.stop();
}

function startGateway(database: string, broker: Mosquitto): ReturnType<typeof startShore> {
  return startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
}

/** Opens the node on a disk, with the link as `broker` says. */
export function boardShip(
  directory: string,
  broker: BrokerOptions,
  pace: Partial<BrokerPace> = {},
): TestVessel {
  const environment = systemEnvironment(silentLog);
  return openTestVessel({
    codec: linkCodec,
    directory,
    vesselId,
    environment,
    openLink: mqttLink(brokerConfiguration(broker, pace), environment),
  });
}

function journalOf(directory: string, after: number): Change[] {
  const connection = new Sqlite(join(directory, databaseFileName), { readonly: true, fileMustExist: true });
  try {
    const journal = new JournalReader(connection);
    const [origin = ''] = journal.origins();
    return journal.range(origin, after, 1_000_000).map(({ change }) => change);
  } finally {
    connection.close();
  }
}

const held = z.object({ held: z.coerce.number() });

async function copyOf({
  disk,
  postgres,
  broker,
  name,
}: {
  disk: string;
  postgres: Postgres;
  broker: Mosquitto;
  name: string;
}): Promise<Copy> {
  const administrator = new Client({ connectionString: postgres.url });
  await administrator.connect();
  await administrator.query(`create database ${name} template template`);
  await administrator.end();
  const url = postgres.url.replace(/\/postgres$/, `/${name}`);
  const directory = temporaryDirectory('bench-link-run');
  cpSync(disk, directory, { recursive: true });
  const shore = await startGateway(url, broker);
  const reader = new Client({ connectionString: url });
  await reader.connect();
  return {
    directory,
    async heldAshore() {
      const { rows } = await reader.query('select count(*) as held from sync_journal where vessel_id = $1', [
        vesselId,
      ]);
      return held.parse(rows[0]).held;
    },
    async remove() {
      await reader.end();
      await shore.stop();
      removeDirectory(directory);
    },
  };
}
