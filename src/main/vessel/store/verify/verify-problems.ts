import { z } from 'zod';
import { validateChange } from '#shared/sync/validity.ts';
import type { ReadableDatabase } from '../database.ts';
import type { JournalEntry } from '../journal/journal.ts';
import { problemsKept } from '../problems.ts';
import { unappliedTexts } from '../unapplied-problem.ts';
import { Difference } from './difference.ts';

const count = z.number();
const problemRow = z.object({ entity: z.string().nullable(), record_id: z.string().nullable() });

/**
 * Of a change that is kept and not applied people are told, until newer problems of its kind push the telling out. What else is told
 * cannot be derived from the journal.
 */
export function compareProblems(connection: ReadableDatabase, unapplied: readonly JournalEntry[]): void {
  if (unapplied.length === 0) return;
  const countOf = connection
    .prepare('SELECT count(*) FROM sync_problems WHERE code = ? AND number IS NULL')
    .pluck();
  const find = connection.prepare(
    'SELECT entity, record_id FROM sync_problems WHERE code = @code AND message = @message',
  );
  /** One telling may be of several changes; it names the record of one of them. */
  const about = new Map<string, Set<string>>();
  for (const entry of unapplied)
    for (const { code, message } of textsOf(entry)) {
      const key = `${code} ${message}`;
      const records = about.get(key) ?? new Set<string>();
      about.set(key, records.add(`${entry.change.entity} ${entry.change.recordId}`));
    }
  const isWhole = (code: string): boolean => count.parse(countOf.get(code)) < problemsKept;
  for (const entry of unapplied) {
    const { origin, number } = entry.change;
    if (!textsOf(entry).every(({ code }) => isWhole(code))) continue;
    const isTold = textsOf(entry).some(({ code, message }) =>
      find.all({ code, message }).some((row) => {
        const { entity, record_id: recordId } = problemRow.parse(row);
        return about.get(`${code} ${message}`)?.has(`${entity} ${recordId}`) ?? false;
      }),
    );
    if (!isTold)
      throw new Difference(
        `Journal ${origin}: entry ${number} is not applied, and the list of problems does not say so as it should`,
      );
  }
}

function textsOf({ change, applied }: JournalEntry): readonly { code: string; message: string }[] {
  const verdict = validateChange(change);
  return unappliedTexts(
    change,
    applied === 'later' ? null : verdict.decision === 'park' ? verdict.reason : '',
  );
}
