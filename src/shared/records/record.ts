import type { z } from 'zod';
import type { Scalar } from '../json.ts';

/**
 * How two concurrent values of one field become one (see `sync/merge.ts`).
 * - `clock`: the later hybrid clock wins, the other value is kept as a conflict.
 * - `grows`: the larger number wins; a meter or a count of hours done never runs backwards, so no conflict.
 * - `append`: text written line by line; every line of both is kept, so no conflict.
 * - `terminal`: a value from `terminal` (signed off, cancelled) beats one that is not, since a stale edit
 *   must not reopen what a person closed; kept as a conflict.
 */
export type MergeRule = 'clock' | 'grows' | 'append' | 'terminal';

export type FieldKind = 'text' | 'integer' | 'real' | 'boolean';

export interface FieldSpec {
  kind: FieldKind;
  /** As people read and write it (`define-record.ts`). */
  type?: string;
  nullable: boolean;
  merge: MergeRule;
  /** For `terminal`: the closed values, strongest first. */
  terminal?: readonly string[];
  /**
   * The field that decides for this one: both are shown as one writer left them, and people choose between them
   * as one (who completed an order, and when, go with its status). Whoever writes the other writes this one too
   * where it changes by that.
   */
  follows?: string;
  /** The kind of record whose id the field holds. */
  refersTo?: string;
  /** Where that may be of several kinds: the field that names the kind. */
  refersToKindIn?: string;
  /** For a field that came later: the version of the records that brought it, and its value for all who do not name it. */
  since?: number;
  initial?: Scalar;
  /** For a text that is one of a choice: values that came later, and the version that brought each. */
  valuesSince?: Readonly<Record<string, number>>;
  /** For a choice with a life cycle: the values that may follow each, by a person. What stands may always stay. */
  transitions?: Readonly<Record<string, readonly string[]>>;
}

/** Values of a record by field name. */
export type FieldValues = Readonly<Record<string, Scalar>>;

/** Who writes, and when: ISO 8601. */
export interface Writing {
  at: string;
  by: string;
}

/**
 * What a change that a person asks for becomes: the fields to write, with what follows from it besides, or why it may not be, in
 * a sentence for that person.
 */
export type ChangeRule = (
  before: FieldValues,
  changes: FieldValues,
  writing: Writing,
) => { written: FieldValues } | { refused: string };

/** What a person's change of a record becomes by the rule of its kind; where there is none, what was asked for. */
export function changeAsked(
  { rule }: Pick<RecordSpec, 'rule'>,
  before: FieldValues,
  changes: FieldValues,
  writing: Writing,
): ReturnType<ChangeRule> {
  return rule?.(before, changes, writing) ?? { written: changes };
}

/** Urgency of a change on the link. Each lane keeps its order; an urgent change overtakes the others. */
export const lanes = ['urgent', 'normal', 'bulk'] as const;
export type Lane = (typeof lanes)[number];

/** When a snapshot brings records of a kind: those of a lower place come first. */
export interface SnapshotPlace {
  /** A cursor on the wire names it: a place that was given once stays as it is, and is given to nothing else. */
  place: number;
  /** Of the kind only those whose field stands so; left out: all. */
  among?: { field: string; values: readonly string[] };
}

/**
 * A kind of synced record: its name on the wire and in the journal, its fields, and how they merge.
 * Both databases, the triggers that journal writes, the merge and the digest are derived from this.
 */
export interface RecordSpec {
  entity: string;
  /** For a kind that came later: the version of the records that brought it. */
  since?: number;
  fields: Readonly<Record<string, FieldSpec>>;
  /** The fields by whose values people call a record, in this order. */
  title: readonly [string, ...string[]];
  /** Shape of all fields together, parsed on the way in, wherever a value comes from. */
  schema: z.ZodObject;
  /** Left out: after all that have a place, in the order in which kinds are declared. */
  snapshot?: readonly SnapshotPlace[];
  /** A change that leaves this field at this value is urgent; null where none of the kind ever is. */
  urgentWhen: { field: string; equals: string } | null;
  /** Left out: what was asked for is written. */
  rule?: ChangeRule;
  /** For a kind that people call by a running number, such as `WO-2026-000123`: the field that holds it, and how it begins. */
  number?: { field: string; prefix: string };
}

/** The lane a change travels in, given the record's values after the change. */
export function laneOf(spec: RecordSpec, valuesAfter: Readonly<Record<string, unknown>>): Lane {
  return spec.urgentWhen !== null && valuesAfter[spec.urgentWhen.field] === spec.urgentWhen.equals
    ? 'urgent'
    : 'normal';
}

/** `dueDate` → `due_date`: the name of a field's column in both databases. */
export function columnOf(field: string): string {
  let column = columns.get(field);
  if (column === undefined) {
    column = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    columns.set(field, column);
  }
  return column;
}

/** By field its column, as a database's `make` begins one of its kind; one that is never empty says so. */
export function columnsMadeBy(
  make: Readonly<Record<FieldKind, (column: string) => { notNull(): unknown }>>,
  fields: Readonly<Record<string, FieldSpec>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { kind, nullable }]) => {
      const column = make[kind](columnOf(name));
      return [name, nullable ? column : column.notNull()];
    }),
  );
}

/** As they were asked for; there are as many as the records have fields. */
const columns = new Map<string, string>();

/** What people call a record: number and title of an order, code and name of equipment. */
export function titleOf(spec: RecordSpec, values: Readonly<Record<string, unknown>>): string {
  return spec.title
    .flatMap((field) => {
      const value = values[field];
      if (typeof value !== 'string' || value === '') return [];
      return spec.fields[field]?.type === 'instant' ? minuteOf(value) : value;
    })
    .join(' ');
}

/** `2026-03-01 14:02 UTC`: whoever reads it may be in another time zone than the ship. */
function minuteOf(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** The fields that go with `field`. */
export function followersOf(spec: RecordSpec, field: string): string[] {
  return Object.keys(spec.fields).filter((name) => spec.fields[name]?.follows === field);
}
