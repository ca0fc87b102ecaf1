import { describe, expect, onTestFinished, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { recordsVersion, specOf } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { decodeFrame, frameLimit } from '#shared/sync/frame.ts';
import { applyChange, emptyState, latestStamp, materialise } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import { unpackRecords } from '#shared/sync/snapshot/columns.ts';
import { firstCursorText } from '#shared/sync/snapshot/cursor.ts';
import { positionName, positionOf, type Ask, type Page } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { answerAsk } from '#shore/snapshot/answer-ask.ts';
import type { SnapshotStore } from '#shore/snapshot/snapshot-store.ts';
import { SqlSnapshotStore } from '#shore/snapshot/sql-snapshot-store.ts';
import { kinds, type Kind } from './support/databases.ts';
import { openOffice, type Office } from './support/office.ts';
import { newId, Ship } from './support/ship.ts';

const asker = 'vnewpc0001';
const small = { records: 7, characters: 1_000_000 };

async function office(kind: Kind): Promise<Office> {
  const opened = await openOffice(kind);
  onTestFinished(() => opened.close());
  return opened;
}

const askOf = (given: Partial<Ask> = {}): Ask => ({
  kind: 'ask',
  version: recordsVersion,
  vessel: 'mv-aurora',
  origin: asker,
  attempt: 1,
  position: null,
  after: firstCursorText,
  pages: 1,
  ...given,
});

async function pagesFor(shore: Office, ask: Ask, size = small): Promise<Page[]> {
  const frames = await answerAsk(new SqlSnapshotStore(shore.database), linkCodec, ask, size);
  return frames.map((frame) => {
    const message = decodeFrame(frame, ask.vessel, linkCodec);
    if (message.kind !== 'page') throw new Error(`A ${message.kind} came instead of a page`);
    return message;
  });
}

/** Takes everything, page by page; `between` runs before each page but the first. */
async function takeAll(
  shore: Office,
  { between = async () => {}, pages = 1 }: { between?: (page: number) => Promise<void>; pages?: number } = {},
): Promise<{ start: NonNullable<Page['start']>; records: SnapshotRecord[] }> {
  const records: SnapshotRecord[] = [];
  let ask = askOf({ pages });
  let start: Page['start'] = null;
  for (let count = 1; count < 1_000; count += 1) {
    const run = await pagesFor(shore, ask);
    for (const page of run) {
      expect(page.after).toBe(ask.after);
      start ??= page.start;
      records.push(...unpackRecords(page.records));
      if (start === null) throw new Error('The first page names no position');
      expect(page.at).toBe(positionName(positionOf(start)));
      expect(page.runEnd).toBe(run.at(-1)?.next ?? null);
      if (page.next === null) return { start, records };
      ask = askOf({ pages, position: positionOf(start), after: page.next });
    }
    await between(count);
  }
  throw new Error('The snapshot does not end');
}

/** What the journal says of every record, by the changes that `counts`. */
async function folded(
  shore: Office,
  counts: (change: Change) => boolean,
): Promise<Map<string, Omit<SnapshotRecord, 'history'>>> {
  const ids = [...new Set((await shore.rows('sync_versions')).map((row) => String(row['record_id'])))];
  const entries = await shore.store.transaction('update', (tx) => tx.journalOfRecords('mv-aurora', ids));
  const records = new Map<string, Omit<SnapshotRecord, 'history'>>();
  for (const id of ids) {
    const changes = entries.filter(({ change }) => change.recordId === id && counts(change));
    const entity = changes[0]?.change.entity;
    const spec = entity === undefined ? undefined : specOf(entity);
    if (entity === undefined || spec === undefined) continue;
    const state = changes.reduce((before, { change }) => applyChange(spec, before, change), emptyState);
    const values = materialise(spec, state);
    const latest = latestStamp(state);
    const last = changes.find(
      ({ change }) => change.origin === latest?.origin && change.number === latest.number,
    )?.change;
    records.set(id, {
      entity,
      id,
      values,
      updatedAt: last?.at ?? 0,
      updatedBy: last?.actorName ?? '',
      state: encodeState(state),
    });
  }
  return records;
}

const withoutHistory = (records: readonly SnapshotRecord[]): Map<string, Omit<SnapshotRecord, 'history'>> =>
  new Map(records.map(({ history: _, ...record }) => [record.id, record]));

/** A ship that has worked for a while: equipment, orders in every state, some deleted. */
function workedShip(orders: number): { ship: Ship; ids: string[] } {
  const ship = new Ship('mv-aurora');
  const equipmentId = newId();
  ship.write('create', 'equipment', equipmentId, {
    code: '601.01',
    name: 'Main engine',
    location: '',
    maker: '',
    model: '',
    serialNumber: '',
    criticality: 'A',
    runningHours: 12,
  });
  const ids = Array.from({ length: orders }, (_, index) =>
    ship.create({ number: `WO-2026-${String(index + 1).padStart(6, '0')}`, equipmentId }),
  );
  for (const [index, id] of ids.entries()) {
    if (index % 3 === 0) ship.update(id, { status: 'completed', notes: 'Done' });
    if (index % 10 === 9) ship.delete(id);
  }
  return { ship, ids };
}

describe.each(kinds)('a snapshot from %s', (kind) => {
  test('brings every record as the journal says it is, equipment and open orders first, the newest first', async () => {
    const shore = await office(kind);
    const { ship } = workedShip(40);
    for (const batch of ship.batches(20)) await shore.stored(batch);
    await shore.write('mv-aurora', (unit) =>
      unit.update('work_order', ship.journal[5]?.recordId ?? '', { title: 'From the office' }),
    );
    const { start, records } = await takeAll(shore, { pages: 3 });
    expect(withoutHistory(records)).toEqual(await folded(shore, () => true));
    expect(records).toHaveLength(41);
    expect(start.total).toBe(41);
    expect(start.numbers).toEqual(['WO-2026-000040']);
    expect(new Map(start.heads.map(({ origin, upTo, hash }) => [origin, [upTo, hash]]))).toEqual(
      new Map([
        [ship.origin, [ship.journal.length, ship.hashes.at(-1)]],
        [(await shore.vessel('mv-aurora')).origin, [1, (await shore.vessel('mv-aurora')).hash]],
      ]),
    );
    const [first, ...orders] = records;
    expect(first?.entity).toBe('equipment');
    const open = orders.map(({ values }) => values?.['status'] === 'open');
    expect(open.indexOf(false)).toBe(open.filter(Boolean).length);
    const openIds = orders.filter((_, place) => open[place]).map(({ id }) => id);
    expect(openIds).toEqual(openIds.toSorted().reverse());
  });

  test('tells of one moment, whatever is written at sea and ashore while it is read', async () => {
    const shore = await office(kind);
    const { ship, ids } = workedShip(40);
    for (const batch of ship.batches(50)) await shore.stored(batch);
    const expected = await folded(shore, () => true);
    const before = ship.journal.length;
    const { start, records } = await takeAll(shore, {
      between: async (page) => {
        // Orders change sides between the stages, in both directions, before and after their turn.
        for (const offset of [0, 13, 26]) {
          const id = ids[(page * 3 + offset) % ids.length] ?? '';
          ship.update(id, { status: page % 2 === 0 ? 'completed' : 'in_progress', title: `Page ${page}` });
        }
        ship.create({ number: `WO-2026-${String(900 + page).padStart(6, '0')}` });
        const first = ship.journal.length - 3;
        await shore.stored(ship.batch(first, ship.journal.length));
        await shore.write('mv-aurora', (unit) =>
          unit.update('work_order', ids[(page * 7) % ids.length] ?? '', { description: `At ${page}` }),
        );
      },
    });
    expect(positionOf(start)).toEqual({ [ship.origin]: before });
    expect(withoutHistory(records)).toEqual(expected);
    expect(ship.journal.length).toBeGreaterThan(before + 10);
  });

  test('stops before a gap and before what a newer program has to apply, and leaves out what the asker wrote itself', async () => {
    const shore = await office(kind);
    const ship = new Ship('mv-aurora');
    const one = ship.create();
    ship.update(one, { title: 'Second' });
    ship.update(one, { title: 'Not here yet' });
    const urgent = ship.write(
      'update',
      'work_order',
      one,
      { title: 'Urgent', priority: 'critical' },
      'urgent',
    );
    await shore.stored(ship.batch(1, 2));
    await shore.stored(ship.batch(4, 4, { after: 0, lane: 'urgent' }));
    const newer = new Ship('mv-aurora', 'vship0002');
    newer.create({ number: 'WO-2026-000002' });
    newer.version = 1_000;
    newer.update(one, { title: 'Of a newer program' });
    newer.version = 1;
    newer.update(one, { description: 'After it' });
    await shore.stored(newer.batch(1, 3));
    const own = new Ship('mv-aurora', asker);
    own.create({ number: 'WO-2026-000003' });
    own.update(one, { notes: 'By the asker' });
    await shore.stored(own.batch(1, 2));

    const { start, records } = await takeAll(shore);
    expect(positionOf(start)).toEqual({ [ship.origin]: 2, [newer.origin]: 1 });
    expect(new Map(start.heads.map(({ origin, hash }) => [origin, hash])).get(newer.origin)).toBe(
      newer.hashes[0],
    );
    const limits: Record<string, number> = { [ship.origin]: 2, [newer.origin]: 1 };
    expect(withoutHistory(records)).toEqual(
      await folded(shore, ({ origin, number }) => number <= (limits[origin] ?? 0)),
    );
    expect(records.map(({ values }) => values?.['title'])).not.toContain(urgent.fields['title']);
  });

  test('brings what is known of records whose create has not arrived, and whose the values of a conflict are', async () => {
    const shore = await office(kind);
    const { ship, ids } = workedShip(12);
    for (const batch of ship.batches(50)) await shore.stored(batch);
    const id = ids[1] ?? '';
    await shore.write('mv-aurora', (unit) => unit.update('work_order', id, { title: "The office's" }));
    ship.update(id, { title: "The ship's" });
    const orphan = newId();
    ship.update(orphan, { title: 'Of an order nobody has' });
    await shore.stored(ship.batch(ship.journal.length - 1, ship.journal.length));

    const { records } = await takeAll(shore);
    const contested = records.find((record) => record.id === id);
    expect(contested?.history.map(({ fields }) => fields['title']).filter(Boolean)).toEqual(
      expect.arrayContaining(["The office's", "The ship's"]),
    );
    expect(records.find((record) => record.id === orphan)?.values).toBeNull();
    expect(withoutHistory(records)).toEqual(await folded(shore, () => true));
  });

  test('is refused from a position that shore no longer holds', async () => {
    const shore = await office(kind);
    const ship = new Ship('mv-aurora');
    ship.create();
    await shore.stored(ship.batch(1, 1));
    const [page] = await pagesFor(shore, askOf({ position: { [ship.origin]: 2 } }));
    expect(page?.at).toBeNull();
  });

  test('for a ship of which nothing is known, or nothing but the asker’s own, is empty', async () => {
    const shore = await office(kind);
    expect(await pagesFor(shore, askOf())).toEqual([]);
    const own = new Ship('mv-aurora', asker);
    own.create();
    await shore.stored(own.batch(1, 1));
    const [page, ...more] = await pagesFor(shore, askOf({ pages: 4 }));
    expect(more).toEqual([]);
    expect(page).toMatchObject({ next: null, start: { heads: [], total: 0, numbers: ['WO-2026-000001'] } });
    expect(unpackRecords(page?.records ?? { origins: [], seens: [], groups: [] })).toEqual([]);
  });

  test('never makes a page that is too large for a frame', async () => {
    const shore = await office(kind);
    const ship = new Ship('mv-aurora');
    const noise = (): string => Array.from({ length: 4_000 }, () => newId().slice(-12)).join('');
    for (let index = 0; index < 12; index += 1) ship.create({ notes: noise(), description: '' });
    for (const batch of ship.batches(2)) await shore.stored(batch);
    const frames = await answerAsk(new SqlSnapshotStore(shore.database), linkCodec, askOf({ pages: 1 }), {
      records: 1_000,
      characters: 10_000_000,
    });
    expect(frames.length).toBeGreaterThan(1);
    for (const frame of frames) expect(frame.length).toBeLessThanOrEqual(frameLimit);
    const ids = frames.flatMap((frame) => {
      const page = decodeFrame(frame, 'mv-aurora', linkCodec);
      return page.kind === 'page' ? unpackRecords(page.records).map(({ id }) => id) : [];
    });
    expect(new Set(ids)).toEqual(new Set(ship.journal.map(({ recordId }) => recordId)));
    expect(ids).toHaveLength(12);
  });

  test('is not read far beyond what its page takes, however long the records are', async () => {
    const shore = await office(kind);
    const ship = new Ship('mv-aurora');
    for (let index = 0; index < 240; index += 1)
      ship.create({ description: `Order ${index}. ${'Open up. '.repeat(800)}` });
    for (const batch of ship.batches(20)) await shore.stored(batch);
    const snapshots = new SqlSnapshotStore(shore.database);
    let read = 0;
    const counted: SnapshotStore = {
      read: (work) =>
        snapshots.read((view) =>
          work({
            heads: (...given) => view.heads(...given),
            firstBeyond: (...given) => view.firstBeyond(...given),
            hashAt: (...given) => view.hashAt(...given),
            countRecords: (...given) => view.countRecords(...given),
            highestNumbers: (...given) => view.highestNumbers(...given),
            candidates: (...given) => view.candidates(...given),
            history: (...given) => view.history(...given),
            async records(...given) {
              const found = await view.records(...given);
              read += found.length;
              return found;
            },
          }),
        ),
    };
    const frames = await answerAsk(counted, linkCodec, askOf(), { records: 1_000, characters: 200_000 });
    const page = decodeFrame(frames[0] ?? new Uint8Array(), 'mv-aurora', linkCodec);
    expect(page.kind === 'page' ? unpackRecords(page.records).length : 0).toBeGreaterThan(20);
    expect(read).toBeLessThanOrEqual(100);
  });
});
