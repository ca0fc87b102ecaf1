import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Batch } from '#shared/sync/frame.ts';
import { Commits } from '#shore/commits.ts';
import { ingest, type Ingested, type IngestDependencies } from '#shore/ingest/ingest.ts';
import { newVessel } from '#shore/journal/new-vessel.ts';
import {
  recordAndPublish,
  type RecordUnit,
  type WaitingWriter,
  type WriteDependencies,
} from '#shore/record-and-publish.ts';
import type { Committed, Writer } from '#shore/service.ts';
import { rowsOf, type Database } from '#shore/store/database.ts';
import type { VesselHead } from '#shore/store/shore-store.ts';
import { SqlStore } from '#shore/store/sql-store.ts';
import { WaitingWrites } from '#shore/waiting-writes.ts';
import { newDatabase, type Kind } from './databases.ts';
import { testEnvironment, type TestEnvironment } from './environment.ts';

export const superintendent: Writer = { actorId: null, actorName: 'M. Larsen', device: 'Office' };

/** Shore without broker and HTTP: its database and what writes to it. */
export interface Office {
  readonly database: Database;
  readonly store: SqlStore;
  readonly environment: TestEnvironment;
  readonly commits: Commits;
  readonly told: Committed[];
  readonly dependencies: IngestDependencies & WriteDependencies;
  take(batch: Batch): Promise<Ingested>;
  /** Takes a batch that has to be stored, and returns its acknowledgement. */
  stored(batch: Batch): Promise<Extract<Ingested, { ack: unknown }>>;
  write<T>(vessel: string, work: (unit: RecordUnit) => Promise<T>, writer?: Writer): Promise<T>;
  vessel(vessel: string): Promise<VesselHead>;
  addVessel(vessel: string): Promise<VesselHead>;
  rows(table: string): Promise<Record<string, unknown>[]>;
  count(table: string): Promise<number>;
  close(): Promise<void>;
}

export async function openOffice(kind: Kind): Promise<Office> {
  const environment = testEnvironment();
  const database = await newDatabase(kind, environment);
  return officeOn(database, environment);
}

export function officeOn(database: Database, environment = testEnvironment()): Office {
  const store = new SqlStore(database);
  const commits = new Commits(environment.log);
  const told: Committed[] = [];
  commits.on((event) => void told.push(event));
  const waiting = new WaitingWrites<WaitingWriter>();
  const dependencies = { store, environment, commits, waiting, gateway: 'test', admit: () => true };
  const vessel = async (id: string): Promise<VesselHead> => {
    const head = await store.vessel(id);
    if (head === null) throw new Error(`Shore does not know ${id}`);
    return head;
  };
  return {
    database,
    store,
    environment,
    commits,
    told,
    dependencies,
    take: (batch) => ingest(dependencies, batch),
    async stored(batch) {
      const taken = await ingest(dependencies, batch);
      if (taken.outcome !== 'stored') throw new Error(`The batch was not stored: ${JSON.stringify(taken)}`);
      return taken;
    },
    write: (id, work, writer = superintendent) => recordAndPublish(dependencies, id, writer, work),
    vessel,
    async addVessel(id) {
      await store.transaction('write', (tx) =>
        tx.createVessel(newVessel(id, environment), environment.now()),
      );
      return vessel(id);
    },
    rows: (table) =>
      rowsOf(
        database.reader,
        sql`select to_json(t.*) as row from ${sql.identifier(table)} as t`,
        z.object({ row: z.record(z.string(), z.unknown()) }).transform(({ row }) => row),
      ),
    async count(table) {
      const [row] = await rowsOf(
        database.reader,
        sql`select count(*)::int as n from ${sql.identifier(table)}`,
        z.object({ n: z.number() }),
      );
      return row?.n ?? 0;
    },
    close: () => database.close(),
  };
}
