import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { recordOf } from '#shared/sync/snapshot/join.ts';
import { orderAt } from '#support/filled-vessel.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { detachBase } from '#vessel/store/records/detach-base.ts';
import { takeBaseHead } from '#vessel/store/records/base-head.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { verifyConnection } from '#vessel/store/verify/verify.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';
import { takeRecord } from '#vessel/sync/snapshot/take-part.ts';
import { Comparison, type Outcome } from '#vessel/sync/consistency/comparison.ts';

const vesselId = 'mv-aurora';
const former = 'sformer001';
const environment = systemEnvironment(silentLog);

let opened: ReturnType<typeof openDatabase>;
let store: VesselStore;

beforeEach(() => {
  opened = openDatabase(temporaryDirectory('beneath-a-base'), environment);
  store = new VesselStore(opened.connection, vesselId, environment);
});
afterEach(() => opened.close());

const change = (number: number): Change => ({
  origin: former,
  number,
  time: Date.UTC(2026, 0, 1) * 1024 + number,
  at: Date.UTC(2026, 0, 1),
  seen: {},
  entity: 'work_order',
  recordId: `0190a5b0-0000-7000-8000-00000000000${number}`,
  operation: 'create',
  fields: { ...orderAt(number) },
  actorId: null,
  actorName: 'A. Rossi',
  device: 'Office',
  lane: 'normal',
  version: 1,
});

test('a change that is said to be in the records, and is not, is joined to its record when shore gives it', async () => {
  store.transaction({ kind: 'apply' }, () =>
    takeBaseHead(store, { origin: former, number: 2, hash: 'ab'.repeat(32) }),
  );
  const given = [change(1), { ...change(2), fields: { ...orderAt(2), title: 7 } }, change(3)];
  let outcome: Outcome | null = null;
  const comparison: Comparison = new Comparison(store, {
    environment,
    endsAtFork: true,
    send: ({ at, number, ask }) => {
      if (ask === null) return;
      const answer = (): Parameters<Comparison['take']>[0]['answer'] => {
        if (ask.step === 'sums') return { step: 'sums', differ: [ask.prefixes[0] === '' ? 'ab' : 'abc'] };
        if (ask.step === 'records')
          return {
            step: 'records',
            differ: given.map(({ entity, recordId }) => [entity, recordId, 'cd'.repeat(8)]),
            repaired: [],
          };
        if (ask.step === 'entries') return { step: 'entries', entries: given, lacks: [], other: [] };
        return { step: 'result' };
      };
      queueMicrotask(() =>
        comparison.take({ kind: 'compare', vessel: vesselId, at, number, ask: null, answer: answer() }),
      );
    },
    onDone: (ended) => (outcome = ended),
  });
  while (!store.digests.advance());
  comparison.start();
  await expect.poll(() => outcome).toMatchObject({ outcome: 'compared' });
  const shown = given.map(({ recordId }) => store.table('work_order').get(recordId)?.values['title']);
  // The second breaks a rule, the third lies after what the records tell of: a chain has to show that one.
  expect(shown).toEqual([orderAt(1).title, undefined, undefined]);
  expect(store.journal.origins()).not.toContain(former);
  expect(verifyConnection(opened.connection)).toMatchObject({ ok: true });
});

test.each([true, false])(
  'where shore holds a journal otherwise the two part first, and people are told where that does not help (%s)',
  async (endsAtFork) => {
    const first = change(1);
    const hash = chainNext(chainStart(vesselId, former), first);
    const batch = {
      kind: 'batch',
      vessel: vesselId,
      origin: former,
      lane: 'normal',
      attempt: 0,
      proof: [],
    } as const;
    applyBatch(store, { ...batch, after: 0, hash, changes: [first] });
    const { entity, recordId } = first;
    let outcome: Outcome | null = null;
    const comparison: Comparison = new Comparison(store, {
      environment,
      endsAtFork,
      send: ({ at, number, ask }) => {
        if (ask === null) return;
        const answer = (): Parameters<Comparison['take']>[0]['answer'] => {
          if (ask.step === 'sums') return { step: 'sums', differ: [ask.prefixes[0] === '' ? 'ab' : 'abc'] };
          if (ask.step === 'records')
            return { step: 'records', differ: [[entity, recordId, 'cd'.repeat(8)]], repaired: [] };
          if (ask.step === 'entries')
            return { step: 'entries', entries: [], lacks: [], other: [[former, 1]] };
          return { step: 'result' };
        };
        queueMicrotask(() =>
          comparison.take({ kind: 'compare', vessel: vesselId, at, number, ask: null, answer: answer() }),
        );
      },
      onDone: (ended) => (outcome = ended),
    });
    while (!store.digests.advance());
    comparison.start();
    await expect
      .poll(() => outcome)
      .toEqual(
        endsAtFork
          ? { outcome: 'forked', origins: new Set([former]) }
          : { outcome: 'compared', repaired: [], differing: [{ entity, recordId }] },
      );
    expect(store.headOf(former).received.upTo).toBe(1);
  },
);

test('a change that came before somebody said that the records tell of it stays in its record, and verify sees it there', () => {
  const first = change(1);
  const hash = chainNext(chainStart(vesselId, former), first);
  applyBatch(store, {
    kind: 'batch',
    vessel: vesselId,
    origin: former,
    lane: 'normal',
    after: 0,
    hash,
    attempt: 0,
    proof: [],
    changes: [first],
  });
  // No record of it comes with the word.
  store.transaction({ kind: 'apply' }, () =>
    takeBaseHead(store, { origin: former, number: 50, hash: 'ab'.repeat(32) }),
  );
  expect(store.table('work_order').get(first.recordId)?.values['title']).toBe(orderAt(1).title);
  expect(verifyConnection(opened.connection)).toMatchObject({ ok: true });
});

test('what records alone tell of a journal gets a name of its own, where shore holds another under it', () => {
  const first = change(1);
  store.transaction({ kind: 'apply' }, () => {
    takeRecord(store, workOrderSpec, recordOf(workOrderSpec, first));
    takeBaseHead(store, { origin: former, number: 1, hash: 'ab'.repeat(32) });
  });
  const forged = { ...change(1), recordId: change(2).recordId, fields: { ...orderAt(2) } };
  const hash = chainNext(chainStart(vesselId, former), forged);
  const batch = {
    kind: 'batch',
    vessel: vesselId,
    origin: former,
    lane: 'normal',
    after: 0,
    attempt: 0,
    proof: [],
  } as const;
  const next = { ...forged, number: 2, recordId: change(3).recordId, fields: { ...orderAt(3) } };
  expect(
    applyBatch(store, { ...batch, after: 1, hash: chainNext(hash, next), changes: [next] }).outcome,
  ).toBe('fork');

  const now = detachBase(store, former);
  expect(now).toMatch(/^s/);
  expect(store.seen).toEqual({ [now ?? '']: 1 });
  expect(store.base.heads()).toMatchObject([{ origin: now, number: 1 }]);
  expect(store.table('work_order').get(first.recordId)?.values['title']).toBe(orderAt(1).title);
  expect(verifyConnection(opened.connection)).toMatchObject({ ok: true });

  // Now both stand beside each other.
  expect(applyBatch(store, { ...batch, hash, changes: [forged] }).outcome).toBe('stored');
  expect(store.table('work_order').get(forged.recordId)?.values['title']).toBe(orderAt(2).title);
  expect(verifyConnection(opened.connection)).toMatchObject({ ok: true });
});
