/**
 * What verifying a database says of a column, or of whether a row is there at all.
 * - `recomputed`: made anew from the journal (or from what is beside it) and compared
 * - `hashed`: covered by the hash chain
 * - `not shown: …`: the program's own bookkeeping, and why it needs no proof
 * - `not covered: …`: shown to people, and nothing else tells of it; to be read after 'Not covered: '
 */
export type Coverage = 'recomputed' | 'hashed' | `not shown: ${string}` | `not covered: ${string}`;

export interface TableCoverage {
  /** That a row is taken away. */
  readonly row: Coverage;
  /** By the columns' names. */
  readonly columns: Readonly<Record<string, Coverage>>;
}

/** Columns of a journal that the hash chain covers, the same on board and ashore. */
export const hashedColumns = [
  'origin',
  'number',
  'time',
  'at',
  'seen',
  'entity',
  'record_id',
  'operation',
  'fields',
  'actor_id',
  'actor_name',
  'device',
  'lane',
  'version',
  'hash',
];

/** What a verified database is not verified in: phrases for people, each once. */
export function notCovered(tables: Readonly<Record<string, TableCoverage>>): string[] {
  const every = Object.values(tables).flatMap(({ row, columns }) => [row, ...Object.values(columns)]);
  const prefix = 'not covered: ';
  return [...new Set(every)].flatMap((each) => (each.startsWith(prefix) ? [each.slice(prefix.length)] : []));
}
