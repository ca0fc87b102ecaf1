import { z } from 'zod';
import type { Scalar } from '../json.ts';
import type { FieldDeclaration, RecordDeclaration } from './define-record.ts';
import { shownFields } from './lists.ts';
import type { FieldValues, Writing } from './record.ts';

/** What a person may give when a record is created: what has to be given, and what begins otherwise. */
export function newRecordShape(spec: Pick<RecordDeclaration, 'fields'>): z.ZodObject {
  const given = shownFields(spec).filter(([, each]) => each.given === undefined);
  return z.strictObject(
    Object.fromEntries(
      given.map(([name, each]) => [name, isNeeded(each) ? each.shape : each.shape.optional()]),
    ),
  );
}

/** What a person may change of a record, each field by itself. */
export function changesShape(spec: Pick<RecordDeclaration, 'fields'>): z.ZodObject {
  const given = shownFields(spec).filter(([, each]) => each.given !== 'never');
  return z.strictObject(Object.fromEntries(given.map(([name, each]) => [name, each.shape.optional()])));
}

const isNeeded = ({ nullable, begins }: FieldDeclaration): boolean => !nullable && begins === undefined;

/** All values of a new record: what is given, and for the rest what it begins with; a running number is not among them. */
export function beginRecord(
  { fields }: Pick<RecordDeclaration, 'fields'>,
  given: Readonly<Record<string, unknown>>,
  writing: Writing,
): Record<string, Scalar> {
  const values: Record<string, Scalar> = {};
  for (const [name, { begins = null }] of Object.entries(fields)) {
    const value = given[name] as Scalar | undefined;
    values[name] = value ?? (typeof begins === 'function' ? begins(writing) : begins);
  }
  return values;
}

/** The values of `changes` that are there. */
export function givenValues(changes: Readonly<Record<string, unknown>>): FieldValues {
  const given: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) given[name] = value as Scalar;
  return given;
}
