import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { lazy } from '#shared/lazy.ts';
import { rowsOf, type Executor } from './database.ts';
import { journalColumns } from './journal-rows.ts';

/** A trigger of one table, as Postgres keeps it. */
export interface Guard {
  table: string;
  name: string;
  function: 'arus_guard' | 'arus_append_only';
  events: readonly Event[];
  /** For UPDATE: only of these columns; empty for all. */
  columns: readonly string[];
}

const events = ['INSERT', 'DELETE', 'UPDATE', 'TRUNCATE'] as const;
type Event = (typeof events)[number];

/** Bits of `pg_trigger.tgtype`. All guards are for each statement and before it. */
const bits: Readonly<Record<Event, number>> = { INSERT: 4, DELETE: 8, UPDATE: 16, TRUNCATE: 32 };
const before = 2;

/** Tables besides the records' own that nobody writes but a unit of work. */
const guarded = [
  'sync_versions',
  'sync_journal',
  'sync_outbox',
  'sync_conflicts',
  'sync_head',
  'vessel',
] as const;

/** What becomes of an entry is written later: its hash once a gap closes, and whether it was applied. */
const writtenLater: readonly string[] = ['hash', 'claimed', 'applied'];
const writtenOnce = journalColumns.filter((column) => !writtenLater.includes(column));

const bodies: Readonly<Record<Guard['function'], string>> = {
  arus_guard: `
BEGIN
  IF coalesce(current_setting('arus.context', true), '') = '' THEN
    RAISE EXCEPTION 'ARUS: this write did not go through recordAndPublish'
      USING ERRCODE = 'insufficient_privilege', DETAIL = format('%s on %s', TG_OP, TG_TABLE_NAME);
  END IF;
  RETURN NULL;
END
`,
  arus_append_only: `
BEGIN
  -- A new epoch gives shore's own entries that nobody else holds their place in another journal (\`new-epoch.ts\`).
  IF TG_OP = 'UPDATE' AND current_setting('arus.context', true) = 'epoch' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'ARUS: the journal only grows'
    USING ERRCODE = 'insufficient_privilege', DETAIL = format('%s on %s', TG_OP, TG_TABLE_NAME);
END
`,
};

/** A write that goes round a unit of work is refused in these tables: from our code and from any other program alike. */
export function guardsOf(specs: readonly { entity: string }[]): readonly Guard[] {
  const tables = [...specs.map(({ entity }) => entity), ...guarded];
  return [
    ...tables.map((table): Guard => ({
      table,
      name: 'arus_guard',
      function: 'arus_guard',
      events,
      columns: [],
    })),
    {
      table: 'sync_journal',
      name: 'arus_guard_append_only',
      function: 'arus_append_only',
      events: ['DELETE', 'TRUNCATE'],
      columns: [],
    },
    {
      table: 'sync_journal',
      name: 'arus_guard_append_only_update',
      function: 'arus_append_only',
      events: ['UPDATE'],
      columns: writtenOnce,
    },
  ];
}

const wanted = lazy(() => guardsOf(recordSpecs));

/**
 * Sets the guards to exactly what this program generates, within a transaction.
 * @param isNewer true where the schema was brought up to date just now: guards may be missing then
 * @returns names of guards that were missing, otherwise, or had no business there, and of functions that said something
 *   else: none on a healthy start
 */
export async function ensureGuards(tx: Executor, isNewer: boolean): Promise<string[]> {
  const differing: string[] = [];
  const functions = await functionsOf(tx);
  for (const [name, body] of Object.entries(bodies)) {
    const there = functions.get(name);
    if (there === body) continue;
    if (there !== undefined || !isNewer) differing.push(name);
    await tx.execute(
      sql.raw(`CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$${body}$$`),
    );
  }
  const present = new Map((await guardsIn(tx)).map((guard) => [placeOf(guard), guard]));
  for (const guard of wanted()) {
    const there = present.get(placeOf(guard));
    present.delete(placeOf(guard));
    if (there?.text === textOf(guard)) continue;
    if (there !== undefined || !isNewer) differing.push(placeOf(guard));
    if (there !== undefined) await tx.execute(drop(guard));
    await tx.execute(sql.raw(statementFor(guard)));
  }
  for (const left of present.values()) {
    differing.push(placeOf(left));
    await tx.execute(drop(left));
  }
  return differing;
}

const placeOf = ({ table, name }: Pick<Guard, 'table' | 'name'>): string => `${table}.${name}`;

/** What makes two triggers the same. */
function textOf({ function: calls, events: on, columns }: Omit<Guard, 'table' | 'name'>): string {
  const type = on.reduce((sum, event) => sum + bits[event], before);
  return JSON.stringify([calls, type, 'O', [...columns].sort()]);
}

function statementFor({ table, name, events: on, function: calls, columns }: Guard): string {
  const of = columns.length === 0 ? '' : ` OF ${columns.map((column) => `"${column}"`).join(', ')}`;
  const when = on.map((event) => (event === 'UPDATE' ? `UPDATE${of}` : event)).join(' OR ');
  return `CREATE TRIGGER ${name} BEFORE ${when} ON "${table}" EXECUTE FUNCTION ${calls}()`;
}

const drop = ({ table, name }: Pick<Guard, 'table' | 'name'>) =>
  sql`drop trigger ${sql.identifier(name)} on ${sql.identifier(table)}`;

async function functionsOf(tx: Executor): Promise<Map<string, string>> {
  const rows = await rowsOf(
    tx,
    sql`select proname, prosrc from pg_proc
        where pronamespace = current_schema()::regnamespace and proname in ('arus_guard', 'arus_append_only')`,
    z.object({ proname: z.string(), prosrc: z.string() }),
  );
  return new Map(rows.map(({ proname, prosrc }) => [proname, prosrc]));
}

async function guardsIn(tx: Executor): Promise<{ table: string; name: string; text: string }[]> {
  const rows = await rowsOf(
    tx,
    sql`select c.relname as table, t.tgname as name, p.proname as calls, t.tgtype as type, t.tgenabled as enabled,
          coalesce((select json_agg(a.attname order by a.attname) from pg_attribute a
            where a.attrelid = c.oid and a.attnum = any(t.tgattr::int2[])), '[]'::json) as columns
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
        where c.relnamespace = current_schema()::regnamespace and t.tgname like 'arus_guard%'`,
    z.object({
      table: z.string(),
      name: z.string(),
      calls: z.string(),
      type: z.number(),
      enabled: z.string(),
      columns: z.array(z.string()),
    }),
  );
  return rows.map(({ table, name, calls, type, enabled, columns }) => ({
    table,
    name,
    text: JSON.stringify([calls, type, enabled, columns.toSorted()]),
  }));
}
