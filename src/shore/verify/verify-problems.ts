import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { unappliedProblem } from '../journal/problem-texts.ts';
import { rowsOf, type Executor } from '../store/database.ts';
import { kindOfKey, problemsKept, storable } from '../store/problem-rows.ts';
import { Difference, same } from './difference.ts';
import type { FoldedJournal } from './fold-journal.ts';

const row = z.object({
  key: z.string(),
  vessel_id: z.string().nullable(),
  code: z.string(),
  message: z.string(),
  entity: z.string().nullable(),
  record_id: z.string().nullable(),
});

/**
 * Of a change that is kept and not applied people are told, until newer problems of its kind push the telling out. What else is told
 * cannot be derived from the journal.
 */
export async function compareProblems(
  tx: Executor,
  vesselId: string,
  unapplied: FoldedJournal['unapplied'],
): Promise<void> {
  if (unapplied.length === 0) return;
  const rows = await rowsOf(
    tx,
    sql`select key, vessel_id, code, message, entity, record_id from sync_problems
        where vessel_id = ${vesselId} and ${kindOfKey} in ('later', 'parked')`,
    row,
  );
  const full = new Set(
    ['later', 'parked'].filter(
      (kind) => rows.filter(({ key }) => key.startsWith(`${kind} `)).length >= problemsKept,
    ),
  );
  const byKey = new Map(rows.map((each) => [each.key, each]));
  for (const { entry, reason } of unapplied) {
    const { change, applied } = entry;
    if (applied === 'applied' || full.has(applied)) continue;
    const expected = unappliedProblem(vesselId, change, applied, reason, 0);
    const name = `change ${change.number} of ${change.origin}, which is not applied`;
    const found = byKey.get(expected.key);
    if (found === undefined) throw new Difference(`The list of problems does not tell of ${name}`);
    same(
      `What is told of ${name}`,
      { ...found, key: expected.key },
      {
        key: expected.key,
        vessel_id: vesselId,
        code: expected.code,
        message: storable(expected.message),
        entity: expected.entity,
        record_id: expected.recordId,
      },
    );
  }
}
