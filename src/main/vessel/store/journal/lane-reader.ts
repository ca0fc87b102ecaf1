import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { Lane } from '#shared/records/record.ts';
import type { Range } from '#shared/sync/received-ranges.ts';
import type { WritableDatabase } from '../database.ts';
import { fromRow, type JournalEntry } from './journal.ts';

/** A stretch of one origin's journal: the key of number 0, and numbers. */
export interface Stretch {
  base: number;
  first: number;
  last: number;
}

const found = z.number().nullable();
const counted = z.number();

/**
 * Reads one lane of a stretch of the journal. Entries in the normal lane, nearly all of them, are read by their key,
 * passing over the others; those by an index that has no normal ones.
 */
export class LaneReader {
  readonly #next: Readonly<Record<Lane, Statement>>;
  readonly #last: Readonly<Record<Lane, Statement>>;
  readonly #count: Readonly<Record<Exclude<Lane, 'normal'>, Statement>>;
  readonly #nextPromoted: Statement;
  readonly #lastPromoted: Statement;

  constructor(connection: WritableDatabase) {
    // The lane is written out: where it is bound SQLite prepares the statement anew at each call, to see whether the
    // index that leaves the normal lane out will do; a limit, to plan by its value, unless a plus stands before it.
    const from = (lane: Lane): string =>
      lane === 'normal'
        ? `FROM sync_journal AS j NOT INDEXED WHERE j.lane = 'normal'`
        : `FROM sync_journal AS j INDEXED BY sync_journal_lane WHERE j.lane <> 'normal' AND j.lane = '${lane}'`;
    const stretch = 'j.entry BETWEEN @base + @first AND @base + @last';
    const stays = 'NOT EXISTS (SELECT 1 FROM sync_promoted AS p WHERE p.number = j.number)';
    this.#next = ofEachLane((lane) =>
      connection.prepare(
        `SELECT j.* ${from(lane)} AND ${stretch} AND ${stays} ORDER BY j.entry LIMIT +@limit`,
      ),
    );
    this.#last = ofEachLane((lane) =>
      connection
        .prepare(`SELECT j.number ${from(lane)} AND ${stretch} AND ${stays} ORDER BY j.entry DESC LIMIT 1`)
        .pluck(),
    );
    const count = (lane: Lane): Statement =>
      connection
        .prepare(
          `SELECT count(*) FROM json_each(@ranges) AS r CROSS JOIN sync_journal AS j INDEXED BY sync_journal_lane
             ON j.entry BETWEEN @base + json_extract(r.value, '$[0]') AND @base + json_extract(r.value, '$[1]')
           WHERE j.lane <> 'normal' AND j.lane = '${lane}'`,
        )
        .pluck();
    this.#count = { urgent: count('urgent'), bulk: count('bulk') };
    this.#nextPromoted = connection.prepare(
      `SELECT j.* FROM sync_promoted AS p CROSS JOIN sync_journal AS j ON j.entry = @base + p.number
       WHERE p.number BETWEEN @first AND @last ORDER BY p.number LIMIT +@limit`,
    );
    this.#lastPromoted = connection
      .prepare('SELECT max(number) FROM sync_promoted WHERE number BETWEEN @first AND @last')
      .pluck();
  }

  /** The lane's changes in order, at most `limit`: promoted ones travel in the urgent lane. */
  next(lane: Lane, { base, first, last }: Stretch, limit: number): JournalEntry[] {
    const given = { base, first, last, limit };
    const entries = this.#next[lane].all(given).map(fromRow);
    if (lane !== 'urgent') return entries;
    return [...entries, ...this.#nextPromoted.all(given).map(fromRow)]
      .sort((a, b) => a.change.number - b.change.number)
      .slice(0, limit);
  }

  /** Number of the lane's last change in the stretch; null for none. */
  last(lane: Lane, { base, first, last }: Stretch): number | null {
    const given = { base, first, last };
    const journalled = found.parse(this.#last[lane].get(given) ?? null);
    if (lane !== 'urgent') return journalled;
    const promoted = found.parse(this.#lastPromoted.get({ first, last }));
    return journalled === null || (promoted !== null && promoted > journalled) ? promoted : journalled;
  }

  /** How many changes of these ranges were journalled in a lane other than the normal one. */
  count(lane: Exclude<Lane, 'normal'>, base: number, ranges: readonly Range[]): number {
    return counted.parse(this.#count[lane].get({ base, ranges: JSON.stringify(ranges) }));
  }
}

function ofEachLane(make: (lane: Lane) => Statement): Readonly<Record<Lane, Statement>> {
  return { urgent: make('urgent'), normal: make('normal'), bulk: make('bulk') };
}
