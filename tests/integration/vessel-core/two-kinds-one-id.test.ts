import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';

const vesselId = 'mv-aurora';
const recordId = '0190a5b0-0000-7000-8000-00000000000a';
const start = Date.UTC(2026, 0, 1);
const environment = systemEnvironment(silentLog);
const equipment = { entity: 'equipment', recordId };
const crewMember = { entity: 'crew_member', recordId };
const unknown = { location: '', maker: '', model: '', serialNumber: '' };
const pump = { code: '651.01', name: 'Pump', criticality: 'A', runningHours: null, ...unknown };
const nobody = { name: 'Nobody', rank: 'Oiler', onBoard: true };

let opened: ReturnType<typeof openDatabase>;
let store: VesselStore;

beforeEach(() => {
  opened = openDatabase(temporaryDirectory('two-kinds-one-id'), environment);
  store = new VesselStore(opened.connection, vesselId, environment);
});
afterEach(() => opened.close());

/** The first change of `origin`, of the record of a kind that has the one id. */
function receive(
  origin: string,
  given: Pick<Change, 'entity' | 'operation' | 'fields' | 'seen'>,
  after = 0,
): void {
  const change: Change = {
    origin,
    number: 1,
    time: (start + after) * 1024,
    at: start + after,
    recordId,
    actorId: null,
    actorName: `Writer of ${origin}`,
    device: 'A laptop',
    lane: 'normal',
    version: 1,
    ...given,
  };
  const hash = chainNext(chainStart(vesselId, origin), change);
  const batch = { kind: 'batch', vessel: vesselId, origin, lane: 'bulk', after: 0, hash } as const;
  applyBatch(store, { ...batch, attempt: 0, proof: [], changes: [change] });
}

test('conflicts of records of two kinds under one id are two, and each ends by itself', () => {
  const update = (entity: string, creator: string, origin: string, name: string, after: number) =>
    receive(origin, { entity, operation: 'update', fields: { name }, seen: { [creator]: 1 } }, after);
  receive('vcreates001', { entity: 'equipment', operation: 'create', fields: { ...pump }, seen: {} });
  update('equipment', 'vcreates001', 'vfirst00001', 'Bilge pump', 1_000);
  update('equipment', 'vcreates001', 'vsecond0001', 'Ballast pump', 2_000);
  receive('vforges0001', { entity: 'crew_member', operation: 'create', fields: { ...nobody }, seen: {} });
  update('crew_member', 'vforges0001', 'vforges0002', 'One', 1_000);
  update('crew_member', 'vforges0001', 'vforges0003', 'Two', 2_000);

  expect(valuesOf(equipment)).toEqual(['Ballast pump', 'Bilge pump']);
  expect(valuesOf(crewMember)).toEqual(['One', 'Two']);

  const sawAll = { vforges0001: 1, vforges0002: 1, vforges0003: 1 };
  receive('vforges0004', { entity: 'crew_member', operation: 'delete', fields: {}, seen: sawAll }, 3_000);
  expect(valuesOf(crewMember)).toEqual([]);
  expect(valuesOf(equipment)).toEqual(['Ballast pump', 'Bilge pump']);
});

const valuesOf = (record: typeof equipment) =>
  store.conflicts
    .open(record)
    .flatMap(({ heads }) => heads.map(({ value }) => value))
    .sort(undefined);
