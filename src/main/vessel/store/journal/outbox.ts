import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { lanes, type Lane } from '#shared/records/record.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import {
  differenceOf,
  hasReceived,
  missingIn,
  nothingReceived,
  rangesOf,
  type ReceivedRanges,
  type Range,
} from '#shared/sync/received-ranges.ts';
import { numbersOf } from '#shared/sync/record-state-json.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { WritableDatabase } from '../database.ts';
import type { Heads } from './heads.ts';
import { numbersPerOrigin } from '#shared/sync/numbers.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { LaneReader, type Stretch } from './lane-reader.ts';
import { Promoted } from './promoted.ts';
import { SentMarks } from './sent-marks.ts';
import type { NotAshore } from '../not-ashore.ts';

export interface OutboxCounts {
  depth: number;
  sent: number;
  byLane: Record<Lane, number>;
  /** When the oldest was written, ms; null when empty. */
  oldestAt: number | null;
}

/** A record whose standing between ship and shore has moved. */
export interface RecordKey {
  entity: string;
  recordId: string;
}

/** A batch as it left the ship. */
export interface SentBatch {
  origin: Origin;
  lane: Lane;
  /** The unacknowledged change that goes before it in its lane; 0 for none. */
  after: number;
  changes: readonly Change[];
}

/** A change that waits for shore's word. */
export interface WaitingChange {
  entry: JournalEntry;
  /** The lane in which it travels. */
  lane: Lane;
  /** When it left the ship, ms; null while it has not. */
  sentAt: number | null;
}

/** What the outbox needs of the node's store. */
interface Store {
  readonly journal: Journal;
  readonly heads: Heads;
  readonly own: { readonly origin: Origin; readonly last: number };
  readonly notAshore: NotAshore;
}

const key = z
  .object({ entity: z.string(), record_id: z.string() })
  .transform((row): RecordKey => ({ entity: row.entity, recordId: row.record_id }));
const found = z.number().nullable();
const whole = z.number();
const laneName = z.enum(lanes);
const urgentRecord = z.object({ recordId: z.string(), number: z.number() });

/**
 * The durable queue: own entries of the journal that shore has not acknowledged. What holds at any time:
 * - It is no table: whoever journals a change has queued it, in the same commit.
 * - A change leaves it on shore's word alone. That it was sent is noted beside it and takes nothing out.
 * - What shore acknowledged beyond its cursor has left it too, and what lies between waits on.
 * - A change that an urgent one took along travels in the urgent lane, whichever it was journalled in.
 *
 * Of own changes 1 to 9, with 1 to 4 and 7 acknowledged, there wait 5, 6, 8 and 9.
 */
export class Outbox {
  readonly #store: Store;
  readonly #lanes: LaneReader;
  readonly #promoted: Promoted;
  readonly #sent: SentMarks;
  readonly #keys: Statement;
  readonly #numbersOfRecord: Statement;
  readonly #urgentRecords: Statement;
  readonly #laneOf: Statement;
  readonly #at: Statement;

