import type Database from 'better-sqlite3';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { lazy } from '#shared/lazy.ts';

/**
 * Triggers for facts, generated from the records' specifications: a write that goes round `recordAndPublish` is refused,
 * from our code and from any other program alike.
 *
 * A new row needs its entry in the journal, which is written first, or the snapshot that it came with, and it takes no
 * other row's place (`INSERT OR REPLACE`). SQLite sees to that by itself, without a function: a statement whose triggers
 * call one is slower, as SQLite copies each page that it changes to be able to take it back.
 *
 * Rows that change are handed to the unit of work that is open (`unit-of-work.ts`), which journals them in the same
 * transaction. Of the row that the program itself is writing the trigger says only that it was written: its values are
 * at hand. The functions exist on the node's own connection alone and fail where no unit is open.
 */
export const triggerStatements = lazy((): ReadonlyMap<string, string> => {
  const statements = new Map<string, string>();
  const add = (name: string, body: string): void =>
    void statements.set(name, `CREATE TRIGGER ${name} ${body}`);
  for (const spec of recordSpecs) addRecordTriggers(spec, add);
  // Never fires; but a program whose connection lacks the node's functions cannot even prepare such a statement.
  for (const table of [
    'sync_journal',
    'sync_journal_record',
    'sync_heads',
    'sync_promoted',
    'sync_sent',
    'sync_conflicts',
    'sync_awaited',
    'sync_base',
    'sync_base_heads',
  ])
    for (const action of ['INSERT', 'UPDATE', 'DELETE'])
      add(
        `${table}_guard_${action.toLowerCase()}`,
        `BEFORE ${action} ON ${table} WHEN 0 AND arus_unit() BEGIN SELECT 1; END`,
      );
  return statements;
});

/** What is handed over, in the order in which `unit-of-work.ts` reads it. */
function addRecordTriggers(spec: RecordSpec, add: (name: string, body: string) => void): void {
  const table = spec.entity;
  const columns = Object.keys(spec.fields).map(columnOf);
  const of = (row: 'OLD' | 'NEW'): string => columns.map((column) => `${row}.${column}`).join(', ');
  const changed = columns.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ');

  add(
    `${table}_keep_journalled`,
    `BEFORE INSERT ON ${table}
WHEN EXISTS (SELECT 1 FROM ${table} WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM sync_journal WHERE entry = NEW.entry AND record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_journal_record WHERE record_id = NEW.id)
    AND NOT EXISTS (SELECT 1 FROM sync_base WHERE record_id = NEW.id AND entity = '${table}') BEGIN
  SELECT RAISE(FAIL, 'ARUS: this write did not go through recordAndPublish');
END`,
  );
  add(
    `${table}_journal_update`,
    `AFTER UPDATE ON ${table} WHEN (OLD.deleted IS NOT NEW.deleted OR ${changed}) AND arus_is_news() BEGIN
  SELECT arus_change('${table}', NEW.id, OLD.deleted, NEW.deleted, OLD.versions, NEW.versions, ${of('NEW')}, ${of('OLD')});
END`,
  );
  add(
    `${table}_keep_id`,
    `BEFORE UPDATE OF id ON ${table} WHEN OLD.id IS NOT NEW.id BEGIN
  SELECT RAISE(ABORT, 'ARUS: the id of a record never changes');
END`,
  );
  add(
    `${table}_keep_row`,
    `BEFORE DELETE ON ${table} BEGIN
  SELECT RAISE(ABORT, 'ARUS: records are deleted by mark, through recordAndPublish');
END`,
  );
}

/**
 * Sets the triggers to exactly what this program generates.
 * @returns names of triggers that were there and differed or had no business there (none on a healthy start of
 *   the same version)
 */
export function ensureTriggers(connection: Database.Database): string[] {
  const wanted = triggerStatements();
  const rows = connection.prepare(`SELECT name, sql FROM sqlite_master WHERE type = 'trigger'`).all() as {
    name: string;
    sql: string;
  }[];
  const present = new Map(rows.map((row) => [row.name, row.sql]));
  const differing = [...present].filter(([name, sql]) => wanted.get(name) !== sql).map(([name]) => name);
  if (differing.length === 0 && present.size === wanted.size) return differing;
  connection.transaction(() => {
    for (const name of differing) connection.exec(`DROP TRIGGER "${name.replaceAll('"', '""')}"`);
    for (const [name, statement] of wanted) if (present.get(name) !== statement) connection.exec(statement);
  })();
  return differing;
}
