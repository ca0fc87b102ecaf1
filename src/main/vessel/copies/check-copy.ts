import { constants, copyFileSync, rmSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { z } from 'zod';
import type { CopyKind } from '#shared/contract/copies.ts';
import { furthestOf, receivedFromJson, receivedRangesJson } from '#shared/sync/received-ranges.ts';
import type { ReadableDatabase } from '../store/database.ts';
import { JournalReader } from '../store/journal/journal.ts';
import { migrate } from '../store/open-database.ts';
import { migrations } from '../store/migrations.ts';
import { Settings } from '../store/settings.ts';
import { verifyConnection } from '../store/verify/verify.ts';
import { damageIn } from '../storage/upkeep.ts';
import { sha256OfFile, type CopyFacts } from './copy-file.ts';

/** A copy is not what it has to be. `message` is a sentence for people. */
export class Unfit extends Error {}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Opens a copy, looks at all of its pages and folds its journal from nothing.
 * @param file closed, and nobody else's
 * @param scratch a file that may be made and is removed: one of an older form is folded as it will be when it is put back
 * @throws {Unfit}, or what SQLite or Node throw
 */
export function checkCopy(
  file: string,
  { kind, at, now, scratch }: { kind: CopyKind; at: number; now: number; scratch: string },
): CopyFacts {
  const found = readingCopy(file, (connection) => {
    const damage = damageIn(connection, null);
    if (damage !== null) throw new Unfit(`It is damaged (${damage}).`);
    const schema = Number(connection.pragma('user_version', { simple: true }));
    if (schema > migrations.length)
      throw new Unfit('It was written by a newer ARUS, and this one cannot read it.');
    return { schema, folded: schema === migrations.length ? foldedIn(connection) : null };
  });
  const folded = found.folded ?? foldedOnceUpdated(file, scratch);
  return {
    kind,
    at,
    bytes: statSync(file).size,
    sha256: sha256OfFile(file),
    schema: found.schema,
    ...folded,
    checkedAt: now,
    trouble: null,
  };
}

type Folded = Omit<CopyFacts, 'kind' | 'at' | 'bytes' | 'sha256' | 'schema' | 'checkedAt' | 'trouble'>;

function foldedOnceUpdated(file: string, scratch: string): Folded {
  rmSync(scratch, { force: true });
  copyFileSync(file, scratch, constants.COPYFILE_EXCL);
  try {
    const connection = new Database(scratch, { fileMustExist: true });
    try {
      // Nothing but this process knows of it, and it is thrown away.
      connection.pragma('synchronous = OFF');
      migrate(connection, {
        isNew: false,
        directory: null,
        environment: { now: () => 0, log: silent },
      });
      return foldedIn(connection);
    } finally {
      connection.close();
    }
  } finally {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(scratch + ending, { force: true });
  }
}

function foldedIn(connection: ReadableDatabase): Folded {
  const verified = verifyConnection(connection);
  if (!verified.ok) throw new Unfit(`Its journal does not give its records (${verified.difference}).`);
  const { changes, records } = verified;
  return { ...readStanding(connection), changes, records };
}

export type Standing = Pick<
  CopyFacts,
  'vessel' | 'vesselName' | 'origin' | 'last' | 'held' | 'orders' | 'lastChange'
>;

const headRow = z.object({ origin: z.string(), held: z.string() });

/** How far a database has come, and what people know it by. */
export function readStanding(connection: ReadableDatabase): Standing {
  const settings = new Settings(connection);
  const vessel = settings.get('vessel_id');
  const origin = settings.get('origin');
  if (vessel === null || origin === null) throw new Unfit('There is no ship in it.');
  const last = new JournalReader(connection).last(origin)?.change.number ?? 0;
  const held: Record<string, number> = {};
  for (const row of connection.prepare('SELECT origin, held FROM sync_heads').all()) {
    const head = headRow.parse(row);
    held[head.origin] = furthestOf(receivedFromJson(receivedRangesJson.parse(JSON.parse(head.held))));
  }
  held[origin] = last;
  const orders = connection.prepare('SELECT count(*) FROM work_order WHERE deleted = 0').pluck().get();
  const vesselName = settings.get('vessel_name');
  return {
    vessel,
    vesselName,
    origin,
    last,
    held,
    orders: Number(orders),
    lastChange: lastChangeIn(connection),
  };
}

/** The change that was written last, whoever wrote it. */
function lastChangeIn(connection: ReadableDatabase): CopyFacts['lastChange'] {
  const found = new JournalReader(connection)
    .origins()
    .map((origin) => new JournalReader(connection).last(origin)?.change)
    .filter((change) => change !== undefined)
    .sort((one, other) => other.time - one.time)[0];
  if (found === undefined) return null;
  return { at: found.at, by: found.actorName, device: found.device };
}

/** Reads a file that is a database at rest. @throws {Unfit} where it is none */
function readingCopy<T>(file: string, read: (connection: Database.Database) => T): T {
  const connection = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return read(connection);
  } finally {
    connection.close();
  }
}