  constructor(connection: WritableDatabase, store: Store) {
    this.#store = store;
    this.#lanes = new LaneReader(connection);
    this.#promoted = new Promoted(connection);
    this.#sent = new SentMarks(connection);
    this.#keys = connection.prepare(
      'SELECT DISTINCT entity, record_id FROM sync_journal WHERE entry BETWEEN ? AND ?',
    );
    this.#numbersOfRecord = connection
      .prepare(
        `SELECT entry - @base FROM sync_journal_record
         WHERE record_id = @recordId AND entry BETWEEN @base + @first AND @base + @last`,
      )
      .pluck();
    this.#urgentRecords = connection.prepare(
      `SELECT record_id AS recordId, max(number) AS number FROM sync_journal INDEXED BY sync_journal_lane
       WHERE lane <> 'normal' AND lane = 'urgent' AND entry BETWEEN @base + @first AND @base + @last GROUP BY record_id`,
    );
    this.#laneOf = connection.prepare('SELECT lane FROM sync_journal WHERE entry = ?').pluck();
    this.#at = connection.prepare('SELECT at FROM sync_journal WHERE entry = ?').pluck();
  }

  /**
   * What an urgent change stands on must not wait behind it: takes along the record's others that wait. Within the
   * transaction that journals `change`.
   * @param versions the record's field versions before
   * @returns the lowest number that changed lanes; null for none
   */
  promote(change: Change, versions: string): number | null {
    const received = this.#held();
    // The last of its own changes tells, without a look at the journal, that none of them waits.
    if (versions === '' || [...numbersOf(versions, change.origin)].every((each) => each <= received.upTo))
      return null;
    return this.#takeAlong(change, received);
  }

  /** @returns the lowest number that changed lanes; null for none */
  #takeAlong(
    { number, recordId }: Pick<Change, 'number' | 'recordId'>,
    received: ReceivedRanges,
  ): number | null {
    let lowest: number | null = null;
    for (const each of this.#waitingOf(recordId, received)) {
      if (each >= number) continue;
      const lane = this.#journalledLane(each);
      if (lane === null || lane === 'urgent') continue;
      if (!this.#promoted.add({ number: each, lane, sentAt: this.#sent.at(lane, each) })) continue;
      lowest = Math.min(lowest ?? each, each);
    }
    return lowest;
  }

  /**
   * What had been acknowledged when an urgent change of its record was written was not taken along then. Where it waits
   * again, it is now.
   * @param received all that does not wait
   */
  #takeAllAlong(received: ReceivedRanges): void {
    const { journal, own } = this.#store;
    const base = journal.base(own.origin);
    if (base === null) return;
    for (const [first, last] of missingIn(received, 1, own.last))
      for (const urgent of this.#urgentRecords.all({ base, first, last }))
        this.#takeAlong(urgentRecord.parse(urgent), received);
  }

  /**
   * Moves the acknowledged cursor: on shore's word on what it holds of this node's journal, and on nothing else. What
   * it says to hold no more waits again.
   * @param received all that shore holds
   * @param hash this journal's hash at its cursor
   * @returns the records of changes that shore has now, and of those that it has no more
   */
  acknowledge(received: ReceivedRanges, hash: ChainHash): { taken: RecordKey[]; again: RecordKey[] } {
    const { heads, journal, own } = this.#store;
    const before = this.#held();
    const taken = rangesOf(differenceOf(received, before));
    const again = rangesOf(differenceOf(before, received));
    heads.setAcknowledged(own.origin, received, hash);
    for (const [first, last] of taken) this.#promoted.remove(first, last);
    const [lost] = again;
    if (lost !== undefined) {
      this.#sent.forgetFrom(lost[0]);
      this.#promoted.forgetSentFrom(lost[0]);
      this.#takeAllAlong(received);
    }
    this.#sent.forgetUpTo(received.upTo);
    journal.enterOwn(received.upTo);
    return { taken: this.#keysIn(taken), again: this.#keysIn(again) };
  }

  /** Notes that a batch has left the ship. @returns the records of which a change had not left before */
  markSent({ origin, lane, after, changes }: SentBatch, now: number): RecordKey[] {
    if (origin !== this.#store.own.origin) return [];
    const received = this.#held();
    const mark = this.#sent.upTo(lane);
    // A mark says that everything before it has left: one that would pass over a batch is left to the next sending.
    const isInOrder = after <= mark || hasReceived(received, after) || this.isSent(after);
    const fresh: Change[] = [];
    let reached = mark;
    for (const change of changes) {
      if (hasReceived(received, change.number)) continue;
      const promoted = this.#promoted.get(change.number);
      if (promoted !== null) {
        if (promoted.sentAt !== null) continue;
        this.#promoted.markSent(change.number, now);
      } else {
        if (!isInOrder || change.number <= mark) continue;
        reached = change.number;
      }
      fresh.push(change);
    }
    if (reached > mark) this.#sent.set(lane, reached, now);
    return fresh.map(({ entity, recordId }) => ({ entity, recordId }));
  }

  /**
   * Changes after `kept` are about to get numbers under another origin, beginning with 1, and all of them wait: those
   * that were promoted stay so, and none has left under its new name.
   */
  renumber(kept: number): void {
    this.#takeAllAlong({ upTo: kept, beyond: [] });
    const promoted = this.#promoted.all();
    this.#promoted.remove(0, Number.MAX_SAFE_INTEGER);
    for (const { number, lane } of promoted)
      if (number > kept) this.#promoted.add({ number: number - kept, lane, sentAt: null });
    this.#sent.forgetUpTo(Number.MAX_SAFE_INTEGER);
  }

  /** The lane's changes after number `after`, in order, at most `limit`. */
  next(lane: Lane, after: number, limit: number): JournalEntry[] {
    const found: JournalEntry[] = [];
    for (const stretch of this.#stretches(after + 1)) {
      found.push(...this.#lanes.next(lane, stretch, limit - found.length));
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Number of the change that goes before `number` in its lane and is not acknowledged; 0 when there is none. */
  predecessor(lane: Lane, number: number): number {
    for (const stretch of this.#stretches(1, number - 1).reverse()) {
      const found = this.#lanes.last(lane, stretch);
      if (found !== null) return found;
    }
    return 0;
  }

  /**
   * Of what goes before `number` in the urgent lane, the first that was taken along after the one just before `number` had
   * come into it; null for none. Shore may hold that one from earlier, and lack what was taken along.
   */
  takenAlongAcross(number: number): number | null {
    const { journal, own } = this.#store;
    const base = journal.base(own.origin);
    const predecessor = this.predecessor('urgent', number);
    if (base === null || predecessor === 0) return null;
    return this.#promoted.across({ base, last: own.last }, { number, predecessor });
  }

  /** The queue as a person reads it, oldest first. */
  page(limit: number, offset: number): WaitingChange[] {
    const page: WaitingChange[] = [];
    let skip = offset;
    for (const { first, last } of this.#stretches()) {
      const from = first + Math.min(skip, last - first + 1);
      skip -= from - first;
      const count = Math.min(limit - page.length, last - from + 1);
      if (count <= 0) continue;
      const { journal, own } = this.#store;
      for (const entry of journal.range(own.origin, from - 1, count))
        page.push({ entry, ...this.#waiting(entry.change.number, entry.change.lane) });
    }
    return page;
  }

  /** True for a change that has left the ship, though shore may not have said that it holds it. */
  isSent(number: number): boolean {
    const lane = this.#journalledLane(number);
    return lane !== null && this.#waiting(number, lane).sentAt !== null;
  }

  /** Where what has a part in a record stands, given its field versions: this node's changes, and others' that are here. */
  standingOf(versions: string): 'local' | 'sent' | 'held' {
    if (this.#store.notAshore.has(versions)) return 'local';
    const received = this.#held();
    const waiting = [...numbersOf(versions, this.#store.own.origin)].filter(
      (number) => !hasReceived(received, number),
    );
    if (waiting.length === 0) return 'held';
    return waiting.every((number) => this.isSent(number)) ? 'sent' : 'local';
  }

  /** Up to where each lane has left the ship: ends of batches that shore may hold without its word having come. */
  sentEnds(): number[] {
    return lanes.map((lane) => this.#sent.upTo(lane)).filter((number) => number > 0);
  }

  isEmpty(): boolean {
    return this.#held().upTo >= this.#store.own.last;
  }

  counts(): OutboxCounts {
    const { journal, own } = this.#store;
    const base = journal.base(own.origin) ?? 0;
    const received = this.#held();
    const waiting = missingIn(received, 1, own.last);
    const byLane = this.#countByLane(base, waiting);
    let sent = 0;
    for (const lane of lanes) {
      const mark = this.#sent.upTo(lane);
      if (mark > 0) sent += this.#countByLane(base, missingIn(received, 1, mark))[lane];
    }
    const [oldest] = waiting;
    for (const { number, lane, sentAt } of this.#promoted.all()) {
      byLane[lane] -= 1;
      byLane.urgent += 1;
      if (number <= this.#sent.upTo(lane)) sent -= 1;
      if (sentAt !== null) sent += 1;
    }
    return {
      depth: byLane.urgent + byLane.normal + byLane.bulk,
      byLane,
      sent,
      oldestAt: oldest === undefined ? null : found.parse(this.#at.get(base + oldest[0]) ?? null),
    };
  }

  /** By the lane in which they were journalled. */
  #countByLane(base: number, ranges: readonly Range[]): Record<Lane, number> {
    const all = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    const urgent = this.#lanes.count('urgent', base, ranges);
    const bulk = this.#lanes.count('bulk', base, ranges);
    return { urgent, normal: all - urgent - bulk, bulk };
  }

  /** @param lane as it was journalled */
  #waiting(number: number, lane: Lane): Pick<WaitingChange, 'lane' | 'sentAt'> {
    const promoted = this.#promoted.get(number);
    return promoted === null
      ? { lane, sentAt: this.#sent.at(lane, number) }
      : { lane: 'urgent', sentAt: promoted.sentAt };
  }

  #journalledLane(number: number): Lane | null {
    const { journal, own } = this.#store;
    const base = journal.base(own.origin);
    const stored = base === null ? undefined : this.#laneOf.get(base + number);
    return stored === undefined ? null : laneName.parse(stored);
  }

  /** Numbers of a record's changes that wait. */
  #waitingOf(recordId: string, received: ReceivedRanges): number[] {
    const { journal, own } = this.#store;
    const base = journal.base(own.origin);
    if (base === null) return [];
    journal.enterOwn();
    return this.#numbersOfRecord
      .all({ recordId, base, first: received.upTo + 1, last: numbersPerOrigin - 1 })
      .map((number) => whole.parse(number))
      .filter((number) => !hasReceived(received, number));
  }

  #keysIn(ranges: readonly Range[]): RecordKey[] {
    const base = this.#store.journal.base(this.#store.own.origin) ?? 0;
    return ranges.flatMap(([first, last]) =>
      this.#keys.all(base + first, base + last).map((found) => key.parse(found)),
    );
  }

  /** The parts of this node's journal that wait, of its numbers from `first` to `last`. */
  #stretches(first = 1, last: number = this.#store.own.last): Stretch[] {
    const base = this.#store.journal.base(this.#store.own.origin);
    if (base === null) return [];
    return missingIn(this.#held(), first, last).map(([from, to]) => ({ base, first: from, last: to }));
  }

  #held(): ReceivedRanges {
    return this.#store.heads.acknowledged(this.#store.own.origin) ?? nothingReceived;
  }
}
