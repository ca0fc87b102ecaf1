import type { Scalar } from '#shared/json.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';
import { may } from '#shared/records/may.ts';
import type { Dice } from './dice.ts';

const declared: readonly RecordDeclaration[] = recordSpecs;

/** Every declared kind but orders, which people mostly write. */
export const otherKinds = declared.filter(({ entity }) => entity !== 'work_order');

/** What a new record of a kind has, all of it. */
export function newValuesOf(
  { fields }: RecordDeclaration,
  dice: Dice,
  refersTo: string,
): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, valueOf(name, field, dice, refersTo)]),
  );
}

/** What somebody sets in a record of a kind: one field; null where its records are only added. */
export function editOf(spec: RecordDeclaration, dice: Dice, refersTo: string): Record<string, Scalar> | null {
  if (!may(spec, 'change', 'vessel')) return null;
  const [name, field] = dice.pick(Object.entries(spec.fields));
  return { [name]: valueOf(name, field, dice, refersTo) };
}

/** One of few values, so that people disagree and agree. */
function valueOf(name: string, field: FieldDeclaration, dice: Dice, refersTo: string): Scalar {
  if (field.nullable && (field.type === 'reference' || field.since !== undefined || dice.chance(0.2)))
    return null;
  const n = dice.below(4) + 1;
  const value = ((): Scalar => {
    switch (field.type) {
      case 'choice':
        return dice.pick(Object.keys(field.words ?? {}));
      case 'hours':
      case 'number':
        return dice.below(5_000);
      case 'whole':
        return n;
      case 'flag':
        return dice.chance(0.5);
      case 'day':
        return `2026-03-0${n}`;
      case 'instant':
        return `2026-03-01T00:00:0${n}.000Z`;
      case 'reference':
        return refersTo;
      default:
        return /sha256/i.test(name) ? String(n).repeat(64) : `${field.label} ${n}`;
    }
  })();
  if (!field.shape.safeParse(value).success) throw new Error(`${name} may not hold ${JSON.stringify(value)}`);
  return value;
}
