import type { Scalar } from '#shared/json.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import type { Change } from '#shared/sync/change.ts';
import type { RecordState } from '#shared/sync/merge.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { keyOf } from './journal/fold.ts';
import { readRecords } from './journal/read-records.ts';
import { higherNumber, type Unit } from './record-unit.ts';
import type {
  JournalEntry,
  NewProblem,
  OriginHead,
  RecordRef,
  ShoreTransaction,
  StoredRecord,
  Values,
  VesselHead,
} from './store/shore-store.ts';

/** What a unit of work is known to read: asked for along with the lock. What is not named is read when it comes up. */
export interface Needs {
  records?: readonly RecordRef[];
  /** The highest work order number given from the first to the last of these. */
  numbers?: { first: string; last: string };
}

/** A change that the office makes. */
export interface Written {
  change: Change;
  spec: RecordSpec;
}

/**
 * One vessel's records within a transaction that holds its lock, for units that are written one after the other.
 *
 * - A unit sees what those before it have written, as if each had been committed.
 * - A unit that is not added has changed nothing.
 */
export class VesselBook {
  readonly vessel: VesselHead;
  readonly heads: readonly OriginHead[];
  /** Of all units, in order. */
  readonly changes: Written[] = [];
  /** What people are to be told of, of all units. */
  readonly problems: NewProblem[] = [];
  /** Hybrid time of the last unit that wrote. */
  time: number;
  readonly #tx: ShoreTransaction;
  /** As they stand in the database; null where nothing is known of one. */
  readonly #stored: Map<string, StoredRecord | null>;
  readonly #states = new Map<string, RecordState>();
  /** By range, as they stand in the database. */
  readonly #numbers: Map<string, string | null>;

  private constructor(
    tx: ShoreTransaction,
    vessel: VesselHead,
    heads: readonly OriginHead[],
    read: { stored: Map<string, StoredRecord | null>; numbers: Map<string, string | null> },
  ) {
    this.#tx = tx;
    this.vessel = vessel;
    this.heads = heads;
    this.time = vessel.time;
    this.#stored = read.stored;
    this.#numbers = read.numbers;
  }

  /** Takes the vessel's lock and reads what the units need; null for a vessel that nobody knows. */
  static async open(
    tx: ShoreTransaction,
    vesselId: string,
    needs: readonly Needs[],
  ): Promise<VesselBook | null> {
    const refs = needs.flatMap(({ records = [] }) => records);
    const ranges = new Map(
      needs.flatMap(({ numbers }) => (numbers === undefined ? [] : [[rangeKey(numbers), numbers]])),
    );
    // The lock first: what is asked behind it is read after the wait for it.
    const [vessel, heads, stored, numbers] = await Promise.all([
      tx.vesselForUpdate(vesselId),
      tx.originHeads(vesselId),
      readRecords(tx, vesselId, refs),
      Promise.all(
        [...ranges].map(async ([key, { first, last }]): Promise<[string, string | null]> => [
          key,
          await tx.highestNumber(vesselId, first, last),
        ]),
      ),
    ]);
    return vessel === null ? null : new VesselBook(tx, vessel, heads, { stored, numbers: new Map(numbers) });
  }

  /** The last number that was given under shore's origin. */
  get last(): number {
    return this.vessel.last + this.changes.length;
  }

  /** What was read of the database, before any of the changes. */
  get stored(): ReadonlyMap<string, StoredRecord | null> {
    return this.#stored;
  }

  /** Takes over what a unit has written. */
  add(unit: Unit): void {
    if (unit.changes.length === 0) return;
    this.changes.push(...unit.changes);
    this.problems.push(...unit.problems);
    for (const [key, state] of unit.states) this.#states.set(key, state);
    this.time = unit.time;
  }

  async state(entity: string, id: string): Promise<RecordState | null> {
    const key = keyOf(entity, id);
    const written = this.#states.get(key);
    if (written !== undefined) return written;
    let record = this.#stored.get(key);
    if (record === undefined) {
      [record = null] = await this.#tx.records(this.vessel.vesselId, entity, [id]);
      this.#stored.set(key, record);
    }
    return record?.state ?? null;
  }

  /** As they stand in the database, without the changes of this book. */
  having(entity: string, field: string, value: Scalar): Promise<{ id: string; values: Values }[]> {
    return this.#tx.recordsHaving(this.vessel.vesselId, entity, { field, value });
  }

  async highestNumber(first: string, last: string): Promise<string | null> {
    const key = rangeKey({ first, last });
    let highest = this.#numbers.get(key);
    if (highest === undefined) {
      highest = await this.#tx.highestNumber(this.vessel.vesselId, first, last);
      this.#numbers.set(key, highest);
    }
    for (const { change } of this.changes) highest = higherNumber(highest, change, first, last);
    return highest;
  }

  async journalled(origin: Origin, number: number): Promise<Change | null> {
    const [entry] = await this.#tx.journalByNumber(this.vessel.vesselId, origin, [[number, number]]);
    return entry?.change ?? null;
  }

  /** Everything that is known of a record but for the changes of this book. */
  historyOf(recordId: string): Promise<JournalEntry[]> {
    return this.#tx.journalOfRecords(this.vessel.vesselId, [recordId]);
  }
}

function rangeKey({ first, last }: { first: string; last: string }): string {
  return `${first} ${last}`;
}
