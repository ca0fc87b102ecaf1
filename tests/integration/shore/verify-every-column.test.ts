import { createHash } from 'node:crypto';
import { is, sql } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachmentSpec } from '#shared/records/attachment.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { takeBase } from '#shore/base/take-base.ts';
import { SqlContentStore } from '#shore/contents/sql-content-store.ts';
import { rowsOf, type Executor } from '#shore/store/database.ts';
import { recordTables } from '#shore/store/record-tables.ts';
import * as schema from '#shore/store/schema.ts';
import { shoreCoverage } from '#shore/verify/coverage.ts';
import { verifyShore, verifyWithin } from '#shore/verify/verify-shore.ts';
import { alterations } from '#support/alterations.ts';
import { z } from 'zod';
import { openOffice, type Office } from './support/office.ts';
import { newId, orderValues, Ship } from './support/ship.ts';

const vessel = 'nordlys';
const former = 'vformer001';
const tables: readonly PgTable[] = [
  ...Object.values(recordTables),
  ...Object.values(schema).filter((each) => is(each, PgTable)),
];

/** Of which rows the declaration of a table or a column speaks; all where it is not said here. */
const rowsMeant: Readonly<Record<string, string>> = {
  // What is not whole yet is checked when it is.
  'content_piece.bytes': `exists (select 1 from content as c where c.vessel_id = t.vessel_id
     and c.sha256 = t.sha256 and c.complete)`,
  'sync_journal.before': `operation = 'update' and before::text <> '{}'`,
  sync_problems: `code in ('parked', 'newer_program')`,
};

/** An office that holds whatever a database ashore can hold of a ship. */
async function fill(office: Office): Promise<void> {
  const ship = new Ship(vessel);
  ship.actorId = newId();
  const [equipment, crew, photo, order, plain] = [newId(), newId(), newId(), newId(), newId()];
  const bytes = Buffer.alloc(300 * 1024, 7);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { origin } = await office.addVessel(vessel);
  let sent = 0;
  const send = async (): Promise<void> => {
    await office.stored(ship.batch(sent + 1, ship.journal.length));
    sent = ship.journal.length;
  };
  ship.write('create', 'equipment', equipment, {
    code: '651.001',
    name: 'Purifier',
    location: 'Engine room',
    maker: 'Alfa',
    model: 'S',
    serialNumber: '1',
    criticality: 'A',
    runningHours: 12.5,
  });
  const meter = newId();
  ship.write('create', 'meter', meter, { equipmentId: equipment, name: 'Running hours', unit: 'hours' });
  ship.write('create', 'meter_reading', newId(), {
    meterId: meter,
    kind: 'correction',
    value: 12.5,
    readAt: '2026-03-01T10:00:00.000Z',
    readBy: 'A. Rossi',
    reason: 'Typing error',
    corrects: newId(),
    lastValue: 3,
  });
  ship.write('create', 'crew_member', crew, { name: 'A. Rossi', rank: 'Chief', onBoard: true });
  for (const [id, title] of [
    [order, 'Contested'],
    [plain, 'Overhaul'],
  ] as const)
    ship.create(
      orderValues({
        title,
        equipmentId: equipment,
        assigneeId: crew,
        dueDate: '2026-05-01',
        estimatedHours: 2,
        actualHours: 1,
        notes: 'Noted',
        completedAt: '2026-03-01T10:00:00.000Z',
        completedBy: 'A. Rossi',
      }),
      id,
    );
  ship.write('create', attachmentSpec.entity, photo, {
    workOrderId: order,
    subjectKind: 'equipment',
    subjectId: equipment,
    fileName: 'a.jpg',
    mediaType: 'image/jpeg',
    size: bytes.length,
    sha256,
    width: 10,
    height: 10,
    thumbnailSha256: 'b'.repeat(64),
    thumbnailSize: 100,
  });
  await send();
  const contents = new SqlContentStore(office.database);
  await contents.putWhole(vessel, sha256, bytes, office.environment.now());
  await contents.takePiece(
    vessel,
    { kind: 'piece', sha256: 'b'.repeat(64), size: 100, offset: 10, bytes: Buffer.alloc(20, 1) },
    { size: 100, mediaType: 'image/jpeg', entity: 'attachment', ids: [photo] },
    office.environment.now(),
  );
  const conflicting = async (title: string): Promise<void> => {
    await office.write(vessel, (unit) => unit.update('work_order', order, { title: `Office ${title}` }));
    ship.update(order, { title: `Ship ${title}` });
    await send();
  };
  await conflicting('one');
  const { last, time } = await office.vessel(vessel);
  ship.holds(origin, last, time);
  ship.update(order, { title: 'Agreed' });
  await send();
  await conflicting('two');
  ship.write('update', 'work_order', plain, { status: 'sunk' });
  ship.version = recordsVersion + 1;
  ship.write('update', 'work_order', plain, { title: 'Of a later program' });
  ship.version = recordsVersion;
  // Its create was overtaken.
  ship.update(newId(), { title: 'Early' });
  const doomed = newId();
  ship.write('create', 'crew_member', doomed, { name: 'B', rank: 'Oiler', onBoard: false });
  ship.write('delete', 'crew_member', doomed, {});
  await send();
  const came: SnapshotRecord = {
    entity: 'work_order',
    id: newId(),
    values: { ...orderValues({ number: 'WO-2025-000001' }) },
    updatedAt: Date.UTC(2026, 0, 1),
    updatedBy: 'Planner',
    state: { c: [Date.UTC(2026, 0, 1) * 1024, former, 1, {}], f: {}, t: { [former]: 1 } },
    history: [],
  };
  const taken = await takeBase(office.dependencies, {
    kind: 'base',
    vessel,
    origin: ship.origin,
    transfer: 'a'.repeat(16),
    total: 1,
    heads: [{ origin: former, upTo: 1, hash: 'ab'.repeat(32) }],
    page: { after: '', next: null, version: recordsVersion, records: packRecords([came]) },
    answer: null,
  });
  if (taken?.reply.answer?.outcome !== 'taken') throw new Error('The records were not taken');
}

