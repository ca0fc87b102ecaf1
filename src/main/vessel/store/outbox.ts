import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { lanes, type Lane } from '#shared/domain/record.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Held } from '#shared/sync/held.ts';
import type { Origin } from '#shared/sync/seen.ts';
import type { WritableDatabase } from './database.ts';
import { fromRow, type Journal, type JournalEntry } from './journal.ts';

export interface OutboxFigures {
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

const key = z
  .object({ entity: z.string(), record_id: z.string() })
  .transform((row): RecordKey => ({ entity: row.entity, recordId: row.record_id }));
const count = z.number();
const queued = z.object({ number: z.number(), lane: z.enum(lanes) });

/**
 * The durable queue: own changes that shore has not acknowledged. Rows come in the transaction of the change itself
 * and go only on shore's word.
 */
export class Outbox {
  readonly #next: Readonly<Record<Lane, Statement>>;
  readonly #before: Readonly<Record<Lane, Statement>>;
  readonly #promoted: Statement;
  readonly #markSent: Statement;
  readonly #removeUpTo: Statement;
  readonly #removeRange: Statement;
  readonly #figures: Statement;
  readonly #oldest: Statement;
  readonly #sent: Statement;
  readonly #any: Statement;
  readonly #isSent: Statement;
  readonly #add: Statement;
  readonly #promote: Statement;
  readonly #lanes: Statement;
  readonly #clear: Statement;
  readonly #putBack: Statement;
  readonly #journal: Journal;

