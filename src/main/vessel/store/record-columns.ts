import { integer, real, text } from 'drizzle-orm/sqlite-core';
import { type FieldKind, type FieldSpec, columnsMadeBy } from '#shared/records/record.ts';

const make = {
  text: (name: string) => text(name),
  integer: (name: string) => integer(name),
  real: (name: string) => real(name),
  boolean: (name: string) => integer(name, { mode: 'boolean' }),
} as const satisfies Record<FieldKind, unknown>;

type Builder<K extends FieldKind> = ReturnType<(typeof make)[K]>;
type Column<F extends FieldSpec> = F['nullable'] extends true
  ? Builder<F['kind']>
  : ReturnType<Builder<F['kind']>['notNull']>;

/** The columns of a record's fields, as its declaration says. Those that every table of records has come beside them. */
export function columnsOf<F extends Readonly<Record<string, FieldSpec>>>(
  fields: F,
): { [N in keyof F]: Column<F[N]> } {
  return columnsMadeBy(make, fields) as { [N in keyof F]: Column<F[N]> };
}