describe('verifying shore’s database', () => {
  let office: Office;

  beforeAll(async () => {
    office = await openOffice('PGlite');
    await fill(office);
  });
  afterAll(() => office.close());

  class TakenBack extends Error {}

  /** Does `work` past every guard, and takes it back. */
  async function within<T>(work: (tx: Executor) => Promise<T>): Promise<T | null> {
    let result: T | null = null;
    try {
      await office.database.transaction(async (tx) => {
        await tx.execute(sql`set local session_replication_role = replica`);
        result = await work(tx);
        throw new TakenBack();
      });
    } catch (error) {
      if (!(error instanceof TakenBack)) return null;
    }
    return result;
  }

  /** @returns what verifying says afterwards; null where the database refused it */
  const after = async (table: string, place: string, set: { column: string; value: unknown } | null) => {
    let refused = true;
    const said = await within(async (tx) => {
      await alter(tx, table, place, set);
      refused = false;
      return verifyWithin(tx);
    });
    if (refused) return null;
    if (said === null) throw new Error(`Verifying failed after ${table} ${JSON.stringify(set)}`);
    return said.holds ? 'Verified' : said.difference;
  };

  async function alter(
    tx: Executor,
    table: string,
    place: string,
    set: { column: string; value: unknown } | null,
  ): Promise<void> {
    const name = sql.identifier(table);
    if (set === null) {
      await tx.execute(sql`delete from ${name} where ctid = ${place}::tid`);
      return;
    }
    const column = sql.identifier(set.column);
    const type = sql.raw(typeOf(table, set.column));
    const value = typeof set.value === 'string' ? set.value : JSON.stringify(set.value);
    const given =
      set.value instanceof Uint8Array
        ? sql`decode(${Buffer.from(set.value).toString('hex')}, 'hex')`
        : sql`${value}::text::${type}`;
    await tx.execute(sql`update ${name} set ${column} = ${given} where ctid = ${place}::tid`);
  }

  const typeOf = (table: string, column: string): string => {
    const found = tables.find((each) => getTableConfig(each).name === table);
    const columns = found === undefined ? [] : getTableConfig(found).columns;
    return columns.find(({ name }) => name === column)?.getSQLType() ?? 'text';
  };

  const rows = (table: string, which = 'true') =>
    rowsOf(
      office.database.reader,
      sql`select t.ctid::text as place, to_json(t.*) as row from ${sql.identifier(table)} as t
          where ${sql.raw(rowsMeant[table] ?? 'true')} and ${sql.raw(which)}`,
      z.object({ place: z.string(), row: z.record(z.string(), z.unknown()) }),
    );

  test('finds nothing wrong before anything is altered', async () => {
    expect(await verifyShore(office.database)).toMatchObject({ holds: true, vessels: 1 });
  });

  test('says of every column of every table whether it is verified', () => {
    const declared = Object.entries(shoreCoverage).map(([table, { columns }]) => [
      table,
      Object.keys(columns).toSorted(byText),
    ]);
    const there = tables.map((table) => [
      getTableConfig(table).name,
      getTableConfig(table)
        .columns.map(({ name }) => name)
        .toSorted(byText),
    ]);
    expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(there));
  });

  const isVerified = (coverage: string): boolean => coverage === 'recomputed' || coverage === 'hashed';
  const columns = Object.entries(shoreCoverage).flatMap(([table, coverage]) =>
    Object.entries(coverage.columns).flatMap(([column, how]) =>
      isVerified(how) ? [[table, column] as const] : [],
    ),
  );

  test.each(columns)('names a value altered in %s.%s', async (table, column) => {
    const passed: string[] = [];
    let tried = 0;
    const found = await rows(table, rowsMeant[`${table}.${column}`]);
    for (const { place, row } of [...found.slice(0, few), ...found.slice(few).slice(-few)]) {
      const isBytes = typeOf(table, column) === 'bytea';
      const stored = row[column];
      const held = isBytes ? Buffer.from(String(stored).slice(2), 'hex') : stored;
      for (const value of some(alterations(held))) {
        if (isOfNumbersSettled(table, row, column, value)) continue;
        const said = await after(table, place, { column, value });
        if (said === null) continue;
        tried += 1;
        if (said === 'Verified')
          passed.push(`${JSON.stringify(stored)} → ${isBytes ? 'other bytes' : JSON.stringify(value)}`);
      }
    }
    expect(passed).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });

  test('names a change that was made out to be parked, whatever of it was taken away', async () => {
    const said = await within(async (tx) => {
      await tx.execute(sql`update sync_journal set applied = 'parked' where entity = 'equipment'`);
      await tx.execute(sql`delete from equipment`);
      await tx.execute(sql`delete from sync_versions where entity = 'equipment'`);
      await tx.execute(sql`update vessel set digest = null`);
      return verifyWithin(tx);
    });
    expect(said).toMatchObject({
      holds: false,
      difference: expect.stringMatching(/is kept as parked, by the rules it is applied/) as string,
    });
  });

  const removable = Object.entries(shoreCoverage).flatMap(([table, { row }]) =>
    isVerified(row) ? [table] : [],
  );

  test.each(removable)('names a row that is missing in %s', async (table) => {
    const found = await rows(table);
    expect(found.length).toBeGreaterThan(0);
    for (const { place, row } of found)
      expect([await after(table, place, null), row]).not.toEqual(['Verified', row]);
  });
});

/** Of rows from the beginning, and of as many from the end: each takes the database a tenth of a second. */
const few = 2;
/** As many of many, evenly. */
function some<T>(all: readonly T[], most = 8): T[] {
  const step = Math.ceil(all.length / most);
  return all.filter((_, index) => index % step === 0);
}

const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Numbers in a settled conflict: not shown, and others since where a journal got a new name. */
function isOfNumbersSettled(
  table: string,
  row: Record<string, unknown>,
  column: string,
  value: unknown,
): boolean {
  if (table !== 'sync_conflicts' || row['settled_at'] === null) return false;
  const shown = (json: unknown): string =>
    JSON.stringify(json).replaceAll(/"(origin|number)":("[^"]*"|\d+)/g, '');
  return shown(row[column]) === shown(value);
}
