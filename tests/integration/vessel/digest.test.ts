import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyDigest, xorDigests } from '#shared/sync/digest.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { openDatabase, type OpenedDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish, type RecordUnit } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';
import { fillWithOrders, orderAt } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import { changeOf } from '../../unit/sync/changes.ts';

const environment = virtualEnvironment(silentLog);
const shore = 's000001';

describe('the digest of all records on board', () => {
  let directory: string;
  let opened: OpenedDatabase;
  let store: VesselStore;

  beforeEach(() => {
    directory = temporaryDirectory('digest');
    open();
  });
  afterEach(() => opened.close());

  function open(): void {
    opened = openDatabase(directory, environment);
    store = new VesselStore(opened.connection, 'mv-aurora', environment);
  }

  function reopen(): void {
    opened.close();
    open();
  }

  function write<T>(work: (unit: RecordUnit) => T): T {
    return recordAndPublish(store, { actor: { id: null, name: 'A. Rossi' }, device: 'Bridge PC' }, work);
  }

  function create(index = 0): string {
    const id = store.recordIds.next();
    write((unit) => unit.create('work_order', id, orderAt(index)));
    return id;
  }

  function upToDate(): string {
    for (let slices = 0; !store.digests.advance(); slices += 1)
      if (slices > 10_000) throw new Error('The digest is never up to date');
    return store.digests.current() ?? '';
  }

  /** Read from the records themselves, all of them. */
  function fromScratch(): string {
    const keys = [...store.tables.keys()].flatMap((entity) =>
      store.connection
        .prepare(
          `SELECT id FROM ${entity} UNION SELECT record_id FROM sync_awaited WHERE entity = '${entity}'`,
        )
        .pluck()
        .all()
        .map((id) => ({ entity, id: String(id) })),
    );
    return keys
      .map(({ entity, id }) => store.digests.compute(entity, id) ?? emptyDigest)
      .reduce(xorDigests, emptyDigest);
  }

  /** A batch of shore's with one change of this record under the next number. */
  function fromShore(recordId: string, fields: Record<string, string>, number = 1): Batch {
    const change = changeOf({ origin: shore, number, recordId, operation: 'update', fields, seen: {} });
    return {
      kind: 'batch',
      vessel: 'mv-aurora',
      origin: shore,
      lane: 'normal',
      after: 0,
      hash: chainNext(chainStart('mv-aurora', shore), change),
      attempt: 0,
      proof: [],
      changes: [change],
    };
  }

  test('follows own changes, shore’s, deletes and records whose create has not arrived', () => {
    expect(upToDate()).toBe(emptyDigest);
    const seen = new Set([emptyDigest]);
    const id = create();
    expect(store.digests.current()).toBeNull();
    seen.add(upToDate());
    write((unit) => unit.update('work_order', id, { title: 'Other' }));
    seen.add(upToDate());
    applyBatch(store, fromShore(store.recordIds.next(), { title: 'Of a record that is not here yet' }));
    seen.add(upToDate());
    write((unit) => unit.delete('work_order', id));
    seen.add(upToDate());
    expect(seen.size).toBe(5);
    expect(upToDate()).toBe(fromScratch());
  });

  test('is kept through a restart, and follows on from where it stood', () => {
    const ids = [create(1), create(2), create(3)];
    const digest = upToDate();
    reopen();
    expect(store.digests.current()).toBe(digest);
    const [first = ''] = ids;
    write((unit) => unit.update('work_order', first, { status: 'in_progress' }));
    reopen();
    expect(store.digests.current()).toBeNull();
    expect(upToDate()).toBe(fromScratch());
  });

  test('survives a crash between any two slices, and a rebuild gives the same', () => {
    opened.close();
    fillWithOrders(directory, 'mv-aurora', 1_500);
    open();
    let slices = 0;
    for (; !store.digests.advance(); slices += 1) reopen();
    expect(slices).toBeGreaterThan(4);
    const digest = store.digests.current();
    expect(digest).toBe(fromScratch());
    store.digests.rebuild();
    expect(store.digests.current()).toBeNull();
    expect(upToDate()).toBe(digest);
  });

  test('takes in what is written while all is made anew', () => {
    const ids = Array.from({ length: 600 }, (_, index) => create(index));
    store.digests.rebuild();
    for (let step = 0; !store.digests.advance(); step += 1) {
      const id = ids[(step * 37) % ids.length] ?? '';
      if (step < 20) write((unit) => unit.update('work_order', id, { notes: `Step ${step}` }));
    }
    expect(store.digests.current()).toBe(fromScratch());
  });

  test('is made anew when what is stored does not fit the database', () => {
    create();
    const digest = upToDate();
    for (const stored of [
      'not JSON',
      '{"edition":0}',
      store.settings.get('digest')?.replace(':1}', ':9}') ?? '',
    ]) {
      store.settings.set('digest', stored);
      reopen();
      expect(store.digests.current()).toBeNull();
      expect(upToDate()).toBe(digest);
    }
  });

  test('makes a record’s digest again when it is told that it changed by other means', () => {
    const id = create();
    const digest = upToDate();
    store.transaction({ kind: 'apply' }, () => {
      store.connection.prepare(`UPDATE work_order SET title = 'Altered' WHERE id = ?`).run(id);
      store.digests.markStale('work_order', id);
    });
    expect(store.digests.current()).toBeNull();
    expect(upToDate()).not.toBe(digest);
    expect(upToDate()).toBe(fromScratch());
  });
});
