import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import { checked } from '#shared/sync/snapshot/checked-record.ts';
import { positionName, type Page } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';
import { takePart } from '#vessel/sync/snapshot/take-part.ts';
import { orderAt } from '#support/filled-vessel.ts';

const vesselId = 'mv-aurora';
const recordId = '0190a5b0-0000-7000-8000-00000000000a';
const start = Date.UTC(2026, 0, 1);
const environment = systemEnvironment(silentLog);

let opened: ReturnType<typeof openDatabase>;
let store: VesselStore;

beforeEach(() => {
  opened = openDatabase(temporaryDirectory('snapshot-ends-conflict'), environment);
  store = new VesselStore(opened.connection, vesselId, environment);
});
afterEach(() => opened.close());

/** The first change of `origin`. */
function receive(origin: string, given: Pick<Change, 'operation' | 'fields' | 'time' | 'seen'>): void {
  const change: Change = {
    origin,
    number: 1,
    at: given.time / 1024,
    entity: 'work_order',
    recordId,
    actorId: null,
    actorName: `Writer of ${origin}`,
    device: 'A copy',
    lane: 'normal',
    version: 1,
    ...given,
  };
  const hash = chainNext(chainStart(vesselId, origin), change);
  applyBatch(store, {
    kind: 'batch',
    vessel: vesselId,
    origin,
    lane: 'bulk',
    after: 0,
    hash,
    attempt: 0,
    proof: [],
    changes: [change],
  });
}

test('a snapshot that brings the end of a conflict ends it on board', () => {
  const [first, second, third] = [start, start + 1_000, start + 2_000].map((at) => at * 1024);
  if (first === undefined || second === undefined || third === undefined) throw new Error('No times');
  receive('vfirst00001', { operation: 'create', fields: { ...orderAt(1) }, time: first, seen: {} });
  const seen = { vfirst00001: 1 };
  receive('vsecond0001', { operation: 'update', fields: { title: 'By one' }, time: second, seen });
  receive('vthird00001', { operation: 'update', fields: { title: 'By another' }, time: second + 1, seen });
  expect(store.conflicts.open({ entity: 'work_order', recordId })).toMatchObject([{ field: 'title' }]);

  const decided = 'sdecides001';
  const record: SnapshotRecord = {
    entity: 'work_order',
    id: recordId,
    values: { ...orderAt(1), title: 'Decided' },
    updatedAt: start + 2_000,
    updatedBy: 'Superintendent',
    state: {
      c: [first, 'vfirst00001', 1, {}],
      f: { title: [[[third, decided, 1, { ...seen, vsecond0001: 1, vthird00001: 1 }], 'Decided']] },
      t: { vfirst00001: 1, vsecond0001: 1, vthird00001: 1, [decided]: 1 },
    },
    history: [],
  };
  const position = { [decided]: 1 };
  const page: Page = {
    kind: 'page',
    vessel: vesselId,
    origin: store.own.origin,
    attempt: 1,
    start: {
      heads: [{ origin: decided, upTo: 1, hash: 'ab'.repeat(32) }],
      time: third,
      total: 1,
      numbers: [],
    },
    at: positionName(position),
    after: '0:',
    next: null,
    runEnd: null,
    version: recordsVersion,
    records: packRecords([record]),
  };
  takePart(store, { kind: 'wanted', position: null, after: '0:', again: true }, page, {
    records: [checked(record)],
    isLast: true,
  });

  expect(store.conflicts.open({ entity: 'work_order', recordId })).toEqual([]);
  expect(store.conflicts.page({ state: 'settled', recordId, before: null, limit: 10 })).toMatchObject([
    { field: 'title', settlement: { value: 'Decided', by: 'Superintendent' } },
  ]);
});
