import { z } from 'zod';
import type { Scalar } from '../json.ts';
import { followersOf, type RecordSpec } from '../records/record.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One of the values that stand in a contested field. */
export interface ContestedValue {
  value: Scalar;
  /** What its writer left in the fields that go with it. */
  also?: Readonly<Record<string, Scalar>> | undefined;
}

export type ConflictResolution =
  | { ok: true; values: Readonly<Record<string, Scalar>>; isTyped: boolean }
  /** `reason` is a sentence for the person who decides. */
  | { ok: false; reason: string };

/**
 * The resolution of a conflict: the fields to write for a decision about a contested field. A value that stands there
 * may be taken whatever the record's rules say of the way to it, since people had gone that way. A typed one has to keep
 * the field's rules; a status has to be one that may follow one of those that stand there.
 * @param take the place of a value in `values`, or the value that was typed
 * @param at ISO 8601
 */
export function conflictResolution(
  spec: RecordSpec,
  { field, values }: { field: string; values: readonly ContestedValue[] },
  take: { index: number } | { value: Scalar },
  { at, by }: { at: string; by: string },
): ConflictResolution {
  const followers = followersOf(spec, field);
  const taken = ({ value, also = {} }: ContestedValue): ConflictResolution => ({
    ok: true,
    values: { [field]: value, ...Object.fromEntries(followers.map((name) => [name, also[name] ?? null])) },
    isTyped: false,
  });
  if ('index' in take) {
    const chosen = values[take.index];
    return chosen === undefined ? { ok: false, reason: 'There is no such value to take' } : taken(chosen);
  }
  const shape: unknown = spec.schema.shape[field];
  if (!(shape instanceof z.ZodType)) return { ok: false, reason: `There is no field '${field}'` };
  const parsed = shape.pipe(scalar).safeParse(take.value);
  if (!parsed.success) return { ok: false, reason: parsed.error.issues[0]?.message ?? 'Not a valid value' };
  const value = parsed.data;
  const same = values.find((each) => each.value === value);
  if (same !== undefined) return taken(same);
  const { transitions } = spec.fields[field] ?? {};
  if (transitions === undefined) return { ok: true, values: { [field]: value }, isTyped: true };
  const from = values.find((each) => transitions[String(each.value)]?.includes(String(value)) ?? false);
  if (from === undefined) return { ok: false, reason: 'It cannot go on to that from where it stands' };
  const change = spec.rule?.({ [field]: from.value }, { [field]: value }, { at, by });
  if (change !== undefined && 'refused' in change) return { ok: false, reason: change.refused };
  const unset = Object.fromEntries(followers.map((name) => [name, null]));
  return { ok: true, values: { ...unset, [field]: value, ...change?.written }, isTyped: true };
}
