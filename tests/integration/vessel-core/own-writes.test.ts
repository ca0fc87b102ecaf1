import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { Scalar } from '#shared/json.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change, Operation } from '#shared/sync/change.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { fingerprintsFor } from '#shared/sync/head-fingerprints.ts';
import type { ReceivedRangesJson } from '#shared/sync/received-ranges.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { createAndPublish, recordAndPublish, type RecordUnit } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { verifyConnection } from '#vessel/store/verify/verify.ts';
import { applyBatch } from '#vessel/sync/intake/apply-batch.ts';
import { orderValues } from '../../unit/sync/changes.ts';

const vesselId = 'mv-aurora';
const { entity } = workOrderSpec;
const chief = { id: null, name: 'A. Rossi, Chief engineer' };
const recordIds = ['0190a5b0-0000-7000-8000-00000000000a', '0190a5b0-0000-7000-8000-00000000000b'];

const order = orderValues({ title: 'Renew gasket' });

const fields: fc.Arbitrary<Record<string, Scalar>> = fc.record(
  {
    title: fc.constantFrom('Renew gasket', 'Overhaul pump', 'Clean strainer'),
    status: fc.constantFrom('open', 'in_progress', 'completed', 'cancelled'),
    actualHours: fc.option(fc.integer({ min: 0, max: 5 })),
    notes: fc.constantFrom('', 'Checked', 'Checked\nLeak found'),
  },
  { requiredKeys: [], noNullPrototype: true },
);

type Step =
  | {
      kind: 'on board';
      operation: Operation;
      record: number;
      fields: Record<string, Scalar>;
      affirms: boolean;
    }
  | {
      kind: 'ashore';
      operation: Operation;
      record: number;
      fields: Record<string, Scalar>;
      epoch: number;
      had: number;
      early: boolean;
    }
  | { kind: 'sent'; epoch: number; most: number; overtakes: boolean };

const operations = fc.constantFrom<Operation>('create', 'update', 'update', 'update', 'update', 'delete');
const record = fc.nat({ max: recordIds.length - 1 });
const epoch = fc.nat({ max: 1 });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('on board'),
      operation: operations,
      record,
      fields,
      affirms: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('ashore'),
      operation: operations,
      record,
      fields,
      epoch,
      had: fc.nat(),
      early: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('sent'),
      epoch,
      most: fc.integer({ min: 1, max: 3 }),
      overtakes: fc.boolean(),
    }),
  },
);

/** One journal of the office, written by hand, and what of it has been sent. */
class ShoreJournal {
  readonly origin: string;
  readonly changes: Change[] = [];
  readonly #hashes: string[] = [];
  readonly #sent = new Set<number>();

  constructor(origin: string) {
    this.origin = origin;
  }

  write(change: Omit<Change, 'origin' | 'number'>): void {
    const written: Change = { ...change, origin: this.origin, number: this.changes.length + 1 };
    this.changes.push(written);
    this.#hashes.push(chainNext(this.#hashes.at(-1) ?? chainStart(vesselId, this.origin), written));
  }

  /** The next changes, or those after the next, which overtake it. */
  next(most: number, overtakes: boolean): Batch | null {
    const waiting = this.changes.filter(({ number }) => !this.#sent.has(number));
    const changes = waiting.slice(overtakes ? 1 : 0).slice(0, most);
    const last = changes.at(-1);
    if (last === undefined) return null;
    const reached = Math.max(0, ...this.#sent);
    const proof = fingerprintsFor(
      changes.map(({ number }) => number),
      new Map([[reached, this.#hashes[reached - 1] ?? '']]),
    );
    for (const { number } of changes) this.#sent.add(number);
    return {
      kind: 'batch',
      vessel: vesselId,
      origin: this.origin,
      lane: overtakes ? 'urgent' : 'normal',
      after: 0,
      hash: this.#hashes[last.number - 1] ?? '',
      attempt: 1,
      proof,
      changes,
    };
  }
}

function sail(store: VesselStore, script: readonly Step[], afterEach: () => void): void {
  const journals = [new ShoreJournal('s000001'), new ShoreJournal('s000002')];
  const known = new Set<string>();
  for (const step of script) {
    if (step.kind === 'sent') {
      const batch = journals[step.epoch]?.next(step.most, step.overtakes) ?? null;
      if (batch === null) continue;
      expect(applyBatch(store, batch).outcome).toBe('stored');
    } else {
      const id = recordIds[step.record] ?? '';
      if ((step.operation === 'create') === known.has(id)) continue;
      known.add(id);
      if (step.kind === 'on board') writeOnBoard(store, id, step);
      else journals[step.epoch]?.write(writtenAshore(store, id, step));
    }
    afterEach();
  }
}

function writeOnBoard(
  store: VesselStore,
  id: string,
  { operation, fields, affirms }: Step & { kind: 'on board' },
): void {
  const row = store.table(entity).get(id);
  if (operation !== 'create' && (row === null || row.deleted)) return;
  const writer = { actor: chief, device: 'Bridge PC' };
  // Of a record that is new it decides by which of the two ways it is written.
  if (operation === 'create' && affirms)
    return createAndPublish(store, writer, { entity, id, valuesAt: () => ({ ...order, ...fields }) });
  recordAndPublish(store, writer, (unit) => {
    if (operation === 'create') unit.create(entity, id, { ...order, ...fields });
    else if (operation === 'update' && affirms) affirmAll(unit, id, fields);
    else if (operation === 'update') unit.update(entity, id, fields);
    else unit.delete(entity, id);
  });
}

/** Sets `fields`, and the title and the status to what they are. */
function affirmAll(unit: RecordUnit, id: string, fields: Record<string, Scalar>): void {
  const { title = null, status = null } = unit.get(entity, id)?.values ?? {};
  unit.affirm(entity, id, { title, status, ...fields });
}

function writtenAshore(
  store: VesselStore,
  id: string,
  { operation, fields, had, early }: Step & { kind: 'ashore' },
): Omit<Change, 'origin' | 'number'> {
  const { last, origin } = store.own;
  const upTo = had % (last + 1);
  const received: ReceivedRangesJson = early && upTo + 2 <= last ? [upTo, [upTo + 2, last]] : upTo;
  const at = Date.now();
  return {
    time: at * 1024,
    at,
    seen: received === 0 ? {} : { [origin]: received },
    entity,
    recordId: id,
    operation,
    fields: operation === 'create' ? { ...order, ...fields } : operation === 'update' ? fields : {},
    actorId: null,
    actorName: 'M. Larsen',
    device: 'Office',
    lane: 'normal',
    version: 1,
  };
}

describe('what a vessel stores of a record', () => {
  test('of its own changes and of those from ashore, in any order, is what its journal says', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 10, maxLength: 40, size: 'max' }), (script) => {
        const environment = systemEnvironment(silentLog);
        const opened = openDatabase(temporaryDirectory('own-writes'), environment);
        try {
          const store = new VesselStore(opened.connection, vesselId, environment);
          sail(store, script, () => {
            expect(verifyConnection(store.connection)).toMatchObject({ ok: true });
          });
        } finally {
          opened.close();
        }
      }),
      runs(40),
    );
  });
});
