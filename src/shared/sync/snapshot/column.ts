import { z } from 'zod';
import type { Scalar } from '../../json.ts';

/** One field of many records, written in the shortest way that gives back exactly what went in. */
export type Column =
  /** Every record has this value. */
  | { readonly all: Scalar }
  /** Instants (ISO 8601, milliseconds, UTC), as milliseconds after each record's own moment. */
  | { readonly instants: readonly (number | null)[] }
  /** Texts that end in a number of so many digits after the same beginning: how much it grows from one to the next. */
  | { readonly counted: readonly [beginning: string, digits: number, ...steps: number[]] }
  | { readonly values: readonly Scalar[] };

/** Longest text in a record, in characters: notes of several people put together are longer than one change can bring. */
const textLimit = 1_048_576;
const scalar = z.union([z.string().max(textLimit), z.number(), z.boolean(), z.null()]);
export const columnBody: z.ZodType<Column> = z.union([
  z.strictObject({ all: scalar }),
  z.strictObject({ instants: z.array(z.number().nullable()) }),
  z.strictObject({
    counted: z.tuple([z.string().max(200), z.number().int().min(1).max(15)], z.number().int()),
  }),
  z.strictObject({ values: z.array(scalar) }),
]);

/**
 * @param values one of each record, at least one
 * @param moments of each record the milliseconds from which its instants are told
 */
export function packColumn(values: readonly Scalar[], moments: readonly number[]): Column {
  const [first = null] = values;
  if (values.every((value) => value === first)) return { all: first };
  return asInstants(values, moments) ?? asCounted(values) ?? { values };
}

/** @throws {RangeError} when the column is not of `moments.length` records */
export function unpackColumn(column: Column, moments: readonly number[]): readonly Scalar[] {
  const values = valuesOf(column, moments);
  if (values.length !== moments.length)
    throw new RangeError(`A column of ${values.length} values for ${moments.length} records`);
  return values;
}

function valuesOf(column: Column, moments: readonly number[]): readonly Scalar[] {
  if ('all' in column) return moments.map(() => column.all);
  if ('values' in column) return column.values;
  if ('instants' in column)
    return column.instants.map((after, index) =>
      after === null ? null : instantText((moments[index] ?? 0) + after),
    );
  const [beginning, digits, ...steps] = column.counted;
  let count = 0;
  return steps.map((step) => {
    count += step;
    return beginning + String(count).padStart(digits, '0');
  });
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

function asInstants(values: readonly Scalar[], moments: readonly number[]): Column | null {
  const instants: (number | null)[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      instants.push(null);
      continue;
    }
    if (typeof value !== 'string' || !instantPattern.test(value)) return null;
    const at = Date.parse(value);
    if (Number.isNaN(at) || instantText(at) !== value) return null;
    instants.push(at - (moments[index] ?? 0));
  }
  return { instants };
}

/** Empty for what is no instant: on unpacking that is a value the record's rules refuse. */
function instantText(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

const countedPattern = /^(.*?)(\d{1,15})$/s;

function asCounted(values: readonly Scalar[]): Column | null {
  const [first] = values;
  const [, beginning = '', lastDigits = ''] =
    typeof first === 'string' ? (countedPattern.exec(first) ?? []) : [];
  const digits = lastDigits.length;
  if (digits === 0) return null;
  const steps: number[] = [];
  let before = 0;
  for (const value of values) {
    if (typeof value !== 'string' || !value.startsWith(beginning)) return null;
    const rest = value.slice(beginning.length);
    const count = Number(rest);
    if (!/^\d{1,15}$/.test(rest) || String(count).padStart(digits, '0') !== rest) return null;
    steps.push(count - before);
    before = count;
  }
  return { counted: [beginning, digits, ...steps] };
}
