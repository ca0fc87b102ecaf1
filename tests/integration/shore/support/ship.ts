import { v7 } from 'uuid';
import { laneOf, type Lane } from '#shared/records/record.ts';
import { recordsVersion, specOf } from '#shared/records/catalogue.ts';
import type { WorkOrderFields } from '#shared/records/work-order.ts';
import type { Scalar } from '#shared/json.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change, Operation } from '#shared/sync/change.ts';
import type { Batch } from '#shared/sync/frame.ts';
import type { ReceivedRangesJson } from '#shared/sync/received-ranges.ts';
import { fingerprintOf, type HeadFingerprints } from '#shared/sync/head-fingerprints.ts';
import type { CausalContext } from '#shared/sync/causal-context.ts';

export const newId = (): string => v7();

/** The values of an order as the ship's node would write them. */
export function orderValues(changes: Partial<WorkOrderFields> = {}): WorkOrderFields {
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
    createdBy: 'A. Rossi',
    ...changes,
  };
}

/** A ship's journal, written by hand: the changes and batches that a vessel node would send. */
export class Ship {
  readonly vessel: string;
  readonly origin: string;
  readonly journal: Change[] = [];
  readonly hashes: string[] = [];
  /** What its node holds of shore's journal. */
  seen: CausalContext = {};
  /** The latest hybrid time that it heard of. */
  heard = 0;
  at = Date.UTC(2026, 2, 1, 10);
  actorId: string | null = null;
  actorName = 'A. Rossi';
  device = 'Bridge PC';
  version = recordsVersion;

  constructor(vessel: string, origin = 'vship0001') {
    this.vessel = vessel;
    this.origin = origin;
  }

  /** A copy of its disk image, which goes on writing under the same name. */
  clone(): Ship {
    const copy = new Ship(this.vessel, this.origin);
    copy.journal.push(...this.journal);
    copy.hashes.push(...this.hashes);
    copy.seen = this.seen;
    copy.heard = this.heard;
    copy.at = this.at;
    return copy;
  }

  /** @param time of shore's last change of them: what is written after it on the same record bears a later one */
  holds(shoreOrigin: string, received: ReceivedRangesJson, time: number): void {
    this.seen = { ...this.seen, [shoreOrigin]: received };
    this.heard = Math.max(this.heard, time);
  }

  create(values: Partial<WorkOrderFields> = {}, id = newId()): string {
    const number = `WO-2026-${String(this.journal.length + 1).padStart(6, '0')}`;
    this.write('create', 'work_order', id, orderValues({ number, ...values }));
    return id;
  }

  update(id: string, fields: Partial<WorkOrderFields>): Change {
    return this.write('update', 'work_order', id, fields);
  }

  delete(id: string): Change {
    return this.write('delete', 'work_order', id, {});
  }

  write(
    operation: Operation,
    entity: string,
    recordId: string,
    fields: Readonly<Record<string, Scalar>>,
    lane?: Lane,
  ): Change {
    this.at += 1_000;
    const spec = specOf(entity);
    const change: Change = {
      origin: this.origin,
      number: this.journal.length + 1,
      time: Math.max(this.at * 1024, this.heard + this.journal.length),
      at: this.at,
      seen: this.seen,
      entity,
      recordId,
      operation,
      fields,
      actorId: this.actorId,
      actorName: this.actorName,
      device: this.device,
      lane: lane ?? (spec === undefined ? 'normal' : laneOf(spec, fields)),
      version: this.version,
    };
    this.journal.push(change);
    this.hashes.push(chainNext(this.hashes.at(-1) ?? chainStart(this.vessel, this.origin), change));
    return change;
  }

  /** The changes with numbers `first` to `last` as one batch; `after` is the number before unless given. */
  batch(
    first: number,
    last: number,
    { after, lane = 'normal', attempt = 0 }: { after?: number; lane?: Lane; attempt?: number } = {},
  ): Batch {
    const hash = this.hashes[last - 1];
    if (hash === undefined) throw new Error(`The ship has not written number ${last}`);
    return {
      kind: 'batch',
      vessel: this.vessel,
      origin: this.origin,
      lane,
      after: after ?? first - 1,
      hash,
      attempt,
      proof: this.proof(),
      changes: this.journal.slice(first - 1, last),
    };
  }

  /** Where the receiver's journal may end: everywhere. */
  proof(): HeadFingerprints {
    return this.hashes.map((hash, index): HeadFingerprints[number] => [index + 1, fingerprintOf(hash)]);
  }

  /** Everything it has written, in batches of `size`. */
  batches(size: number): Batch[] {
    const batches: Batch[] = [];
    for (let first = 1; first <= this.journal.length; first += size)
      batches.push(this.batch(first, Math.min(first + size - 1, this.journal.length)));
    return batches;
  }
}
