import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { WritableDatabase } from '../database.ts';

/** Keys of the journal's entries, from the first to the last of one origin. */
export interface EntryRange {
  first: number;
  last: number;
}

const key = z.number().nullable();

/**
 * Which entries of the journal are about a record. What comes from elsewhere is entered as it is journalled; what is
 * written here is not, for that would cost every write a page on the disk: it is entered in order, many at a time, when
 * shore has acknowledged it or somebody reads by record, whichever is first. How far that has come is the last of this
 * node's entries that the index has.
 */
export class RecordIndex {
  readonly #add: Statement;
  readonly #last: Statement;
  readonly #lastJournalled: Statement;
  readonly #move: Statement;
  readonly #enter: (range: { after: number; last: number }) => void;

  constructor(connection: WritableDatabase) {
    this.#add = connection.prepare(
      'INSERT INTO sync_journal_record (entry, record_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    const fill = connection.prepare(
      `INSERT INTO sync_journal_record (entry, record_id)
       SELECT entry, record_id FROM sync_journal WHERE entry > @after AND entry <= @last ORDER BY entry`,
    );
    this.#enter = connection.transaction((range) => void fill.run(range));
    this.#last = connection
      .prepare('SELECT max(entry) FROM sync_journal_record WHERE entry BETWEEN ? AND ?')
      .pluck();
    this.#lastJournalled = connection
      .prepare('SELECT max(entry) FROM sync_journal WHERE entry BETWEEN ? AND ?')
      .pluck();
    this.#move = connection.prepare('UPDATE sync_journal_record SET entry = ? WHERE entry = ?');
  }

  /** Enters one that is journalled out of turn: it was written elsewhere, or is put back. */
  add(entry: number, recordId: string): void {
    this.#add.run(entry, recordId);
  }

  /** Enters those of this node's own entries that are not in it yet, up to `last`. */
  enter({ first, last }: EntryRange): void {
    const after = key.parse(this.#last.get(first, last)) ?? first - 1;
    const journalled = key.parse(this.#lastJournalled.get(first, last)) ?? first - 1;
    if (after < journalled) this.#enter({ after, last: journalled });
  }

  /** An entry that is in it takes another place in the journal. */
  move(from: number, to: number): void {
    this.#move.run(to, from);
  }
}
