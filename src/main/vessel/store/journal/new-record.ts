import type { Statement } from 'better-sqlite3';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { contextText } from '#shared/sync/causal-context.ts';
import type { WritableDatabase } from '../database.ts';
import { columnValues, type Values } from '../records/record-table.ts';

/** The columns of the journal that the trigger cannot fill by itself. */
const given = [
  'entry',
  'origin',
  'number',
  'time',
  'at',
  'seen',
  'record_id',
  'fields',
  'actor_id',
  'actor_name',
  'device',
  'lane',
  'version',
] as const;

const viewOf = ({ entity }: RecordSpec): string => `new_${entity}`;
const fieldColumns = ({ fields }: RecordSpec): string[] => Object.keys(fields).map(columnOf);
/** Some have the names of the journal's. */
const own = (column: string): string => `own_${column}`;
const viewColumns = (spec: RecordSpec): string[] => [
  ...given,
  'hash',
  'versions',
  ...fieldColumns(spec).map(own),
];

/**
 * For each kind of record a view of this connection alone. What is put into it is entered in the journal, and its row
 * written: one statement, and so a transaction by itself where none is open, which spares every new record the calls of
 * BEGIN, COMMIT and a second INSERT (`docs/decisions/0001`).
 */
export function ensureNewRecordViews(connection: WritableDatabase): void {
  for (const spec of recordSpecs) {
    const { entity } = spec;
    const columns = viewColumns(spec);
    const nothing = columns.map(() => 'NULL').join(', ');
    const values = (names: readonly string[]): string => names.map((name) => `NEW.${name}`).join(', ');
    const fields = fieldColumns(spec);
    // The table's own guard refuses an id that is there, but takes nothing back: the entry would stay without a row.
    connection.exec(`
      CREATE TEMP VIEW IF NOT EXISTS ${viewOf(spec)} (${columns.join(', ')}) AS SELECT ${nothing};
      CREATE TEMP TRIGGER IF NOT EXISTS ${viewOf(spec)}_insert INSTEAD OF INSERT ON ${viewOf(spec)} BEGIN
        SELECT RAISE(ABORT, 'ARUS: a record with this id is there already')
          FROM ${entity} WHERE id = NEW.record_id;
        INSERT INTO sync_journal (${given.join(', ')}, entity, operation, hash)
          VALUES (${values(given)}, '${entity}', 'create', unhex(NEW.hash));
        INSERT INTO ${entity} (entry, id, updated_at, updated_by, versions, ${fields.join(', ')})
          VALUES (NEW.entry, NEW.record_id, NEW.at, NEW.actor_name, NEW.versions, ${values(fields.map(own))});
      END`);
  }
}

/** Puts new records of one kind into the view. */
export class NewRecordStatement {
  readonly #entity: string;
  readonly #fields: readonly string[];
  readonly #insert: Statement;

  constructor(connection: WritableDatabase, spec: RecordSpec) {
    this.#entity = spec.entity;
    this.#fields = Object.keys(spec.fields);
    const columns = viewColumns(spec);
    const places = columns.map(() => '?').join(', ');
    this.#insert = connection.prepare(
      `INSERT INTO ${viewOf(spec)} (${columns.join(', ')}) VALUES (${places})`,
    );
  }

  /**
   * @param entry the change's place in the journal
   * @param fields the change's, as JSON
   * @param hash its place in the chain
   * @param versions the record's, after it
   * @param values all of the record's
   */
  run(
    change: Change,
    {
      entry,
      fields,
      hash,
      versions,
      values,
    }: { entry: number; fields: string; hash: string; versions: string; values: Values },
  ): void {
    const parameters = [
      entry,
      change.origin,
      change.number,
      change.time,
      change.at,
      contextText(change.seen),
      change.recordId,
      fields,
      change.actorId,
      change.actorName,
      change.device,
      change.lane,
      change.version,
      hash,
      versions,
    ];
    this.#insert.run(columnValues(this.#entity, this.#fields, values, parameters));
  }
}
