import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { lanes, type Lane } from '#shared/records/record.ts';
import type { WritableDatabase } from '../database.ts';

/** A change that waits in the urgent lane though it was journalled in another. */
export interface PromotedChange {
  number: number;
  /** As it was journalled. */
  lane: Lane;
  /** When it left the ship, in either lane, ms; null while it has not. */
  sentAt: number | null;
}

const stored = z
  .object({ number: z.number(), lane: z.enum(lanes), sent_at: z.number().nullable() })
  .transform((row): PromotedChange => ({ number: row.number, lane: row.lane, sentAt: row.sent_at }));

const lowest = z.number().nullable();

/** Own changes that an urgent one of the same record took along, while shore has not acknowledged them. Nearly always none. */
export class Promoted {
  readonly #get: Statement;
  readonly #all: Statement;
  readonly #add: Statement;
  readonly #markSent: Statement;
  readonly #forgetSent: Statement;
  readonly #remove: Statement;
  readonly #takenBy: Statement;
  readonly #across: Statement;

  constructor(connection: WritableDatabase) {
    this.#get = connection.prepare('SELECT number, lane, sent_at FROM sync_promoted WHERE number = ?');
    this.#all = connection.prepare('SELECT number, lane, sent_at FROM sync_promoted ORDER BY number');
    this.#add = connection.prepare(
      'INSERT INTO sync_promoted (number, lane, sent_at) VALUES (@number, @lane, @sentAt) ON CONFLICT DO NOTHING',
    );
    this.#markSent = connection.prepare(
      'UPDATE sync_promoted SET sent_at = ? WHERE number = ? AND sent_at IS NULL',
    );
    this.#forgetSent = connection.prepare('UPDATE sync_promoted SET sent_at = NULL WHERE number >= ?');
    const urgent = `FROM sync_journal AS u INDEXED BY sync_journal_lane WHERE u.lane <> 'normal' AND u.lane = 'urgent'`;
    this.#takenBy = connection
      .prepare(
        `SELECT u.number ${urgent} AND u.entry > @base + @number AND u.entry <= @base + @last
           AND u.record_id = (SELECT record_id FROM sync_journal WHERE entry = @base + @number) ORDER BY u.entry LIMIT 1`,
      )
      .pluck();
    this.#across = connection
      .prepare(
        `SELECT min(p.number) FROM sync_promoted AS p CROSS JOIN sync_journal AS j ON j.entry = @base + p.number
         WHERE p.number < @number AND NOT EXISTS (
           SELECT 1 FROM sync_journal_record AS r CROSS JOIN sync_journal AS u ON u.entry = r.entry
           WHERE r.record_id = j.record_id AND r.entry > j.entry AND r.entry <= @base + @by AND u.lane = 'urgent'
         ) AND j.record_id NOT IN (
           SELECT u.record_id ${urgent} AND u.entry <= @base + @by AND u.entry > coalesce(
             (SELECT max(entry) FROM sync_journal_record WHERE entry BETWEEN @base + 1 AND @base + @last), @base))`,
      )
      .pluck();
    this.#remove = connection.prepare('DELETE FROM sync_promoted WHERE number BETWEEN ? AND ?');
  }

  get(number: number): PromotedChange | null {
    const found = this.#get.get(number);
    return found === undefined ? null : stored.parse(found);
  }

  all(): PromotedChange[] {
    return this.#all.all().map((found) => stored.parse(found));
  }

  /** @returns false where it was promoted before */
  add(change: PromotedChange): boolean {
    return this.#add.run(change).changes > 0;
  }

  markSent(number: number, at: number): void {
    this.#markSent.run(at, number);
  }

  /**
   * The lowest before `number` that came into the lane later than `predecessor` did; null for none. Own changes are looked
   * for by record as far as these are entered there, and by lane from there on.
   * @param journal the key of its number 0, and its last number
   */
  across(
    journal: { base: number; last: number },
    { number, predecessor }: { number: number; predecessor: number },
  ): number | null {
    const isPromoted = this.get(predecessor) !== null;
    const taken = isPromoted ? this.#takenBy.get({ ...journal, number: predecessor }) : null;
    const by = Math.max(number - 1, lowest.parse(taken ?? null) ?? 0);
    return lowest.parse(this.#across.get({ ...journal, number, by }));
  }

  /** All from `first` on leave once more. */
  forgetSentFrom(first: number): void {
    this.#forgetSent.run(first);
  }

  /** Acknowledged, or about to be under other numbers. */
  remove(first: number, last: number): void {
    this.#remove.run(first, last);
  }
}
