import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { is } from 'drizzle-orm';
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { attachmentSpec } from '#shared/records/attachment.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { checked } from '#shared/sync/snapshot/checked-record.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import type { Page } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { alterations } from '#support/alterations.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { ContentFolder, sha256Of } from '#vessel/attachments/content-folder.ts';
import { Contents } from '#vessel/attachments/contents.ts';
import { databaseFileName, openDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish, type RecordUnit } from '#vessel/store/record-and-publish.ts';
import { readSnapshotProgress } from '#vessel/store/records/snapshot-progress.ts';
import { recordTables } from '#vessel/store/record-tables.ts';
import * as schema from '#vessel/store/schema.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { vesselCoverage } from '#vessel/store/verify/coverage.ts';
import { verifyConnection } from '#vessel/store/verify/verify.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';
import { takePart } from '#vessel/sync/snapshot/take-part.ts';
import { orderValues } from '../../unit/sync/changes.ts';

const vesselId = 'mv-aurora';
const office = 's0shore0shore';
const lost = 'vlost00pc00';

const photoBytes = Buffer.alloc(3_000, 7);

const tables: readonly SQLiteTable[] = [
  ...Object.values(recordTables),
  ...Object.values(schema).filter((each) => is(each, SQLiteTable)),
];

/** Of which rows the declaration of a table or a column speaks; all where it is not said here. */
const rowsMeant: Readonly<Record<string, string>> = {
  // Own entries after the last that is in it are to be entered yet.
  sync_journal_record: `entry NOT IN (SELECT max(entry) FROM sync_journal_record GROUP BY entry / 1099511627776)`,
  // Of its own journal a node has the last entry itself.
  'sync_heads.hash': 'acknowledged IS NULL',
  // What is not whole yet is checked when it is.
  'content.held': 'complete',
  'content.sha256': 'complete',
  sync_digests: 'stale = 0',
  sync_problems: `code IN ('parked', 'newer_program')`,
};
/** Shore's word on what it holds: without it everything is sent again. */
const rowsMissed: Readonly<Record<string, string>> = { sync_heads: 'acknowledged IS NULL' };

/** Changes of the office, one after the other. */
class OfficeJournal {
  readonly #store: VesselStore;
  #count = 0;
  #hash = chainStart(vesselId, office);

  constructor(store: VesselStore) {
    this.#store = store;
  }

