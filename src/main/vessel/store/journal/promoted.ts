import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import { lanes, type Lane } from '#shared/domain/record.ts';
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

/** Own changes that an urgent one of the same record took along, while shore has not acknowledged them. Nearly always none. */
export class Promoted {
  readonly #get: Statement;
  readonly #all: Statement;
  readonly #add: Statement;
  readonly #markSent: Statement;
  readonly #forgetSent: Statement;
  readonly #remove: Statement;

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

  /** All from `first` on leave once more. */
  forgetSentFrom(first: number): void {
    this.#forgetSent.run(first);
  }

  /** Acknowledged, or about to be under other numbers. */
  remove(first: number, last: number): void {
    this.#remove.run(first, last);
  }
}
