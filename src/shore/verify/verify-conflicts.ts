import { eq } from 'drizzle-orm';
import type { RecordSpec } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { baseOf, conflictingValue, conflictsIn } from '#shared/sync/conflicts.ts';
import { alternativesOf } from '#shared/sync/merge.ts';
import { settledMismatch } from '#shared/sync/settled-check.ts';
import { withBaseHistory } from '../journal/base-history.ts';
import { keyOf } from '../journal/fold.ts';
import { storedConflict } from '../store/conflict-rows.ts';
import type { Executor } from '../store/database.ts';
import { syncConflicts } from '../store/schema.ts';
import type { SqlTransaction } from '../store/sql-transaction.ts';
import type { StoredConflict } from '../store/shore-store.ts';
import { Difference, same } from './difference.ts';
import type { FoldedJournal } from './fold-journal.ts';

/** Records whose changes are read at once. */
const chunk = 200;

/**
 * Where values stand against each other, a conflict is open that shows just these values, whose they are and what stood
 * there before, and nowhere else; what is shown of a settled one was written by whom it says.
 */
export async function compareConflicts(
  { executor, transaction }: { executor: Executor; transaction: SqlTransaction },
  vesselId: string,
  folded: FoldedJournal,
): Promise<void> {
  const rows = await executor.select().from(syncConflicts).where(eq(syncConflicts.vesselId, vesselId));
  const stored = rows.map(storedConflict);
  const contested = [...folded.records.values()].flatMap(({ entity, id, state }) => {
    const spec = specOf(entity);
    return spec === undefined ? [] : conflictsIn(spec, state).map((field) => ({ spec, id, state, field }));
  });
  const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);
  const ids = new Set([...stored.map(({ recordId }) => recordId), ...contested.map(({ id }) => id)]);
  const histories = await readHistories(transaction, vesselId, { ids, bases: folded.bases });
  const expected = contested.map(({ spec, id, state, field }) => {
    const key = keyOf(spec.entity, id);
    const history = histories.get(key) ?? [];
    const alternatives = alternativesOf(spec, state, field);
    return {
      key: `${key} ${field}`,
      heads: alternatives.map((each) => conflictingValue(each, findBy(history, each.stamp))),
      base: baseOf(spec, field, alternatives, history),
      settlement: null,
    };
  });
  const open = stored.filter(({ settledAt }) => settledAt === null);
  const found = open.map(({ entity, recordId, field, heads, base, settlement }) => ({
    key: `${keyOf(entity, recordId)} ${field}`,
    heads,
    base,
    settlement,
  }));
  same('The list of open conflicts', found.toSorted(byKey), expected.toSorted(byKey));
  for (const conflict of stored)
    if (conflict.settledAt !== null)
      checkSettled(
        specOf(conflict.entity),
        conflict,
        histories.get(keyOf(conflict.entity, conflict.recordId)) ?? [],
      );
}

function checkSettled(
  spec: RecordSpec | undefined,
  { entity, recordId, field, heads, base, settlement }: StoredConflict,
  history: readonly Change[],
): void {
  const wrong =
    spec === undefined || settlement === null
      ? 'it is not told how it was settled'
      : settledMismatch(spec, { field, heads, base, settlement }, history);
  if (wrong !== null)
    throw new Difference(`${keyOf(entity, recordId)} ${field}: of a settled conflict ${wrong}`);
}

const findBy = (history: readonly Change[], of: Pick<Change, 'origin' | 'number'>): Change | undefined =>
  // The last, as where conflicts are written: what is known of a change is known best from its entry.
  history.findLast(({ origin, number }) => origin === of.origin && number === of.number);

/** By kind and id: what was applied of each record, and before that what is known of what came without its changes. */
async function readHistories(
  transaction: SqlTransaction,
  vesselId: string,
  { ids, bases }: { ids: ReadonlySet<string>; bases: FoldedJournal['bases'] },
): Promise<Map<string, Change[]>> {
  const histories = new Map<string, Change[]>();
  const all = [...ids];
  for (let start = 0; start < all.length; start += chunk) {
    const some = new Set(all.slice(start, start + chunk));
    const entries = await transaction.journalOfRecords(vesselId, [...some]);
    const came = bases.filter(({ id }) => some.has(id)).map((base) => ({ entity: base.entity, base }));
    for (const { change, applied } of withBaseHistory(entries, came)) {
      if (applied !== 'applied') continue;
      const key = keyOf(change.entity, change.recordId);
      const known = histories.get(key);
      if (known === undefined) histories.set(key, [change]);
      else known.push(change);
    }
  }
  return histories;
}
