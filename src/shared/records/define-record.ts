import { z } from 'zod';
import type { Scalar } from '../json.ts';
import type { BesideRule } from './beside.ts';
import { assertFieldNames } from './field-names.ts';
import type { Permissions } from './may.ts';
import type { FieldSpec, RecordSpec, Writing } from './record.ts';

/** What a field holds, as people read and write it. */
export type FieldType =
  | 'text'
  /** Text of several lines. */
  | 'lines'
  | 'choice'
  | 'hours'
  /** A number of what another field says. */
  | 'number'
  /** A whole number. */
  | 'whole'
  /** Yes or no. */
  | 'flag'
  /** A calendar day in ship's time, `YYYY-MM-DD`. */
  | 'day'
  /** A moment, ISO 8601 in UTC. */
  | 'instant'
  /** The id of another record. */
  | 'reference';

/** A field as a record declares it: how it is stored and merged, what it may hold, and what people call it. */
export interface FieldDeclaration extends FieldSpec {
  type: FieldType;
  /** Its name on screen. */
  label: string;
  shape: z.ZodType;
  /** Of a `choice`, what people call each value, in the order in which values are shown and sorted. */
  words?: Readonly<Record<string, string>>;
  /** What a new record has where its writer gives nothing. Left out: it has to be given, or is empty where it may be. */
  begins?: Scalar | ((writing: Writing) => Scalar);
  /** Who may give it: `later`, whoever changes the record, and not who creates it; `never`, nobody: the program writes it. */
  given?: 'later' | 'never';
  /**
   * Since this version of the records people neither give nor see it: something else has taken its place. It stays declared for
   * ever, as journals are folded for ever and older programs still write it.
   */
  retired?: number;
}

/** An index of a kind's table in one of the two databases. */
export interface RecordIndex {
  /** Behind the kind's own name: `due` of `work_order` is `work_order_due`. It is kept in databases and never changes. */
  name: string;
  /**
   * Fields, and what every record has: `id`, `updatedAt`, `deleted`, ashore `vesselId`. `{ listed }` is a field in the order in
   * which lists on board show it.
   */
  on: readonly (string | { listed: string })[];
  /** Which records stand in it; left out: those that were not deleted. */
  among?: 'all' | { field: string; values: readonly string[] };
}

/** A kind of record as its own file declares it. All else about its fields is derived from this. */
export interface RecordDeclaration extends RecordSpec {
  fields: Readonly<Record<string, FieldDeclaration>>;
  /** What people call one, and several. */
  names: { one: string; many: string };
  /** How a list of them is sorted where nobody says otherwise; by the first field of the title where left out. */
  sort?: string;
  /** Where words that are looked for may stand; in every text where left out. */
  search?: readonly string[];
  /** For the lists that people ask for: of one ship on board, of a ship and of a fleet ashore. */
  indexes?: { onBoard?: readonly RecordIndex[]; ashore?: readonly RecordIndex[] };
  /** Its records are made and changed by methods of its own alone: there is more to them than their fields. */
  isSpecial?: true;
  /**
   * For lines of another kind of record, as of a checklist: the field that holds the id of the record that they belong to. They
   * are shown and edited within that one, and are deleted with it.
   */
  parent?: string;
  /**
   * The field that holds the record on whose page people come to its records, as a meter on its equipment's. They are records by
   * themselves, unlike lines, with pages of their own; only no screen lists the kind among its pages.
   */
  reachedFrom?: string;
  /** Photos and documents may be attached to its records. */
  attachments?: true;
  /** Who may enter, change and delete its records; left out: people on board and in the office. */
  may?: Permissions;
  /** What a new one is compared with before it is taken. */
  beside?: BesideRule;
}

interface Made<T extends FieldType, K extends FieldSpec['kind'], S extends z.ZodType> {
  type: T;
  kind: K;
  nullable: false;
  merge: 'clock';
  label: string;
  shape: S;
}

function made<T extends FieldType, K extends FieldSpec['kind'], S extends z.ZodType>(
  type: T,
  kind: K,
  label: string,
  shape: S,
): Made<T, K, S> {
  return { type, kind, nullable: false, merge: 'clock', label, shape };
}

/**
 * Kinds of fields, each with its name on screen and what it may hold. A field merges by `clock` and is never empty unless it is
 * told otherwise: `{ ...field.hours('Actual', workHours), merge: 'grows' }`, `orNothing(field.day('Due', calendarDate))`.
 */
export const field = {
  text: <S extends z.ZodType<string>>(label: string, shape: S) => made('text', 'text', label, shape),
  lines: <S extends z.ZodType<string>>(label: string, shape: S) => made('lines', 'text', label, shape),
  hours: <S extends z.ZodType<number>>(label: string, shape: S) => made('hours', 'real', label, shape),
  number: <S extends z.ZodType<number>>(label: string, shape: S) => made('number', 'real', label, shape),
  whole: <S extends z.ZodType<number>>(label: string, shape: S) => made('whole', 'integer', label, shape),
  flag: (label: string) => made('flag', 'boolean', label, z.boolean()),
  day: <S extends z.ZodType<string>>(label: string, shape: S) => made('day', 'text', label, shape),
  instant: <S extends z.ZodType<string>>(label: string, shape: S) => made('instant', 'text', label, shape),
  /** @param words what people call each value, in the order in which values are shown and sorted */
  choice: <const V extends string>(label: string, words: Readonly<Record<V, string>>) => ({
    ...made('choice', 'text', label, z.enum(Object.keys(words) as [V, ...V[]])),
    words,
  }),
  reference: <const E extends string>(label: string, entity: E) => ({
    ...made('reference', 'text', label, z.uuid()),
    refersTo: entity,
  }),
  /** @param kindIn the field that names the kind of the record */
  referenceOfKind: <const N extends string>(label: string, kindIn: N) => ({
    ...made('reference', 'text', label, z.uuid()),
    refersToKindIn: kindIn,
  }),
} as const;

/** The same field, which may also hold nothing. */
export function orNothing<F extends FieldDeclaration>(
  declared: F,
): Omit<F, 'nullable' | 'shape'> & { nullable: true; shape: z.ZodNullable<F['shape']> } {
  return { ...declared, nullable: true, shape: z.nullable(declared.shape) };
}

type Shapes<F extends RecordDeclaration['fields']> = { [N in keyof F]: F[N]['shape'] };

/**
 * Declares a kind of record. What is derived: the shape that every value is parsed by on its way in, the columns of both
 * databases, triggers and guards, digests, the place in a snapshot, and the words on every screen.
 * @throws for a field's name that cannot be one (`field-names.ts`)
 */
export function defineRecord<
  const F extends RecordDeclaration['fields'],
  const R extends Omit<RecordDeclaration, 'schema' | 'fields'>,
>(declared: R & { fields: F }): R & { fields: F; schema: z.ZodObject<Shapes<F>> } {
  assertFieldNames(declared.entity, Object.keys(declared.fields));
  const shapes = Object.fromEntries(
    Object.entries(declared.fields).map(([name, { shape }]) => [name, shape]),
  ) as Shapes<F>;
  return { ...declared, schema: z.object(shapes) };
}
