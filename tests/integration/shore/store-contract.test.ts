import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specOf } from '#shared/records/catalogue.ts';
import { chainStart } from '#shared/sync/chain.ts';
import type { ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { applyChange, emptyState, materialise } from '#shared/sync/merge.ts';
import { newVessel } from '#shore/journal/new-vessel.ts';
import type { Database } from '#shore/store/database.ts';
import type { JournalEntry, Notice, ShoreStore, StoredConflict } from '#shore/store/shore-store.ts';
import { SqlStore } from '#shore/store/sql-store.ts';
import { until } from '#support/until.ts';
import { MemoryDatabase } from '../../simulation/shore/memory-database.ts';
import { MemoryStore } from '../../simulation/shore/memory-store.ts';
import { kinds, newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { newId, Ship } from './support/ship.ts';

/** Two programs' stores on one database: the embedded one has a single connection, and there they are one. */
interface Opened {
  first: ShoreStore;
  second: ShoreStore;
  close(): Promise<void>;
}

const environment = testEnvironment();

async function openStores(kind: (typeof kinds)[number] | 'memory'): Promise<Opened> {
  if (kind === 'memory') {
    const database = new MemoryDatabase(environment);
    return {
      first: new MemoryStore(database),
      second: new MemoryStore(database),
      close: () => Promise.resolve(),
    };
  }
  const database: Database = await newDatabase(kind, environment);
  return {
    first: new SqlStore(database),
    second: new SqlStore(database),
    close: () => database.close(),
  };
}

let vessels = 0;

/** A vessel of its own for each test, and the entries of a ship's journal as they would be stored. */
async function withVessel(store: ShoreStore): Promise<{ id: string; ship: Ship }> {
  vessels += 1;
  const id = `contract-${vessels}`;
  await store.transaction('write', (tx) => tx.createVessel(newVessel(id, environment), 1));
  return { id, ship: new Ship(id, `vcontract${String(vessels).padStart(4, '0')}`) };
}

function entriesOf(ship: Ship, feed = 0): JournalEntry[] {
  return ship.journal.map((change, index) => ({
    change,
    feed: feed + index + 1,
    before: null,
    hash: ship.hashes[index] ?? null,
    claimed: null,
    applied: 'applied',
    storedAt: 1,
  }));
}

// What the simulation's store promises is what Postgres does: the same tests for all three.
describe.each([...kinds, 'memory'] as const)('the store of shore on %s', (kind) => {
  let opened: Opened;
  let store: ShoreStore;
  beforeAll(async () => {
    opened = await openStores(kind);
    store = opened.first;
  });
  afterAll(() => opened.close());

  test('a transaction that fails leaves nothing behind, and notifies nobody', async () => {
    const { id, ship } = await withVessel(store);
    ship.create();
    const heard: Notice[] = [];
    const stop = opened.second.listen(
      (notice) => void heard.push(notice),
      () => undefined,
    );
    const failing = store.transaction('write', async (tx) => {
      const head = await tx.vesselForUpdate(id);
      if (head === null) throw new Error('The vessel is not there');
      await tx.appendJournal(id, entriesOf(ship));
      await tx.saveVessel({ ...head, feed: 1 });
      await tx.enqueue(id, [{ number: 1, lane: 'normal', entity: 'work_order', recordId: newId(), at: 1 }]);
      await tx.notify({ gateway: 'first', events: [] });
      throw new Error('Something went wrong');
    });
    await expect(failing).rejects.toThrow('Something went wrong');
    expect((await store.vessel(id))?.feed).toBe(0);
    expect(await store.queued(id, 'normal', 0, 10)).toEqual([]);
    await store.transaction('write', async (tx) => {
      await tx.vesselForUpdate(id);
      expect(await tx.journalByNumber(id, ship.origin, [[1, 10]])).toEqual([]);
    });
    expect(heard).toEqual([]);
    stop();
  });

  test('what a transaction writes is there for others at its commit and not before', async () => {
    const { id } = await withVessel(store);
    await store.transaction('write', async (tx) => {
      const head = await tx.vesselForUpdate(id);
      if (head === null) throw new Error('The vessel is not there');
      await tx.saveVessel({ ...head, feed: 7 });
      expect((await tx.vesselForUpdate(id))?.feed).toBe(7);
      // On one connection a reader would wait for this transaction to end.
      if (kind !== 'PGlite') expect((await opened.second.vessel(id))?.feed).toBe(0);
    });
    expect((await opened.second.vessel(id))?.feed).toBe(7);
  });

  test('who locks a vessel waits for the one before, and then reads what that one committed', async () => {
    const { id } = await withVessel(store);
    const add = (which: ShoreStore): Promise<void> =>
      which.transaction('write', async (tx) => {
        const head = await tx.vesselForUpdate(id);
        if (head === null) throw new Error('The vessel is not there');
        await tx.originHeads(id);
        await tx.saveVessel({ ...head, feed: head.feed + 1 });
      });
    await Promise.all(Array.from({ length: 12 }, (_, index) => add(index % 2 ? store : opened.second)));
    expect((await store.vessel(id))?.feed).toBe(12);
  });

  test('two that create one vessel at the same time end up with one', async () => {
    vessels += 1;
    const id = `contract-${vessels}`;
    const create = (which: ShoreStore): Promise<string | undefined> =>
      which.transaction('ingest', async (tx) => {
        if ((await tx.vesselForUpdate(id)) === null) await tx.createVessel(newVessel(id, environment), 1);
        return (await tx.vesselForUpdate(id))?.origin;
      });
    const [one, other] = await Promise.all([create(store), create(opened.second)]);
    expect(one).toBeDefined();
    expect(other).toBe(one);
  });

  test('an entry that is there already is refused, and so is a place in the queue', async () => {
    const { id, ship } = await withVessel(store);
    ship.create();
    await store.transaction('ingest', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.appendJournal(id, entriesOf(ship));
    });
    const again = store.transaction('ingest', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.appendJournal(id, entriesOf(ship, 5));
    });
    await expect(again).rejects.toThrow();
    const place = { number: 3, lane: 'normal' as const, entity: 'work_order', recordId: newId(), at: 1 };
    const enqueue = (): Promise<void> =>
      store.transaction('write', async (tx) => {
        await tx.vesselForUpdate(id);
        await tx.enqueue(id, [place]);
      });
    await enqueue();
    await expect(enqueue()).rejects.toThrow();
  });

  test('the journal is read by number, by record and by what waits', async () => {
    const { id, ship } = await withVessel(store);
    const [one, other] = [ship.create(), ship.create()];
    ship.update(one, { title: 'Second' });
    ship.update(other, { title: 'Third' });
    const entries = entriesOf(ship).map((entry, index): JournalEntry =>
      index === 2 ? { ...entry, hash: null, applied: 'later' } : entry,
    );
    await store.transaction('ingest', async (tx) => {
      const head = await tx.vesselForUpdate(id);
      if (head === null) throw new Error('The vessel is not there');
      await tx.appendJournal(id, entries);
      await tx.saveVessel({ ...head, feed: entries.length });
    });
    const numbers = (found: readonly JournalEntry[]): number[] => found.map(({ change }) => change.number);
    expect(await store.vesselsWithWaiting()).toContain(id);
    expect(numbers(await store.waiting(id, 0, 10))).toEqual([3]);
    expect(await store.waiting(id, 3, 10)).toEqual([]);
    expect(await store.hashAt(id, ship.origin, 2)).toBe(ship.hashes[1]);
    expect(await store.hashAt(id, ship.origin, 3)).toBeNull();
    expect(await store.hashAt(id, ship.origin, 9)).toBeNull();
    const named = [2, 3, 1, 9, 2].map((number) => ({ origin: ship.origin, number }));
    expect(await store.createdBy(id, [...named, { origin: 'vnobody', number: 1 }])).toEqual(
      // The third is an update, the ninth is not there.
      [other, null, one, null, other, null],
    );
    await store.transaction('update', async (tx) => {
      await tx.vesselForUpdate(id);
      const ranges = [
        [1, 1],
        [3, 9],
      ] as const;
      expect(numbers(await tx.journalByNumber(id, ship.origin, ranges))).toEqual([1, 3, 4]);
      expect(numbers(await tx.journalByNumber(id, 'vnobody0001', ranges))).toEqual([]);
      expect(numbers(await tx.journalOfRecords(id, [other]))).toEqual([2, 4]);
      await tx.sealJournal(id, ship.origin, new Map([[3, ship.hashes[2] ?? '']]));
      await tx.setApplied(id, ship.origin, [3], 'applied');
      expect(await tx.journalByNumber(id, ship.origin, [[1, 9]])).toEqual(entriesOf(ship));
    });
    expect(await store.waiting(id, 0, 10)).toEqual([]);
  });

  test('an urgent entry draws the record’s others into its lane; what is acknowledged goes, what was lost comes back', async () => {
    const { id, ship } = await withVessel(store);
    const head = await store.vessel(id);
    const writer = new Ship(id, head?.origin ?? '');
    const [one, other] = [writer.create(), writer.create()];
    writer.update(one, { title: 'Second' });
    const place = (number: number, recordId: string, lane: 'normal' | 'urgent' = 'normal') => ({
      number,
      lane,
      entity: 'work_order',
      recordId,
      at: 1,
    });
    await store.transaction('write', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.appendJournal(id, entriesOf(writer));
      await tx.enqueue(id, [place(1, one), place(2, other)]);
      await tx.enqueue(id, [place(3, one, 'urgent')]);
    });
    const queue = async (lane: 'normal' | 'urgent') =>
      (await store.queued(id, lane, 0, 10)).map(({ change }) => change.number);
    expect([await queue('urgent'), await queue('normal')]).toEqual([[1, 3], [2]]);
    expect(await store.predecessor(id, 'urgent', 3)).toBe(1);
    expect(await store.predecessor(id, 'urgent', 1)).toBe(0);
    expect(await store.vesselsWithQueue()).toContain(id);
    await store.transaction('acknowledge', async (tx) => {
      await tx.vesselForUpdate(id);
      const removed = await tx.dequeue(id, { upTo: 1, beyond: [[3, 3]] });
      expect(removed).toHaveLength(2);
      expect(await tx.dequeue(id, { upTo: 1, beyond: [[3, 3]] })).toEqual([]);
    });
    expect([await queue('urgent'), await queue('normal')]).toEqual([[], [2]]);
    await store.transaction('acknowledge', async (tx) => {
      await tx.vesselForUpdate(id);
      expect(await tx.requeue(id, writer.origin, { upTo: 1, beyond: [] })).toBe(1);
    });
    expect(await queue('normal')).toEqual([2, 3]);
    expect(ship.journal).toEqual([]);
  });

  test('what comes back into the queue goes with the urgent change that stands on it', async () => {
    const { id } = await withVessel(store);
    const head = await store.vessel(id);
    const writer = new Ship(id, head?.origin ?? '');
    const one = writer.create();
    writer.create();
    writer.update(one, { title: 'Second' });
    writer.update(one, { title: 'Third' });
    const urgent = entriesOf(writer).map((entry) =>
      entry.change.number === 3 ? { ...entry, change: { ...entry.change, lane: 'urgent' as const } } : entry,
    );
    const waits = { lane: 'normal', entity: 'work_order', recordId: one, at: 1 } as const;
    const requeue = (received: ReceivedRanges) =>
      store.transaction('acknowledge', async (tx) => {
        await tx.vesselForUpdate(id);
        return tx.requeue(id, writer.origin, received);
      });
    const queues = async () => {
      const [fast, slow] = await Promise.all([
        store.queued(id, 'urgent', 0, 10),
        store.queued(id, 'normal', 0, 10),
      ]);
      return [fast, slow].map((entries) => entries.map(({ change }) => change.number));
    };
    await store.transaction('write', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.appendJournal(id, urgent);
      await tx.enqueue(id, [{ ...waits, number: 4 }]);
    });
    // The ship has the urgent one and not what came before it.
    expect(await requeue({ upTo: 0, beyond: [[2, 3]] })).toBe(1);
    expect(await queues()).toEqual([[], [1, 4]]);
    // And then neither.
    expect(await requeue({ upTo: 0, beyond: [] })).toBe(2);
    expect(await queues()).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test('records and their states come back as they were', async () => {
    const { id, ship } = await withVessel(store);
    const order = ship.create();
    const change = ship.journal[0];
    const spec = specOf('work_order');
    if (change === undefined || spec === undefined) throw new Error('There are no work orders');
    const state = applyChange(spec, emptyState, change);
    const values = materialise(spec, state) ?? {};
    const row = { values, deleted: false, updatedAt: 5, updatedBy: 'A. Rossi' };
    const bare = newId();
    const update = {
      ...change,
      recordId: bare,
      operation: 'update' as const,
      fields: { title: 'Only this' },
    };
    const unknown = applyChange(spec, emptyState, update);
    await store.transaction('ingest', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.saveRecords(id, [
        { entity: 'work_order', id: order, state, row, digest: 'a'.repeat(32) },
        { entity: 'work_order', id: bare, state: unknown, row: null, digest: null },
      ]);
    });
    await store.transaction('update', async (tx) => {
      await tx.vesselForUpdate(id);
      const found = await tx.records(id, 'work_order', [order, bare, newId(), order]);
      const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
      expect(found.toSorted(byId)).toEqual(
        [
          { entity: 'work_order', id: order, state, row, digest: 'a'.repeat(32) },
          { entity: 'work_order', id: bare, state: unknown, row: null, digest: null },
        ].toSorted(byId),
      );
      expect(await tx.highestNumber(id, 'WO-2026-000001', 'WO-2026-500000')).toBe('WO-2026-000001');
      expect(await tx.highestNumber(id, 'WO-2027-000001', 'WO-2027-500000')).toBeNull();
      expect((await tx.recordsWithoutDigest(id, 10)).map((record) => record.id)).toEqual([bare]);
      await tx.saveDigests(id, [{ entity: 'work_order', recordId: bare, digest: 'b'.repeat(32) }]);
      const digests = await tx.digestsAfter(id, null, 10);
      expect(digests.map(({ recordId }) => recordId)).toEqual([order, bare].toSorted());
      expect(await tx.digestsAfter(id, digests[1] ?? null, 10)).toEqual([]);
    });
  });

  test('a field has one open conflict; closed, it makes room for the next', async () => {
    const { id } = await withVessel(store);
    const conflict: StoredConflict = {
      id: null,
      entity: 'work_order',
      recordId: newId(),
      field: 'title',
      base: null,
      heads: [],
      openedAt: 1,
      settledAt: null,
      settlement: null,
    };
    const save = (each: StoredConflict): Promise<StoredConflict[]> =>
      store.transaction('write', async (tx) => {
        await tx.vesselForUpdate(id);
        await tx.saveConflicts(id, [each]);
        return tx.openConflicts(id, [conflict.recordId]);
      });
    const [open] = await save(conflict);
    expect(open).toMatchObject({ ...conflict, id: expect.any(Number) as number });
    await expect(save(conflict)).rejects.toThrow();
    if (open === undefined) throw new Error('The conflict is not there');
    expect(await save({ ...open, settledAt: 2 })).toEqual([]);
    expect(await save(conflict)).toHaveLength(1);
  });

  test('cursors are kept by origin', async () => {
    const { id } = await withVessel(store);
    const head = {
      origin: 'vorigin0001',
      received: { upTo: 3, beyond: [[5, 6] as const] },
      hash: chainStart(id, 'vorigin0001'),
      unapplied: [[2, 2] as const],
    };
    await store.transaction('ingest', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.saveOriginHead(id, { ...head, received: { upTo: 1, beyond: [] } });
      await tx.saveOriginHead(id, head);
      await tx.saveOriginHead(id, { ...head, origin: 'vanother001' });
    });
    await store.transaction('ingest', async (tx) => {
      await tx.vesselForUpdate(id);
      expect(await tx.originHeads(id)).toEqual([{ ...head, origin: 'vanother001' }, head]);
      const early = { ...head, outOfLane: { upTo: 0, beyond: [[5, 5] as const] } };
      await tx.saveOriginHead(id, early);
      expect(await tx.originHeads(id)).toEqual([{ ...head, origin: 'vanother001' }, early]);
      await tx.saveOriginHead(id, head);
      expect(await tx.originHeads(id)).toEqual([{ ...head, origin: 'vanother001' }, head]);
    });
  });

  test('one gateway sends to a vessel until its right ends or is taken', async () => {
    const { id } = await withVessel(store);
    expect(await store.claimSender(id, 'first', 60_000, false)).toBe(0);
    expect(await store.claimSender(id, 'first', 60_000, false)).toBe(0);
    expect(await opened.second.claimSender(id, 'second', 60_000, false)).toBeGreaterThan(50_000);
    expect(await opened.second.claimSender(id, 'second', 60_000, true)).toBe(0);
    expect(await store.claimSender(id, 'first', 60_000, false)).toBeGreaterThan(0);
    await opened.second.releaseSender('second');
    expect(await store.claimSender(id, 'first', 1, false)).toBe(0);
    await until(
      'the right to end',
      async () => (await opened.second.claimSender(id, 'second', 1, false)) === 0,
    );
  });

  test('what a vessel tells of itself is noted, and nothing of a stranger', async () => {
    const { id } = await withVessel(store);
    expect(await store.contact(id)).toMatchObject({ online: false, hello: null });
    const hello = { origin: 'vorigin0001', last: 3, hash: 'a'.repeat(64), recordsVersion: 1, at: 5 };
    await store.noteContact(id, { at: 5, online: true, hello });
    expect(await store.contact(id)).toMatchObject({ online: true, hello });
    await store.noteContact(id, { at: 6, online: false });
    expect(await store.contact(id)).toMatchObject({ online: false, hello });
    await store.noteContact('nobody-at-all', { at: 5, online: true });
    expect(await store.contact('nobody-at-all')).toBeNull();
  });

  // Nobody else can listen where one program has the database for itself.
  test.each(kind === 'PGlite' ? [] : [kind])('a commit is told to whoever listens (%s)', async () => {
    const { id } = await withVessel(store);
    const heard: Notice[] = [];
    let gaps = 0;
    const stop = opened.second.listen(
      (notice) => void heard.push(notice),
      () => void (gaps += 1),
    );
    await until('the listener to stand', () => (gaps > 0 ? true : undefined));
    const notice: Notice = {
      gateway: 'first',
      events: [{ vesselId: id, entity: 'work_order', ids: [newId()], feed: 1, cause: 'vessel' }],
    };
    await store.transaction('write', async (tx) => {
      await tx.vesselForUpdate(id);
      await tx.notify(notice);
    });
    await until('the notice', () => heard[0]);
    expect(heard).toEqual([notice]);
    stop();
  });
});
