import type { Scalar } from '../json.ts';
import type { FieldDeclaration } from './define-record.ts';
import type { NumberedDeclaration } from './numbered.ts';
import type { FieldValues } from './record.ts';

/**
 * What is written of a record that bore the number of another one and gets a new one. On paper and in people's heads it may
 * stand with the former number: the first field that is written line by line says so. One that is full stays as it is, as people
 * are told otherwise as well.
 */
export function withNewNumber(
  { names, number, fields }: NumberedDeclaration,
  values: FieldValues,
  to: string,
): Record<string, Scalar> {
  const written: Record<string, Scalar> = { [number.field]: to };
  const [lines] = Object.entries(fields).filter(([, { merge }]) => merge === 'append');
  if (lines === undefined) return written;
  const [name, { shape }]: [string, FieldDeclaration] = lines;
  const former = `Raised as ${String(values[number.field])}, a number that another ${names.one.toLowerCase()} bears.`;
  const text = [String(values[name] ?? '').trimEnd(), former].filter((line) => line !== '').join('\n');
  return shape.safeParse(text).success ? { ...written, [name]: text } : written;
}

/**
 * What people are told of it.
 * @param values those of the record
 * @param ship whose records they are, where several ships' are told of; null for the reader's own
 */
export function doubledNumberText(
  spec: NumberedDeclaration,
  values: FieldValues,
  { from, to, ship = null }: { from: string; to: string; ship?: string | null },
): string {
  const name = spec.title
    .filter((field) => field !== spec.number.field)
    .map((field) => String(values[field] ?? ''))
    .filter((text) => text !== '')
    .join(' ');
  return (
    `Two ${spec.names.many.toLowerCase()}${ship === null ? '' : ` of ${ship}`} were raised as ${from}, on computers that had ` +
    `not heard of each other. '${name}' is ${to} now; the other keeps its number. Put the new number where the old one was ` +
    'written down.'
  );
}
