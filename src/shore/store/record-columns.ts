import type { $Type } from 'drizzle-orm';
import { bigint, boolean, doublePrecision, text } from 'drizzle-orm/pg-core';
import type { z } from 'zod';
import type { FieldDeclaration } from '#shared/records/define-record.ts';
import { type FieldKind, columnsMadeBy } from '#shared/records/record.ts';

/** A whole number of up to 53 bits. */
export const integer53 = (name: string) => bigint(name, { mode: 'number' });

/** What every table of records has beside the columns of its fields. */
export const ofEveryRecord = {
  vesselId: text('vessel_id').notNull(),
  id: text('id').notNull(),
  deleted: boolean('deleted').notNull().default(false),
  updatedAt: integer53('updated_at').notNull(),
  updatedBy: text('updated_by').notNull(),
};

const make = {
  text: (name: string) => text(name),
  integer: (name: string) => bigint(name, { mode: 'number' }),
  real: (name: string) => doublePrecision(name),
  boolean: (name: string) => boolean(name),
} as const satisfies Record<FieldKind, unknown>;

/** A column whose values are typed as the field's shape lets them in: a status is one of its choice, not any text. */
type Typed<F extends FieldDeclaration> = $Type<
  ReturnType<(typeof make)[F['kind']]>,
  NonNullable<z.output<F['shape']>>
>;
type Column<F extends FieldDeclaration> = F['nullable'] extends true
  ? Typed<F>
  : ReturnType<Typed<F>['notNull']>;

/** The columns of a record's fields, as its declaration says. Those that every table of records has come beside them. */
export function columnsOf<F extends Readonly<Record<string, FieldDeclaration>>>(
  fields: F,
): { [N in keyof F]: Column<F[N]> } {
  return columnsMadeBy(make, fields) as { [N in keyof F]: Column<F[N]> };
}
