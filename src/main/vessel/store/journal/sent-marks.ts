import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { Lane } from '#shared/records/record.ts';
import type { WritableDatabase } from '../database.ts';

const number = z.number().nullable();

/**
 * Up to which number each lane has left the ship, and when: one row for each batch, for a lane's changes leave in their
 * order. What is under a lane's mark and travels in it has left.
 */
export class SentMarks {
  readonly #at: Statement;
  readonly #upTo: Statement;
  readonly #set: Statement;
  readonly #split: Statement;
  readonly #removeFrom: Statement;
  readonly #removeUpTo: Statement;

  constructor(connection: WritableDatabase) {
    // A plus before what is bound: without, SQLite prepares the statement anew at each call, to plan by its value.
    this.#at = connection
      .prepare('SELECT at FROM sync_sent WHERE lane = +? AND number >= +? ORDER BY number LIMIT 1')
      .pluck();
    this.#upTo = connection.prepare('SELECT max(number) FROM sync_sent WHERE lane = +?').pluck();
    this.#set = connection.prepare('INSERT INTO sync_sent (lane, number, at) VALUES (?, ?, ?)');
    this.#split = connection.prepare(
      `INSERT INTO sync_sent (lane, number, at)
       SELECT s.lane, @first - 1, s.at FROM sync_sent AS s
       WHERE s.number = (SELECT min(o.number) FROM sync_sent AS o WHERE o.lane = s.lane AND o.number >= @first)
       ON CONFLICT DO NOTHING`,
    );
    this.#removeFrom = connection.prepare('DELETE FROM sync_sent WHERE number >= ?');
    this.#removeUpTo = connection.prepare('DELETE FROM sync_sent WHERE number <= ?');
  }

  /** When a change that travels in `lane` left the ship, ms; null while it has not. */
  at(lane: Lane, change: number): number | null {
    return number.parse(this.#at.get(lane, change) ?? null);
  }

  /** The last change of the lane that has left; 0 for none that still waits for shore's word. */
  upTo(lane: Lane): number {
    return number.parse(this.#upTo.get(lane)) ?? 0;
  }

  set(lane: Lane, change: number, at: number): void {
    if (change > this.upTo(lane)) this.#set.run(lane, change, at);
  }

  /** Shore has lost `first`, and perhaps more after it: all from there on leave once more. */
  forgetFrom(first: number): void {
    this.#split.run({ first });
    this.#removeFrom.run(first);
  }

  /** Everything up to `last` has been acknowledged. */
  forgetUpTo(last: number): void {
    this.#removeUpTo.run(last);
  }
}
