import type { Scalar } from '#shared/json.ts';
import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';
import { shownFields } from '#shared/records/lists.ts';
import type { FieldValues, Writing } from '#shared/records/record.ts';
import type { CallError } from '../../lib/transport/transport.ts';
import {
  type FieldEntry,
  type FormEntries,
  type Place,
  entryOf,
  isEmpty,
  isSame,
  readEntry,
} from '../fields/field-entry.ts';
import type { SeenDetail } from '../port.ts';
import type { RecordLabels } from '../words/record-labels.ts';

type Kind = Pick<RecordDeclaration, 'fields'>;
/** By field name, what is wrong with what was entered. */
export type Wrongs = Readonly<Record<string, string>>;
/** What a form gives: values to write, or what stands against that. */
export type Read = { values: FieldValues; wrong: null } | { values: null; wrong: Wrongs };

/** The fields that a person gives a new record. */
export function fieldsOfNew(spec: Kind): [name: string, declared: FieldDeclaration][] {
  return shownFields(spec).filter(([, { given }]) => given === undefined);
}

/** The fields that a person may change. */
export function fieldsOfChange(spec: Kind): [name: string, declared: FieldDeclaration][] {
  return shownFields(spec).filter(([, { given }]) => given !== 'never');
}

/** An empty form, with what a new record begins with. */
export function emptyEntries(spec: Kind, words: Pick<RecordLabels, 'instant' | 'nameOf'>): FormEntries {
  return Object.fromEntries(
    fieldsOfNew(spec).map(([name, declared]) => [
      name,
      entryOf(declared, typeof declared.begins === 'function' ? null : declared.begins, words),
    ]),
  );
}

/** The form of a record as it stands. */
export function entriesOf(
  spec: Kind,
  { values, referenced }: Pick<SeenDetail, 'values' | 'referenced'>,
  words: Pick<RecordLabels, 'instant' | 'nameOf'>,
): FormEntries {
  return Object.fromEntries(
    fieldsOfChange(spec).map(([name, declared]) => [
      name,
      entryOf(declared, values[name], {
        ...words,
        nameOf: (entity, id) => referenced[name] ?? words.nameOf(entity, id),
      }),
    ]),
  );
}

/** What a new record is given; a field that was left as empty as it may be is left out. */
export function readNew(spec: Kind, entries: FormEntries, place: Place): Read {
  return read(
    fieldsOfNew(spec).filter(
      ([name, { nullable, begins }]) =>
        !(isEmpty(entries[name] ?? null) && (nullable || begins !== undefined)),
    ),
    entries,
    place,
  );
}

/** What was changed since `before`; the rest is not looked at, whatever stands there. */
export function readChanges(spec: Kind, before: FormEntries, entries: FormEntries, place: Place): Read {
  return read(
    fieldsOfChange(spec).filter(([name]) => !isSame(before[name], entries[name])),
    entries,
    place,
  );
}

function read(
  fields: readonly [name: string, declared: FieldDeclaration][],
  entries: FormEntries,
  place: Place,
): Read {
  const values: Record<string, Scalar> = {};
  const wrong: Record<string, string> = {};
  for (const [name, declared] of fields) {
    const result = readEntry(declared, entries[name] ?? null, place);
    if ('wrong' in result) wrong[name] = result.wrong;
    else values[name] = result.value;
  }
  return Object.keys(wrong).length === 0 ? { values, wrong: null } : { values: null, wrong };
}

/**
 * `mine` with every field that the person did not touch since `old` as it stands in `fresh`, so that saving does not write
 * old values back.
 */
export function broughtUpToDate(mine: FormEntries, old: FormEntries, fresh: FormEntries): FormEntries {
  const touched = Object.entries(mine).filter(([name, entry]) => !isSame(entry, old[name]));
  return { ...fresh, ...Object.fromEntries<FieldEntry>(touched) };
}

/** What the other end found wrong with fields of the form, by their names; nothing where it names none of them. */
export function wrongsIn(spec: Kind, { code, details }: CallError): Wrongs {
  if (code !== 'invalid_input') return {};
  return Object.fromEntries(
    details.flatMap(({ path, message }) => {
      const name = path.split('.').findLast((part) => Object.hasOwn(spec.fields, part));
      return name === undefined ? [] : [[name, message] as const];
    }),
  );
}

/** Of changes that the kind's rule refuses as they are asked for, the fields that it refuses by themselves. */
export function refusedByRule(
  { rule, fields }: Pick<RecordDeclaration, 'rule' | 'fields'>,
  before: FieldValues,
  { changes, writing }: { changes: FieldValues; writing: Writing },
): Wrongs {
  const wrong: Record<string, string> = {};
  for (const [name, value] of Object.entries(changes)) {
    const answer = Object.hasOwn(fields, name) ? rule?.(before, { [name]: value }, writing) : undefined;
    if (answer !== undefined && 'refused' in answer) wrong[name] = answer.refused;
  }
  return wrong;
}
