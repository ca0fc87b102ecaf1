import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
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
