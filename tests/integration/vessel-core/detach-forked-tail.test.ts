import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { detachHeldOtherwise } from '#vessel/sync/intake/detach-held-otherwise.ts';
import { detachForkedTail } from '#vessel/store/journal/detach-forked-tail.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';

const { entity } = workOrderSpec;
const vesselId = 'mv-aurora';
const copy = 'vcopy000001';
const recordId = '0190a5b0-0000-7000-8000-00000000000a';
const environment = systemEnvironment(silentLog);

let opened: ReturnType<typeof openDatabase>;
let store: VesselStore;

beforeEach(() => {
  opened = openDatabase(temporaryDirectory('set-apart'), environment);
  store = new VesselStore(opened.connection, vesselId, environment);
});
afterEach(() => opened.close());

test.each([
  { of: entity, fields: { status: 'sunk' } },
  { of: 'sqlite_master', fields: { title: 'Of no kind that there is' } },
])(
  'of a record ($of) of which all is kept aside nothing comes into being when it takes another name',
  (kept) => {
    const change: Change = {
      origin: copy,
      number: 1,
      time: Date.UTC(2026, 0, 1) * 1024,
      at: Date.UTC(2026, 0, 1),
      seen: {},
      entity: kept.of,
      recordId,
      operation: 'update',
      fields: kept.fields,
      actorId: null,
      actorName: 'Nobody',
      device: 'A copy',
      lane: 'normal',
      version: 1,
    };
    const hash = chainNext(chainStart(vesselId, copy), change);
    applyBatch(store, {
      kind: 'batch',
      vessel: vesselId,
      origin: copy,
      lane: 'bulk',
      after: 0,
      hash,
      attempt: 0,
      proof: [],
      changes: [change],
    });
    expect(store.journal.ofRecord(kept.of, recordId)).toMatchObject([{ applied: 'parked' }]);

    const { now } = detachForkedTail(store, copy, 0) ?? { now: null };

    expect(store.journal.ofRecord(kept.of, recordId)).toMatchObject([{ change: { origin: now } }]);
    expect(store.awaited.get(entity, recordId)).toBeNull();
    while (!store.digests.advance());
    expect(store.digests.page(null, 10)).toEqual([]);
  },
);

test.each(['other', 'entries'] as const)(
  'beyond a gap, what shore holds otherwise under the same number goes on under a name of its own (%s)',
  (told) => {
    const update = (number: number, title: string, lane: Change['lane']): Change => ({
      origin: copy,
      number,
      time: Date.UTC(2026, 0, 1) * 1024 + number,
      at: Date.UTC(2026, 0, 1),
      seen: {},
      entity,
      recordId,
      operation: 'update',
      fields: { title },
      actorId: null,
      actorName: 'Nobody',
      device: 'A copy',
      lane,
      version: 1,
    });
    const [first, third] = [update(1, 'First', 'urgent'), update(3, 'Third', 'normal')];
    const hash = chainNext(chainStart(vesselId, copy), first);
    const batch = {
      kind: 'batch',
      vessel: vesselId,
      origin: copy,
      lane: 'urgent',
      attempt: 0,
      proof: [],
    } as const;
    applyBatch(store, { ...batch, after: 0, hash, changes: [first] });
    applyBatch(store, {
      ...batch,
      lane: 'normal',
      after: 0,
      hash: 'ab'.repeat(32),
      proof: [[1, fingerprintOf(hash)]],
      changes: [third],
    });
    const answer = { step: 'entries' as const, entries: [], lacks: [], other: [] };

    // Up to the cursor the chain says what is true, and shore's word alone moves nothing.
    expect(detachHeldOtherwise(store, { ...answer, other: [[copy, 1]] })).toBe(false);
    expect(detachHeldOtherwise(store, { ...answer, entries: [third] })).toBe(false);
    const found =
      told === 'other'
        ? { ...answer, other: [[copy, 3] as [string, number]] }
        : { ...answer, entries: [{ ...third, fields: { title: 'Something else' } }] };
    expect(detachHeldOtherwise(store, found)).toBe(true);

    const [kept, moved] = store.journal.ofRecord(entity, recordId);
    expect(kept).toMatchObject({ change: { origin: copy, number: 1 } });
    expect(moved).toMatchObject({ change: { number: 1, fields: { title: 'Third' } } });
    expect(moved?.change.origin).not.toBe(copy);
    expect(store.headOf(copy).received).toEqual({ upTo: 1, beyond: [] });
  },
);
