import type Database from 'better-sqlite3';
import { columnOf, type FieldSpec, type RecordSpec } from '#shared/domain/record.ts';
import { recordSpecs, recordsVersion } from '#shared/domain/records.ts';

/**
 * Triggers for facts: generated from the records' specifications, they see every row that changes, whoever
 * changes it, and write journal, outbox and field versions in the same transaction. Who and why come from the
 * unit of work that is open (`unit-of-work.ts`), through the `arus_…` functions of the node's own connection:
 * a write without one is refused, from our code and from any other program alike.
 */
export function triggerStatements(): Map<string, string> {
  const statements = new Map<string, string>();
  const add = (name: string, body: string): void =>
    void statements.set(name, `CREATE TRIGGER ${name} ${body}`);
  for (const spec of recordSpecs) addRecordTriggers(spec, add);
  // Never fires; but a program whose connection lacks the node's functions cannot even prepare such a statement.
  for (const table of ['sync_journal', 'sync_outbox', 'sync_conflicts', 'sync_awaited'])
    for (const action of ['INSERT', 'UPDATE', 'DELETE'])
      add(
        `${table}_guard_${action.toLowerCase()}`,
        `BEFORE ${action} ON ${table} WHEN 0 AND arus_unit() BEGIN SELECT 1; END`,
      );
  // What an urgent change stands on must not wait behind it.
  add(
    'sync_outbox_promote',
    `AFTER INSERT ON sync_outbox WHEN NEW.lane = 'urgent' BEGIN
  UPDATE sync_outbox SET lane = 'urgent' WHERE lane <> 'urgent' AND number IN (
    SELECT number FROM sync_journal
    WHERE record_id = NEW.record_id AND origin = (SELECT value FROM node_settings WHERE name = 'origin'));
END`,
  );
  return statements;
}

function addRecordTriggers(spec: RecordSpec, add: (name: string, body: string) => void): void {
  const table = spec.entity;
  const fields = Object.entries(spec.fields);
  const lane =
    spec.urgentWhen === null
      ? `'normal'`
      : `CASE WHEN NEW.${columnOf(spec.urgentWhen.field)} = '${spec.urgentWhen.equals}' THEN 'urgent' ELSE 'normal' END`;
  const changed = fields.map(([name]) => `OLD.${columnOf(name)} IS NOT NEW.${columnOf(name)}`).join(' OR ');

  add(
    `${table}_journal_insert`,
    `AFTER INSERT ON ${table} WHEN arus_unit() = 'write' BEGIN
${journalEntry(spec, `'create'`, objectOf(fields, 'NEW', false), 'NULL', lane)}
END`,
  );
  add(
    `${table}_journal_update`,
    `AFTER UPDATE ON ${table} WHEN (OLD.deleted IS NOT NEW.deleted OR ${changed}) AND arus_unit() = 'write' BEGIN
  SELECT RAISE(ABORT, 'ARUS: a delete cannot change fields as well') WHERE NEW.deleted AND NOT OLD.deleted AND (${changed});
${journalEntry(
  spec,
  `CASE WHEN NEW.deleted AND NOT OLD.deleted THEN 'delete' ELSE 'update' END`,
  objectOf(fields, 'NEW', true),
  objectOf(fields, 'OLD', true),
  lane,
)}
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
 * One call hands the facts to the unit of work and brings back, as a JSON array, what it adds to them (`Entry` in
 * `unit-of-work.ts`). SQLite folds a subquery with a limit into its parent, and then calls once for each column, unless
 * the parent has a condition; hence the conditions that are always true.
 */
function journalEntry(
  spec: RecordSpec,
  operation: string,
  after: string,
  before: string,
  lane: string,
): string {
  return `  INSERT INTO sync_journal (origin, number, time, at, seen, entity, record_id, operation, fields, before,
      actor_id, actor_name, device, lane, version, hash)
    SELECT e ->> 0, e ->> 1, e ->> 2, e ->> 3, e ->> 4, '${spec.entity}', NEW.id, operation, fields, before,
      e ->> 5, e ->> 6, e ->> 7, lane, ${recordsVersion}, unhex(e ->> 8)
    FROM (
      SELECT arus_entry('${spec.entity}', NEW.id, operation, fields, lane, NEW.versions) AS e, *
      FROM (SELECT ${operation} AS operation, ${after} AS fields, ${before} AS before, ${lane} AS lane LIMIT 1)
      WHERE operation IS NOT NULL LIMIT 1)
    WHERE e IS NOT NULL;
  INSERT INTO sync_outbox (number, lane, entity, record_id, at)
    VALUES (arus_number(), ${lane}, '${spec.entity}', NEW.id, NEW.updated_at);
  UPDATE ${spec.entity} SET versions = arus_state() WHERE id = NEW.id;`;
}

/** SQL for a JSON object of all fields, or of those that changed. */
function objectOf(fields: [string, FieldSpec][], row: 'OLD' | 'NEW', onlyChanged: boolean): string {
  const members = fields.map(([name, field]) => {
    const column = columnOf(name);
    const value =
      field.kind === 'boolean'
        ? `CASE WHEN ${row}.${column} IS NULL THEN 'null' WHEN ${row}.${column} THEN 'true' ELSE 'false' END`
        : `json_quote(${row}.${column})`;
    const member = `'"${name}":' || ${value} || ','`;
    return onlyChanged ? `CASE WHEN OLD.${column} IS NOT NEW.${column} THEN ${member} ELSE '' END` : member;
  });
  return `'{' || rtrim(${members.join(' || ')}, ',') || '}'`;
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
  connection.transaction(() => {
    for (const name of differing) connection.exec(`DROP TRIGGER ${name}`);
    for (const [name, statement] of wanted) if (present.get(name) !== statement) connection.exec(statement);
  })();
  return differing;
}
