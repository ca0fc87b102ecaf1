import type { Scalar } from '#shared/json.ts';
import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';

/**
 * Values that a person might give for a record of a kind, as its declaration allows them; another number gives others. Fields that
 * point to records are left empty where they may be.
 * @param n from 1
 * @throws where the declaration has a field that points to a record and may not be empty: `given` has to say which
 */
export function sampleValues(
  { fields }: Pick<RecordDeclaration, 'fields'>,
  n: number,
  given: Readonly<Record<string, Scalar>> = {},
): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, field]) => field.given === undefined && field.retired === undefined)
      .map(([name, field]) => [name, given[name] ?? sampleOf(name, field, n)]),
  );
}

function sampleOf(name: string, { type, label, words, nullable }: FieldDeclaration, n: number): Scalar {
  const values = Object.keys(words ?? {});
  const samples: Record<FieldDeclaration['type'], Scalar> = {
    text: `${label} ${n}`,
    lines: `${label} ${n}`,
    choice: values[n % values.length] ?? '',
    hours: n,
    number: n,
    whole: n,
    flag: n % 2 === 0,
    day: `2026-03-${String((n % 28) + 1).padStart(2, '0')}`,
    instant: `2026-03-01T00:00:${String(n % 60).padStart(2, '0')}.000Z`,
    reference: null,
  };
  if (type === 'reference' && !nullable) throw new Error(`${name} has to point to a record`);
  return samples[type];
}
