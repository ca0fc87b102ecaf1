import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase, type OpenedDatabase } from '#vessel/store/open-database.ts';
import { hashAt, reincarnate } from '#vessel/store/journal/re-incarnate.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { verifyConnection } from '#vessel/store/verify/verify.ts';
import type { Ack } from '#shared/sync/frame.ts';
import { nothingReceived, withNumber } from '#shared/sync/received-ranges.ts';
import { applyWaiting } from '#vessel/sync/intake/apply-waiting.ts';
import { takeAcknowledgement } from '#vessel/sync/uplink/take-acknowledgement.ts';
import { orderValues } from '../../unit/sync/changes.ts';

const vesselId = 'mv-aurora';
const { entity } = workOrderSpec;
const ids = ['0190a5b0-0000-7000-8000-00000000000a', '0190a5b0-0000-7000-8000-00000000000b'];
const order = orderValues({ title: 'Renew gasket', createdBy: 'A. Rossi' });

describe('a new incarnation', () => {
  const environment = systemEnvironment(silentLog);
  let opened: OpenedDatabase;
  let store: VesselStore;
  beforeEach(() => {
    opened = openDatabase(temporaryDirectory('vessel'), environment);
    store = new VesselStore(opened.connection, vesselId, environment);
    const writer = { actor: { id: null, name: 'A. Rossi' }, device: 'Bridge PC' };
    for (const [index, id] of ids.entries())
      recordAndPublish(store, writer, (unit) =>
        unit.create(entity, id, { ...order, title: `Order ${index}` }),
      );
    for (const title of ['First', 'Second', 'Third'])
      for (const id of ids) recordAndPublish(store, writer, (unit) => unit.update(entity, id, { title }));
  });
  afterEach(() => opened.close());

  const queue = (): number[] => store.outbox.next('normal', 0, 100).map(({ change }) => change.number);
  const verify = () => verifyConnection(opened.connection);

  test.each([0, 1, 3, 7, 8])(
    'keeps %i changes under the old name and moves the others, each once',
    (kept) => {
      const before = store.own.origin;
      const { moved, now } = reincarnate(store, kept);
      expect(moved).toBe(8 - kept);
      expect(store.own).toMatchObject({ origin: now, last: 8 - kept });
      expect(queue()).toEqual(Array.from({ length: 8 - kept }, (_, index) => index + 1));
      expect(store.seen).toEqual(kept === 0 ? {} : { [before]: kept });
      const entries = [...store.journal.range(before, 0, 100), ...store.journal.range(now, 0, 100)];
      expect(entries.map(({ change }) => change.fields['title'])).toEqual([
        'Order 0',
        'Order 1',
        'First',
        'First',
        'Second',
        'Second',
        'Third',
        'Third',
      ]);
      for (const id of ids) expect(store.table(entity).get(id)?.values['title']).toBe('Third');
      expect(verify()).toMatchObject({ ok: true, changes: 8, waiting: 8 - kept });
      // A node that starts anew finds itself where this one stands.
      const again = new VesselStore(opened.connection, vesselId, environment);
      expect(again.own).toMatchObject({ origin: now, last: store.own.last, hash: store.own.hash });
      expect(again.seen).toEqual(store.seen);
    },
  );

  test('is all or nothing: cut off before its commit, everything is as it was and the node writes on', () => {
    const before = { ...store.own };
    const waiting = queue();
    expect(() =>
      reincarnate(store, 3, () => {
        throw new Error('The disk is full');
      }),
    ).toThrow('The disk is full');
    expect(store.own).toMatchObject(before);
    expect(queue()).toEqual(waiting);
    expect(verify()).toMatchObject({ ok: true, waiting: 8 });
    expect(reincarnate(store, 3).moved).toBe(5);
    expect(verify()).toMatchObject({ ok: true, waiting: 5 });
  });

  test('is begun where shore holds, across a gap, what this node never wrote', () => {
    const { origin } = store.own;
    const word = (outcome: Ack['outcome']): Ack => ({
      kind: 'ack',
      vessel: vesselId,
      origin,
      held: [3, [20, 21]],
      hash: hashAt(store, 3),
      beyondHash: 'f'.repeat(64),
      outcome,
      attempt: 1,
      problems: [],
      fork: null,
      holding: null,
      at: null,
    });
    const take = (ack: Ack) =>
      takeAcknowledgement(store, ack, { device: 'Bridge PC', askedWith: null, named: null });
    // The answer to a batch may be to another computer's: a hello brings it out.
    expect(take(word('gap'))).toMatchObject({ ask: true, reincarnated: null });
    expect(store.own.origin).toBe(origin);
    expect(take(word('status')).reincarnated).toMatchObject({ before: origin, moved: 5 });
    expect(store.own.origin).not.toBe(origin);
    expect(queue()).toEqual([1, 2, 3, 4, 5]);
    expect(store.seen).toEqual({ [origin]: 3 });
    expect(verify()).toMatchObject({ ok: true, changes: 8, waiting: 5 });
  });

  test('beyond the cursor nothing leaves the queue but what a batch of ours named, and shore stored', () => {
    const { origin } = store.own;
    const word = (outcome: Ack['outcome'], fork: Ack['fork'] = null): Ack => ({
      kind: 'ack',
      vessel: vesselId,
      origin,
      held: [1, [3, 6]],
      hash: hashAt(store, 1),
      beyondHash: hashAt(store, 6),
      outcome,
      attempt: 1,
      problems: [],
      fork,
      holding: null,
      at: null,
    });
    const take = (ack: Ack, named: number[] | null) =>
      takeAcknowledgement(store, ack, {
        device: 'Bridge PC',
        askedWith: null,
        named: named?.reduce(withNumber, nothingReceived) ?? null,
      });
    // Among 3 to 6 somebody may have put another change than the one here.
    take(word('status'), null);
    expect(queue()).toEqual([2, 3, 4, 5, 6, 7, 8]);
    take(word('stored'), [3, 6, 7]);
    expect(queue()).toEqual([2, 4, 5, 7, 8]);
    // It is found out by the batch that names it. All that waits goes on under another name.
    const fork = { number: 2, hash: hashAt(store, 1) };
    expect(take(word('fork', fork), null).reincarnated).toBeNull();
    expect(take(word('fork', fork), [4, 5]).reincarnated).toMatchObject({ before: origin, moved: 7 });
    expect(queue()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('where shore was put back and holds another journal, what it stored across a gap waits again as well', () => {
    const { origin } = store.own;
    const word = (ack: Pick<Ack, 'held' | 'hash' | 'beyondHash' | 'outcome'>): Ack => ({
      kind: 'ack',
      vessel: vesselId,
      origin,
      attempt: 1,
      problems: [],
      fork: null,
      holding: null,
      at: null,
      ...ack,
    });
    const take = (ack: Ack, named: number[] | null) =>
      takeAcknowledgement(store, ack, {
        device: 'Bridge PC',
        askedWith: null,
        named: named?.reduce(withNumber, nothingReceived) ?? null,
      });
    take(
      word({ held: [0, [2, 2]], hash: hashAt(store, 0), beyondHash: hashAt(store, 2), outcome: 'stored' }),
      [2],
    );
    expect(queue()).toEqual([1, 3, 4, 5, 6, 7, 8]);
    // A copy of this computer went on from the same first change. Where the journals part shore can only say once it has them.
    const another = word({ held: 8, hash: 'f'.repeat(64), beyondHash: null, outcome: 'status' });
    expect(take(another, null)).toMatchObject({ putBack: true });
    expect(queue()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(take(another, null)).toMatchObject({ putBack: false });
    expect(verify()).toMatchObject({ ok: true, waiting: 8 });
  });

  test('takes along with an urgent change what shore had of its record before, and has no more', () => {
    const [id = '', other = ''] = ids;
    const { origin } = store.own;
    const urgent = (): number[] => store.outbox.next('urgent', 0, 100).map(({ change }) => change.number);
    store.transaction({ kind: 'apply' }, () =>
      store.outbox.acknowledge({ upTo: 8, beyond: [] }, hashAt(store, 8)),
    );
    const writer = { actor: { id: null, name: 'A. Rossi' }, device: 'Bridge PC' };
    recordAndPublish(store, writer, (unit) => unit.update(entity, id, { priority: 'critical' }));
    recordAndPublish(store, writer, (unit) => unit.update(entity, other, { title: 'Fourth' }));
    expect([urgent(), queue()]).toEqual([[9], [10]]);
    // Put back into the queue under its name.
    store.transaction({ kind: 'apply' }, () =>
      store.outbox.acknowledge({ upTo: 4, beyond: [] }, hashAt(store, 4)),
    );
    expect([urgent(), queue()]).toEqual([
      [5, 7, 9],
      [6, 8, 10],
    ]);
    reincarnate(store, 2);
    expect(store.own.origin).not.toBe(origin);
    expect([urgent(), queue()]).toEqual([
      [1, 3, 5, 7],
      [2, 4, 6, 8],
    ]);
    expect(verify()).toMatchObject({ ok: true, waiting: 8 });
  });

  test('can be followed by another', () => {
    reincarnate(store, 3);
    const { moved } = reincarnate(store, 2);
    expect(moved).toBe(3);
    expect(verify()).toMatchObject({ ok: true, changes: 8, waiting: 3 });
  });

  test('what waited for a newer program is applied once it has come', () => {
    const [id = ''] = ids;
    const change = {
      ...(store.journal.last(store.own.origin)?.change ?? expect.fail('Nothing is journalled')),
      origin: 's000001',
      number: 1,
      seen: { [store.own.origin]: 8 },
      recordId: id,
      fields: { title: 'From the office' },
      version: recordsVersion,
    };
    store.transaction({ kind: 'apply' }, () => {
      store.journal.add(change, { hash: hashAt(store, 8), claimed: null, applied: 'later' });
      store.settings.noteUnapplied();
    });
    expect(applyWaiting(store)).toBe(1);
    expect(store.table(entity).get(id)?.values['title']).toBe('From the office');
    expect(applyWaiting(store)).toBe(0);
  });
});