  write(change: Pick<Change, 'recordId' | 'operation' | 'fields' | 'seen'> & Partial<Change>): void {
    const at = this.#store.environment.now();
    const written: Change = {
      origin: office,
      number: this.#count + 1,
      time: this.#store.own.time + 1_000,
      at,
      entity: 'work_order',
      actorId: null,
      actorName: 'K. Ito',
      device: 'Office',
      lane: 'normal',
      version: recordsVersion,
      ...change,
    };
    this.#hash = chainNext(this.#hash, written);
    const batch = {
      kind: 'batch' as const,
      vessel: vesselId,
      origin: office,
      lane: 'normal' as const,
      after: this.#count,
      hash: this.#hash,
      proof: [],
      attempt: 0,
      changes: [written],
    };
    const { outcome } = applyBatch(this.#store, batch);
    if (outcome !== 'stored') throw new Error(`The batch was not stored: ${outcome}`);
    this.#count += 1;
  }
}

/** A ship on which everything has happened that a database can tell of. */
function fill(store: VesselStore, folder: string): void {
  const chief = { actor: { id: randomUUID(), name: 'A. Rossi' }, device: 'Bridge PC' };
  const write = (work: (unit: RecordUnit) => void): void => recordAndPublish(store, chief, work);
  const [equipment, crew, photo, order, plain] = [0, 1, 2, 3, 4].map(() => randomUUID());
  if (!equipment || !crew || !photo || !order || !plain) throw new Error('There are five ids');
  const seenAll = () => ({ [store.own.origin]: store.own.last });

  // Another computer's records came with a snapshot.
  const came = [1, 2].map((number): SnapshotRecord => ({
    entity: 'work_order',
    id: randomUUID(),
    values: { ...orderValues({ number: `WO-2025-00000${number}` }) },
    updatedAt: Date.UTC(2026, 0, number),
    updatedBy: 'Planner',
    state: { c: [Date.UTC(2026, 0, number) * 1024, lost, number, {}], f: {}, t: { [lost]: number } },
    history: [],
  }));
  const page: Page = {
    kind: 'page',
    vessel: vesselId,
    origin: store.own.origin,
    attempt: 1,
    start: {
      heads: [{ origin: lost, upTo: 2, hash: 'ab'.repeat(32) }],
      time: Date.UTC(2026, 0, 3) * 1024,
      total: 2,
      numbers: [],
    },
    at: '',
    after: '0:',
    next: null,
    runEnd: null,
    version: recordsVersion,
    records: packRecords(came),
  };
  const progress = readSnapshotProgress(store.settings);
  if (progress.kind === 'done') throw new Error('A new node takes a snapshot');
  takePart(store, progress, page, { records: came.map(checked), isLast: true });

  write((unit) =>
    unit.create('equipment', equipment, {
      code: '651.001',
      name: 'Purifier',
      location: 'Engine room',
      maker: 'Alfa',
      model: 'S',
      serialNumber: '1',
      criticality: 'A',
      runningHours: 12.5,
    }),
  );
  const meter = randomUUID();
  write((unit) =>
    unit.create('meter', meter, { equipmentId: equipment, name: 'Running hours', unit: 'hours' }),
  );
  write((unit) =>
    unit.create('meter_reading', randomUUID(), {
      meterId: meter,
      kind: 'correction',
      value: 12.5,
      readAt: '2026-03-01T10:00:00.000Z',
      readBy: 'A. Rossi',
      reason: 'Typing error',
      corrects: randomUUID(),
      lastValue: 3,
    }),
  );
  write((unit) => unit.create('crew_member', crew, { name: 'A. Rossi', rank: 'Chief', onBoard: true }));
  for (const [id, title] of [
    [order, 'Contested'],
    [plain, 'Overhaul'],
  ] as const)
    write((unit) =>
      unit.create('work_order', id, {
        ...orderValues({
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
      }),
    );
  write((unit) =>
    unit.create(attachmentSpec.entity, photo, {
      workOrderId: order,
      subjectKind: 'equipment',
      subjectId: equipment,
      fileName: 'a.jpg',
      mediaType: 'image/jpeg',
      size: photoBytes.length,
      sha256: sha256Of(photoBytes),
      width: 10,
      height: 10,
      thumbnailSha256: 'b'.repeat(64),
      thumbnailSize: 100,
    }),
  );
  const acknowledged = store.own;
  const { last, hash } = acknowledged;
  store.transaction({ kind: 'apply' }, () => void store.outbox.acknowledge({ upTo: last, beyond: [] }, hash));

  const journal = new OfficeJournal(store);
  const conflicting = (): void => {
    const seen = seenAll();
    write((unit) => unit.update('work_order', order, { title: 'From the ship' }));
    journal.write({ recordId: order, operation: 'update', fields: { title: 'From the office' }, seen });
  };
  conflicting();
  write((unit) => unit.affirm('work_order', order, { title: 'From the ship' }));
  conflicting();
  journal.write({ recordId: plain, operation: 'update', fields: { status: 'sunk' }, seen: seenAll() });
  journal.write({
    recordId: plain,
    operation: 'update',
    fields: { title: 'Of a later program' },
    seen: seenAll(),
    version: recordsVersion + 1,
  });
  // Its create was overtaken.
  journal.write({ recordId: randomUUID(), operation: 'update', fields: { title: 'Early' }, seen: {} });
  write((unit) => unit.update('work_order', plain, { actualHours: 4 }));
  const doomed = randomUUID();
  write((unit) => unit.create('crew_member', doomed, { name: 'B', rank: 'Oiler', onBoard: false }));
  write((unit) => unit.delete('crew_member', doomed));
  const contents = new Contents(store.connection, new ContentFolder(folder), store.environment);
  contents.write(contents.begin(sha256Of(photoBytes), photoBytes.length), 0, photoBytes);
  contents.finish(sha256Of(photoBytes));
  contents.write(contents.begin('b'.repeat(64), 100), 10, Buffer.alloc(20));
  store.journal.enterOwn();
  while (!store.digests.advance()) continue;
}

describe('verifying a vessel’s database', () => {
  const directory = temporaryDirectory('every-column');
  const folder = join(directory, 'attachments');
  let connection: Database.Database;

  beforeAll(() => {
    const environment = systemEnvironment(silentLog);
    const opened = openDatabase(directory, environment);
    fill(new VesselStore(opened.connection, vesselId, environment), folder);
    opened.close();
    // Somebody who knows his way takes the guards off first.
    connection = new Database(join(directory, databaseFileName));
    for (const name of connection
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
      .pluck()
      .all())
      connection.exec(`DROP TRIGGER ${String(name)}`);
  });

  afterAll(() => connection.close());

  /** @returns what verifying says after the statement; null where the database refused it */
  function after(statement: string, ...values: unknown[]): string | null {
    connection.exec('BEGIN');
    try {
      connection.prepare(statement).run(...values);
    } catch {
      connection.exec('ROLLBACK');
      return null;
    }
    const verified = verifyConnection(connection, folder);
    connection.exec('ROLLBACK');
    return verified.ok ? 'Verified' : verified.difference;
  }

  function rowsOf(table: string, which = '1'): Record<string, unknown>[] {
    return connection
      .prepare(`SELECT rowid AS _place, * FROM ${table} WHERE ${rowsMeant[table] ?? '1'} AND ${which}`)
      .all() as Record<string, unknown>[];
  }

  test('finds nothing wrong before anything is altered', () => {
    expect(verifyConnection(connection, folder)).toMatchObject({ ok: true });
  });

  test('says of every column of every table whether it is verified', () => {
    const declared = Object.entries(vesselCoverage).map(([table, { columns }]) => [
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
  const columns = Object.entries(vesselCoverage).flatMap(([table, coverage]) =>
    Object.entries(coverage.columns).flatMap(([column, how]) =>
      isVerified(how) ? [[table, column] as const] : [],
    ),
  );

  test.each(columns)('names a value altered in %s.%s', (table, column) => {
    const passed: string[] = [];
    let tried = 0;
    for (const row of rowsOf(table, rowsMeant[`${table}.${column}`]))
      for (const value of alterations(isBoolean(table, column) ? row[column] === 1 : row[column])) {
        if (isOfNumbersSettled(table, row, column, value)) continue;
        const said = after(
          `UPDATE ${table} SET "${column}" = ? WHERE rowid = ?`,
          typeof value === 'boolean' ? Number(value) : value,
          row['_place'],
        );
        if (said === null) continue;
        tried += 1;
        if (said === 'Verified') passed.push(`${String(row[column])} → ${String(value)}`);
        else expect(said).toMatch(/\w+ \w+/);
      }
    expect(passed).toEqual([]);
    expect(tried).toBeGreaterThan(0);
  });

  test('names a change of the office that was made out to be parked, whatever of it was taken away', () => {
    connection.exec(`
      BEGIN;
      UPDATE sync_journal SET applied = 'parked' WHERE record_id = (SELECT record_id FROM sync_awaited);
      DELETE FROM sync_digests;
      DELETE FROM node_settings WHERE name = 'digest';
      INSERT INTO sync_problems (at, code, message)
        SELECT 0, 'parked', 'A change by K. Ito (office) could not be applied: . It is kept; nothing else waits for it.';
      DELETE FROM sync_awaited;
    `);
    const verified = verifyConnection(connection, folder);
    connection.exec('ROLLBACK');
    expect(verified).toMatchObject({
      ok: false,
      difference: expect.stringMatching(/is kept as parked, by the rules it is applied/) as string,
    });
  });

  test('names an order of this ship that was made out to be parked, and its row is gone', () => {
    connection.exec(`
      BEGIN;
      UPDATE sync_journal SET applied = 'parked' WHERE entity = 'crew_member';
      DELETE FROM crew_member;
      DELETE FROM sync_digests;
      DELETE FROM node_settings WHERE name = 'digest';
    `);
    const verified = verifyConnection(connection, folder);
    connection.exec('ROLLBACK');
    expect(verified).toMatchObject({
      ok: false,
      difference: expect.stringMatching(/is kept as parked, by the rules it is applied/) as string,
    });
  });

  test.each([
    [
      'is another',
      (file: string) => writeFileSync(file, Buffer.alloc(3_000, 8)),
      /not what its SHA-256 says/,
    ],
    ['is gone', (file: string) => rmSync(file), /said to be on board, and cannot be read there/],
  ])('names the content of an attachment whose file %s', (_what, damage, words) => {
    const file = join(folder, sha256Of(photoBytes));
    damage(file);
    const verified = verifyConnection(connection, folder);
    writeFileSync(file, photoBytes);
    expect(verified).toMatchObject({ ok: false, difference: expect.stringMatching(words) as string });
  });

  const removable = Object.entries(vesselCoverage).flatMap(([table, { row }]) =>
    isVerified(row) ? [table] : [],
  );

  test.each(removable)('names a row that is missing in %s', (table) => {
    const rows = rowsOf(table, rowsMissed[table]);
    expect(rows.length).toBeGreaterThan(0);
    const passed = rows.filter(
      (row) => after(`DELETE FROM ${table} WHERE rowid = ?`, row['_place']) === 'Verified',
    );
    expect(passed).toEqual([]);
  });
});

function isBoolean(table: string, name: string): boolean {
  const found = tables.find((each) => getTableConfig(each).name === table);
  const columns = found === undefined ? [] : getTableConfig(found).columns;
  return columns.some((column) => column.name === name && column.dataType === 'boolean');
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
  const shown = (text: unknown): string => String(text).replaceAll(/"(origin|number)":("[^"]*"|\d+)/g, '');
  return shown(row[column]) === shown(value);
}
