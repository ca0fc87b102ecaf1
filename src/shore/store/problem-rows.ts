import { sql, type SQL } from 'drizzle-orm';
import type { Executor } from './database.ts';
import type { NewProblem } from './shore-store.ts';

/**
 * Of each vessel and kind the oldest are let go beyond this many: a broken sender cannot fill the disk, nor push out what
 * is told of other vessels or of other kinds. The kind is the first word of the key, which no message chooses.
 */
export const problemsKept = 1_000;

export async function writeProblems(tx: Executor, problems: readonly NewProblem[]): Promise<void> {
  for (const statement of problemsStatements(problems)) await tx.execute(statement);
}

export function problemsStatements(problems: readonly NewProblem[]): SQL[] {
  // One statement may not write a row twice.
  const byKey = new Map(problems.map((problem) => [problem.key, problem]));
  if (byKey.size === 0) return [];
  const rows = [...byKey.values()].map((problem) => ({ ...problem, message: storable(problem.message) }));
  return [
    sql`
    insert into sync_problems (vessel_id, key, first_at, last_at, times, code, message, entity, record_id)
    select p."vesselId", p.key, p.at, p.at, 1, p.code, p.message, p.entity, p."recordId"
    from json_to_recordset(${JSON.stringify(rows)}::json) as p
      ("vesselId" text, key text, at bigint, code text, message text, entity text, "recordId" text)
    on conflict (key) do update set
      last_at = excluded.last_at, times = sync_problems.times + 1, code = excluded.code, message = excluded.message`,
    ...kindsOf(rows).map(
      ({ vesselId, kind }) => sql`
    delete from sync_problems where vessel_id is not distinct from ${vesselId} and ${kindOfKey} = ${kind} and id <= (
      select id from sync_problems where vessel_id is not distinct from ${vesselId} and ${kindOfKey} = ${kind}
      order by id desc limit 1 offset ${problemsKept}::int)`,
    ),
  ];
}

export const kindOfKey = sql`split_part(key, ' ', 1)`;

function kindsOf(problems: readonly NewProblem[]): { vesselId: string | null; kind: string }[] {
  const kinds = problems.map(({ vesselId, key }) => ({ vesselId, kind: key.split(' ', 1)[0] ?? '' }));
  return [...new Map(kinds.map((each) => [`${each.kind} ${each.vesselId}`, each])).values()];
}

/** Writes over the problem with this key, where its code is another one. */
export function problemRewrite({ key, at, code, message }: NewProblem): SQL {
  return sql`
    update sync_problems set code = ${code}, message = ${storable(message)}, last_at = ${at}::bigint
    where key = ${key} and code <> ${code}`;
}

/** Postgres takes no NUL and no half of a surrogate pair in a text. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}
