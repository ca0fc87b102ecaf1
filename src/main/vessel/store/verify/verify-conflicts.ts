import { canonicalJson } from '#shared/sync/canonical-json.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { baseOf, conflictingValue, conflictsIn } from '#shared/sync/conflicts.ts';
import { alternativesOf, type RecordState } from '#shared/sync/merge.ts';
import { settledMismatch } from '#shared/sync/settled-check.ts';
import { historyOf } from '#shared/sync/snapshot/join.ts';
import type { ReadableDatabase } from '../database.ts';
import { fromRow } from '../journal/journal.ts';
import type { BaseReader } from '../records/base.ts';
import { conflictFromRow, type StoredConflict } from '../records/conflicts.ts';
import { Difference } from './difference.ts';

interface Folded {
  spec: RecordSpec;
  recordId: string;
  state: RecordState;
}

/**
 * Where values stand against each other, a conflict is open that shows just these values, whose they are and what stood
 * there before, and nowhere else; what is shown of a settled one was written by whom it says.
 */
export function compareConflicts(
  connection: ReadableDatabase,
  states: ReadonlyMap<string, Folded>,
  base: BaseReader,
): void {
  const stored = connection.prepare('SELECT * FROM sync_conflicts').all().map(conflictFromRow);
  const contested = [...states.values()].flatMap(({ spec, recordId, state }) =>
    conflictsIn(spec, state).map((field) => ({ spec, recordId, state, field })),
  );
  const ids = new Set([...stored, ...contested].map(({ recordId }) => recordId));
  if (ids.size === 0) return;
  const histories = readHistories(connection, base, ids);
  const expected = new Map(
    contested.map(({ spec, recordId, state, field }) => {
      const history = histories(spec, recordId);
      const alternatives = alternativesOf(spec, state, field);
      const heads = alternatives.map((each) => {
        const { origin, number } = each.stamp;
        const change = history.find((one) => one.origin === origin && one.number === number);
        return conflictingValue(each, change);
      });
      return [
        `${spec.entity} ${recordId} ${field}`,
        canonicalJson({ heads, base: baseOf(spec, field, alternatives, history) }),
      ];
    }),
  );
  for (const conflict of stored) {
    const { entity, recordId, field, heads, base: before, settledAt } = conflict;
    const name = `${entity} ${recordId} ${field}`;
    if (settledAt !== null) {
      checkSettled(conflict, name, histories);
      continue;
    }
    if (conflict.settlement !== null)
      throw new Difference(`${name}: the conflict is open and has a settlement`);
    if (expected.get(name) !== canonicalJson({ heads, base: before }))
      throw new Difference(`${name}: the conflict is not the one that the journal tells of`);
    expected.delete(name);
  }
  const [missing] = expected.keys();
  if (missing !== undefined)
    throw new Difference(`${missing}: the journal tells of a conflict that is not listed`);
}

type Histories = (spec: RecordSpec, recordId: string) => readonly Change[];

function checkSettled(
  { entity, recordId, field, heads, base, settlement }: StoredConflict,
  name: string,
  histories: Histories,
): void {
  const spec = specOf(entity);
  const wrong =
    spec === undefined || settlement === null
      ? 'it is not told how it was settled'
      : settledMismatch(spec, { field, heads, base, settlement }, histories(spec, recordId));
  if (wrong !== null) throw new Difference(`${name}: of a settled conflict ${wrong}`);
}

/** What is known of how each of these records came to be, in the order of time. */
function readHistories(connection: ReadableDatabase, base: BaseReader, ids: ReadonlySet<string>): Histories {
  const rows = connection
    .prepare(
      `SELECT * FROM sync_journal WHERE applied = 'applied' AND record_id IN (SELECT value FROM json_each(?))
       ORDER BY time, origin, number`,
    )
    .all(JSON.stringify([...ids]))
    .map((row) => fromRow(row).change);
  const byRecord = Map.groupBy(rows, ({ entity, recordId }) => `${entity} ${recordId}`);
  return (spec, recordId) => {
    const came = base.get(spec.entity, recordId);
    return [
      ...(came === null ? [] : historyOf(spec, came)),
      ...(byRecord.get(`${spec.entity} ${recordId}`) ?? []),
    ];
  };
}