  constructor(connection: WritableDatabase, journal: Journal) {
    this.#journal = journal;
    this.#add = connection.prepare(
      'INSERT INTO sync_outbox (number, lane, entity, record_id, at) VALUES (?, ?, ?, ?, ?)',
    );
    this.#promote = connection.prepare(
      `UPDATE sync_outbox SET lane = 'urgent' WHERE lane <> 'urgent' AND number IN (
         SELECT number FROM sync_journal WHERE record_id = ? AND origin = ?)`,
    );
    this.#lanes = connection.prepare('SELECT number, lane FROM sync_outbox WHERE number > ?');
    this.#clear = connection.prepare('DELETE FROM sync_outbox');
    this.#putBack = connection.prepare(
      `INSERT INTO sync_outbox (number, lane, entity, record_id, at)
       SELECT number, lane, entity, record_id, at FROM sync_journal WHERE entry BETWEEN ? AND ?
       ON CONFLICT DO NOTHING RETURNING entity, record_id`,
    );
    // The lane is written out: where it is bound SQLite prepares the statement anew at each call, to see whether the
    // index that leaves the normal lane out will do; a limit, to plan by its value, unless a plus stands before it.
    // A cross join keeps SQLite from starting with the journal, all of which it would sort for each batch.
    this.#next = ofEachLane((lane) =>
      connection.prepare(
        `SELECT j.* FROM sync_outbox AS o CROSS JOIN sync_journal AS j ON j.entry = @base + o.number
         WHERE o.lane = '${lane}' AND o.number > @after ORDER BY o.number LIMIT +@limit`,
      ),
    );
    this.#before = ofEachLane((lane) =>
      connection.prepare(`SELECT max(number) FROM sync_outbox WHERE lane = '${lane}' AND number < ?`).pluck(),
    );
    this.#promoted = connection
      .prepare(
        `SELECT min(o.number) FROM sync_journal AS j JOIN sync_outbox AS o ON o.number = j.number
         WHERE j.record_id = ? AND j.origin = ? AND o.lane = 'urgent'`,
      )
      .pluck();
    this.#markSent = connection.prepare(
      `UPDATE sync_outbox SET sent_at = @now WHERE lane = +@lane AND number BETWEEN @first AND @last AND sent_at IS NULL
       RETURNING entity, record_id`,
    );
    this.#removeUpTo = connection.prepare(
      'DELETE FROM sync_outbox WHERE number <= ? RETURNING entity, record_id',
    );
    this.#removeRange = connection.prepare(
      'DELETE FROM sync_outbox WHERE number BETWEEN ? AND ? RETURNING entity, record_id',
    );
    this.#figures = connection.prepare('SELECT lane, count(*) AS depth FROM sync_outbox GROUP BY lane');
    this.#oldest = connection.prepare('SELECT at FROM sync_outbox ORDER BY number LIMIT 1').pluck();
    this.#isSent = connection.prepare('SELECT 1 FROM sync_outbox WHERE number = ? AND sent_at IS NOT NULL');
    this.#any = connection.prepare('SELECT 1 FROM sync_outbox LIMIT 1').pluck();
    this.#sent = connection.prepare('SELECT count(*) FROM sync_outbox WHERE sent_at IS NOT NULL').pluck();
  }

  /** Queues a change. What an urgent one stands on must not wait behind it: the record's others go with it. */
  add({ origin, number, lane, entity, recordId, at }: Change): void {
    this.#add.run(number, lane, entity, recordId, at);
    if (lane === 'urgent') this.#promote.run(recordId, origin);
  }

  /** Puts back what shore no longer holds: its numbers from `first` to `last`. @returns the records it is about */
  putBack(origin: Origin, first: number, last: number): RecordKey[] {
    const base = this.#journal.base(origin);
    return base === null ? [] : this.#putBack.all(base + first, base + last).map((row) => key.parse(row));
  }

  /** The lane in which each change after `after` waits. */
  lanesAfter(after: number): Map<number, Lane> {
    const rows = this.#lanes.all(after).map((row) => queued.parse(row));
    return new Map(rows.map(({ number, lane }) => [number, lane]));
  }

  /** Empties the queue; for changes that are about to be queued under other numbers. */
  clear(): void {
    this.#clear.run();
  }

  /** The lane's changes after number `after`, in order, at most `limit`. */
  next(origin: Origin, lane: Lane, after: number, limit: number): JournalEntry[] {
    const base = this.#journal.base(origin);
    return base === null ? [] : this.#next[lane].all({ base, after, limit }).map(fromRow);
  }

  /** Number of the change that goes before `number` in its lane and is not acknowledged; 0 when there is none. */
  predecessor(lane: Lane, number: number): number {
    return count.parse(this.#before[lane].get(number) ?? 0);
  }

  /** Lowest number of a record's changes in the urgent lane; null when it has none there. */
  firstUrgent(origin: Origin, recordId: string): number | null {
    return count.nullable().parse(this.#promoted.get(recordId, origin) ?? null);
  }

  /** Notes that a batch has left the ship. @returns the records it was about */
  markSent(lane: Lane, first: number, last: number, now: number): RecordKey[] {
    return this.#markSent.all({ lane, first, last, now }).map((row) => key.parse(row));
  }

  /** Takes out everything that shore holds. @returns the records it was about */
  remove(held: Held): RecordKey[] {
    const removed = this.#removeUpTo.all(held.upTo);
    for (const [first, last] of held.beyond) removed.push(...this.#removeRange.all(first, last));
    return removed.map((row) => key.parse(row));
  }

  /** True for a change that waits for shore's word and has left the ship. */
  isSent(number: number): boolean {
    return this.#isSent.get(number) !== undefined;
  }

  isEmpty(): boolean {
    return this.#any.get() === undefined;
  }

  figures(): OutboxFigures {
    const byLane = { urgent: 0, normal: 0, bulk: 0 };
    let depth = 0;
    for (const row of this.#figures.all()) {
      const figure = z.object({ lane: z.enum(lanes), depth: count }).parse(row);
      byLane[figure.lane] = figure.depth;
      depth += figure.depth;
    }
    return {
      depth,
      byLane,
      sent: depth === 0 ? 0 : count.parse(this.#sent.get()),
      oldestAt: depth === 0 ? null : count.nullable().parse(this.#oldest.get() ?? null),
    };
  }
}

function ofEachLane(make: (lane: Lane) => Statement): Readonly<Record<Lane, Statement>> {
  return { urgent: make('urgent'), normal: make('normal'), bulk: make('bulk') };
}
