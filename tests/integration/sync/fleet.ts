import { randomBytes } from 'node:crypto';
import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { Client } from 'pg';
import { z } from 'zod';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { Environment } from '#shared/ports.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { startMosquitto, type Mosquitto, type MosquittoOptions } from '#support/mosquitto.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { differencesOf } from '../../chaos/compare.ts';
import { readShip, readShore } from '../../chaos/ends.ts';

export const vesselId = 'mv-aurora';

const problems = z.object({ items: z.array(z.object({ code: z.string(), message: z.string() })) });

/** One ship's computers, a broker and an office, all real, that a test takes away, copies and restores. */
export class Fleet {
  readonly broker: Mosquitto;
  database: string;
  shore: Shore;
  readonly #vessels: TestVessel[] = [];

  private constructor(broker: Mosquitto, database: string, shore: Shore) {
    this.broker = broker;
    this.database = database;
    this.shore = shore;
  }

  static async start(options: MosquittoOptions = {}): Promise<Fleet> {
    const broker = await startMosquitto(options);
    const database = await emptyDatabase();
    return new Fleet(broker, database, await gatewayOn(database, broker));
  }

  /** Starts a computer of the ship on a directory of its own, or on `directory`. */
  board(
    device: string,
    {
      directory = temporaryDirectory('vessel'),
      wrongBy = () => 0,
      online = true,
      ship = vesselId,
      name = 'M/T Aurora',
      copies = false,
    }: {
      directory?: string;
      wrongBy?: () => number;
      online?: boolean;
      ship?: string;
      name?: string;
      copies?: boolean;
    } = {},
  ): TestVessel {
    const system = systemEnvironment(silentLog);
    const environment: Environment = { ...system, now: () => system.now() + wrongBy() };
    const pace = { shortestWait: 100, longestWait: 300 };
    const vessel = openTestVessel({
      vesselId: ship,
      directory,
      environment,
      copies,
      openLink: online ? mqttLink(brokerConfiguration({ mqtt: this.broker.url }, pace), environment) : null,
      options: { device, vesselName: name },
    });
    this.#vessels.push(vessel);
    return vessel;
  }

  async stop(vessel: TestVessel): Promise<void> {
    this.#vessels.splice(this.#vessels.indexOf(vessel), 1);
    await vessel.node.close();
  }

  /** Copies a stopped computer's data to another directory: a backup, or a disk image. */
  copy({ directory }: TestVessel): string {
    const copy = temporaryDirectory('copy');
    for (const name of readdirSync(directory))
      if (name.startsWith(databaseFileName)) cpSync(join(directory, name), join(copy, name));
    return copy;
  }

  /** A copy of the office's database as it is now, with the gateway stopped for it. */
  async backUpShore(): Promise<string> {
    await this.shore.stop();
    const name = `backup_${randomBytes(6).toString('hex')}`;
    const url = new URL(this.database);
    const source = url.pathname.slice(1);
    url.pathname = '/postgres';
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      await client.query(`create database ${name} template ${source}`);
    } finally {
      await client.end();
    }
    url.pathname = `/${name}`;
    this.shore = await gatewayOn(this.database, this.broker);
    return url.href;
  }

  /** The office goes on from another database. */
  async restoreShore(database: string): Promise<void> {
    await this.shore.stop();
    this.database = database;
    this.shore = await gatewayOn(database, this.broker);
  }

  async problemsOnBoard(vessel: TestVessel): Promise<string[]> {
    return (await vessel.call('sync.problems', {})).items.map(({ code }) => code);
  }

  async problemsAshore(): Promise<{ code: string; message: string }[]> {
    return problems.parse(await this.shore.get('/api/problems?limit=100')).items;
  }

  async patch(id: string, body: Record<string, unknown>): Promise<void> {
    const answer = await this.shore.ask(`/api/work-orders/${id}`, { method: 'PATCH', body });
    if (answer.status !== 200) throw new Error(answer.text);
  }

  /** Raises an order ashore. @returns its id */
  async raise(body: Record<string, unknown>): Promise<string> {
    const answer = await this.shore.ask(`/api/work-orders`, { method: 'POST', body });
    if (answer.status !== 201) throw new Error(answer.text);
    return z.object({ id: z.string() }).parse(answer.json).id;
  }

  /** Hybrid time of the latest change of a record that is ashore. */
  async latestTimeOf(recordId: string): Promise<number> {
    const client = new Client({ connectionString: this.database });
    await client.connect();
    try {
      const { rows } = await client.query<{ time: string }>(
        'select time from sync_journal where record_id = $1 order by time desc limit 1',
        [recordId],
      );
      return Number(rows[0]?.time);
    } finally {
      await client.end();
    }
  }

  /** Waits until these computers and the office hold the same changes, records and conflicts, and nothing waits. */
  async settled(...vessels: TestVessel[]): Promise<void> {
    let differences: string[] = [];
    const database = openPostgres({ url: this.database, connections: 2 }, systemEnvironment(silentLog));
    try {
      await until(
        'both ends equal',
        async () => {
          differences = [];
          const shore = await readShore(database, vesselId, null);
          for (const vessel of vessels) {
            const ship = readShip(join(vessel.directory, databaseFileName), null);
            const found = differencesOf(ship, shore);
            // What came with a snapshot is on board as records, without the changes that made them.
            differences.push(
              ...found.filter((each) => !tookSnapshot(vessel) || !/^change .* is ashore only$/.test(each)),
            );
            const { queue } = await vessel.call('sync.status', {});
            if (queue.depth > 0) differences.push(`${queue.depth} changes wait`);
          }
          return differences.length === 0;
        },
        { within: 45_000 },
      );
      const ashore = await verifyShore(database);
      if (!ashore.holds) throw new Error(`Ashore: ${ashore.difference}`);
    } catch (error) {
      throw new Error(`${String(error)}\n${differences.slice(0, 12).join('\n')}`, { cause: error });
    } finally {
      await database.close();
    }
    for (const vessel of vessels) {
      const onBoard = verifyJournal(join(vessel.directory, databaseFileName));
      if (!onBoard.ok) throw new Error(`On board: ${onBoard.difference}`);
    }
  }

  async remove(): Promise<void> {
    for (const vessel of this.#vessels.splice(0)) await vessel.node.close();
    await this.shore.stop();
    await this.broker.remove();
  }
}

function tookSnapshot({ directory }: TestVessel): boolean {
  const connection = new Sqlite(join(directory, databaseFileName), { readonly: true });
  try {
    return connection.prepare('SELECT 1 FROM sync_base_heads LIMIT 1').get() !== undefined;
  } finally {
    connection.close();
  }
}

export function gatewayOn(database: string, broker: Mosquitto): Promise<Shore> {
  return startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
}
