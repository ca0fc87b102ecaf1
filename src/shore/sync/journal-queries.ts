import { and, asc, desc, eq, gt, lt, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { unfoldedSize, valueSize } from '#shared/sync/columns/unfolded.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import { ShoreFailure } from '../failure.ts';
import { decodeCursor, encodeCursor } from '../records/cursor.ts';
import { pageLimit } from '../records/page-limit.ts';
import type { JournalPage, JournalQuery, Page, PageQuery, ShoreProblem } from '../service.ts';
import { rowsOf, wholeNumber, type Executor } from '../store/database.ts';
import { journalEntry } from '../store/journal-rows.ts';
import { syncJournal, syncProblems, vessel } from '../store/schema.ts';
import type { JournalEntry } from '../store/shore-store.ts';

/** An answer has about so many characters of values, at most; whoever asks goes on from where it ends. */
const answerSize = 2 * 1024 * 1024;
/** Entries read before anything is known of their size. */
const firstRead = 25;

function sizeOf({ change, before }: JournalEntry): number {
  let size = unfoldedSize(change);
  for (const name in before) size += valueSize(name, before[name] ?? null);
  return size;
}

/** Reads journals and problems for the office. */
export class SyncQueries {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async journal({ vesselId, after = 0, limit, entity, recordId }: JournalQuery): Promise<JournalPage> {
    const count = pageLimit(limit, 100);
    const of = vesselId ?? (await this.#onlyVessel());
    if (of === null) return { items: [], nextAfter: after, more: false };
    const { rows, more } = await this.#journalRows(
      and(
        eq(syncJournal.vesselId, of),
        ...(entity === undefined ? [] : [eq(syncJournal.entity, entity)]),
        ...(recordId === undefined ? [] : [eq(syncJournal.recordId, recordId)]),
      ),
      after,
      count,
    );
    const items = rows.map(({ change, feed, before, hash, applied, storedAt }) => {
      const { origin, number, operation, fields, device, lane } = change;
      return {
        vesselId: of,
        feed,
        origin,
        number,
        side: sideOf(origin),
        entity: change.entity,
        recordId: change.recordId,
        operation,
        fields,
        before,
        by: change.actorName,
        device,
        at: new Date(change.at).toISOString(),
        storedAt: new Date(storedAt).toISOString(),
        lane,
        applied,
        hash,
      };
    });
    return { items, nextAfter: items.at(-1)?.feed ?? after, more };
  }

  /** At most `count` entries, and no more than an answer may have in it: each can have some hundred thousand characters. */
  async #journalRows(
    which: SQL | undefined,
    after: number,
    count: number,
  ): Promise<{ rows: JournalEntry[]; more: boolean }> {
    const rows: JournalEntry[] = [];
    let size = 0;
    for (;;) {
      const left = count + 1 - rows.length;
      const fitting = rows.length === 0 ? firstRead : Math.ceil((answerSize - size) / (size / rows.length));
      const limit = Math.min(left, Math.max(1, fitting));
      const read = await this.#executor
        .select()
        .from(syncJournal)
        .where(and(which, gt(syncJournal.feed, rows.at(-1)?.feed ?? after)))
        .orderBy(asc(syncJournal.feed))
        .limit(limit);
      for (const row of read) {
        const entry = journalEntry(row);
        if (rows.length === count || (rows.length > 0 && size > answerSize)) return { rows, more: true };
        rows.push(entry);
        size += sizeOf(entry);
      }
      if (read.length < limit) return { rows, more: false };
    }
  }

  async problems({ vesselId, limit, cursor }: PageQuery): Promise<Page<ShoreProblem>> {
    const count = pageLimit(limit, 50);
    const order = 'problems';
    const position = decodeCursor(order, 'number', cursor);
    const rows = await this.#executor
      .select()
      .from(syncProblems)
      .where(
        and(
          ...(vesselId === undefined ? [] : [eq(syncProblems.vesselId, vesselId)]),
          ...(position === null ? [] : [lt(syncProblems.id, Number(position.value))]),
        ),
      )
      .orderBy(desc(syncProblems.id))
      .limit(count + 1);
    const shown = rows.slice(0, count);
    return {
      items: shown.map((row) => ({
        id: row.id,
        vesselId: row.vesselId,
        at: new Date(row.lastAt).toISOString(),
        code: row.code,
        message: row.message,
        entity: row.entity,
        recordId: row.recordId,
      })),
      nextCursor: cursorAfter(order, rows.length > count ? shown.at(-1)?.id : undefined),
    };
  }

  /** Milliseconds are the caller's to measure. Rejects when the database does not answer. */
  async ping(): Promise<void> {
    await rowsOf(this.#executor, sql`select 1 as one`, z.object({ one: wholeNumber }));
  }

  async #onlyVessel(): Promise<string | null> {
    const rows = await this.#executor.select({ vesselId: vessel.vesselId }).from(vessel).limit(2);
    if (rows.length > 1)
      throw new ShoreFailure(
        'invalid_input',
        'There are several vessels, each with a journal of its own. Name one.',
        {
          details: [{ path: 'vesselId', message: 'Needed here' }],
        },
      );
    return rows[0]?.vesselId ?? null;
  }
}

function cursorAfter(order: string, id: number | undefined): string | null {
  return id === undefined ? null : encodeCursor(order, { value: id, id: '', vesselId: '' });
}
