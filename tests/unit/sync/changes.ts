import { fc } from '#support/properties.ts';
import { laneOf } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { WorkOrderFields } from '#shared/records/work-order.ts';
import { chainNext, chainStart, type ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { furthestOf, receivedFromJson, type ReceivedRangesJson } from '#shared/sync/received-ranges.ts';
import { highestNumber } from '#shared/sync/numbers.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';

export const vesselId = 'mv-aurora';
export const ship = 'v000001';
export const office = 's000001';
export const recordId = '0190a5b0-0000-7000-8000-000000000001';

/** The values of an order as the ship's node writes them when it is raised. */
export function orderValues(values: Partial<WorkOrderFields> = {}): WorkOrderFields {
  return {
    number: 'WO-2026-000001',
    title: 'Renew gasket of fuel oil purifier',
    description: '',
    equipmentId: null,
    type: 'corrective',
    priority: 'normal',
    status: 'open',
    dueDate: null,
    assigneeId: null,
    estimatedHours: null,
    actualHours: null,
    notes: '',
    completedAt: null,
    completedBy: null,
    createdAt: '2026-03-01T10:00:00.000Z',
    createdBy: 'A. Rossi, Chief engineer',
    ...values,
  };
}

/**
 * A change of a work order; whatever is not given is that of a plain update on board. Its time is later than those of
 * the changes that its writer had seen, as every writer sees to.
 */
export function changeOf(given: Partial<Change> = {}): Change {
  const number = given.number ?? 1;
  const before = Object.values(given.seen ?? {}).reduce<number>(
    (sum, received) => sum + furthestOf(receivedFromJson(received)),
    0,
  );
  const fields = given.fields ?? (given.operation === 'create' ? { ...orderValues() } : {});
  const spec = specOf(given.entity ?? 'work_order');
  return {
    origin: ship,
    number,
    time: Date.UTC(2026, 2, 1) * 1024 + number + before,
    at: Date.UTC(2026, 2, 1) + number,
    seen: {},
    entity: 'work_order',
    recordId,
    operation: 'update',
    actorId: null,
    actorName: 'A. Rossi, Chief engineer',
    device: 'Bridge PC',
    lane: spec === undefined ? 'normal' : laneOf(spec, fields),
    version: 1,
    ...given,
    fields,
  };
}

/** Hash after each entry of a journal, from the first on. */
export function hashesOf(journal: readonly Change[], origin = ship): ChainHash[] {
  const hashes: ChainHash[] = [];
  let hash = chainStart(vesselId, origin);
  for (const change of journal) hashes.push((hash = chainNext(hash, change)));
  return hashes;
}

/** What somebody may hold of a journal, in its compact form. */
export function receivedJsonOf(
  numbers: fc.Arbitrary<number> = fc.integer({ min: 0, max: 40 }),
): fc.Arbitrary<ReceivedRangesJson> {
  const steps = fc.array(fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 0, max: 5 })), {
    maxLength: 3,
  });
  return fc.tuple(numbers, steps).map(([upTo, gaps]) => {
    const beyond: [number, number][] = [];
    let last = upTo;
    for (const [gap, length] of gaps) {
      beyond.push([last + gap, last + gap + length]);
      last += gap + length;
    }
    return beyond.length === 0 ? upTo : [upTo, ...beyond];
  });
}

export const origins: fc.Arbitrary<string> = fc.stringMatching(/^[vs][0-9a-z]{6,20}$/);
export const causalContexts: fc.Arbitrary<CausalContext> = fc.dictionary(origins, receivedJsonOf(), {
  maxKeys: 3,
  noNullPrototype: true,
});

/** A text that can be stored: no NUL, no half of a surrogate pair. */
export const storableText = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .string({ maxLength, unit: 'binary' })
    .map((text) => text.replaceAll('\u0000', '').slice(0, maxLength).toWellFormed());

const scalars = fc.oneof(
  fc.string({ maxLength: 40, unit: 'binary' }),
  fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => (value === 0 ? 0 : value)),
  fc.boolean(),
  fc.constant(null),
);

/** A change as any program of ours, or one newer than ours, could write it. */
export const changes: fc.Arbitrary<Change> = fc.record({
  origin: origins,
  number: fc.integer({ min: 1, max: highestNumber }),
  time: fc.integer({ min: 1, max: Date.UTC(2199, 0, 1) * 1024 }),
  at: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
  seen: causalContexts,
  entity: fc.stringMatching(/^[a-z][a-z_]{0,39}$/),
  recordId: fc.uuid(),
  operation: fc.constantFrom('create', 'update', 'delete'),
  fields: fc.dictionary(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,20}$/), scalars, {
    maxKeys: 5,
    noNullPrototype: true,
  }),
  actorId: fc.option(fc.uuid()),
  actorName: storableText(160),
  device: storableText(120),
  lane: fc.constantFrom('urgent', 'normal', 'bulk'),
  version: fc.integer({ min: 1, max: 1_000_000 }),
});
