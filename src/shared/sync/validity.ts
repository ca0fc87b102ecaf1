import { z } from 'zod';
import type { RecordSpec } from '../records/record.ts';
import { recordsVersion, specOf } from '../records/catalogue.ts';
import { longestText, type Change } from './change.ts';
import { latestApplied } from './clock.ts';
import { sideOf } from './causal-context.ts';

/**
 * What to do with a change from the other end.
 * - `apply`: it keeps the rules of its record
 * - `later`: written by a newer program; store it, apply it after the update
 * - `park`: it breaks a rule; store it, tell people, block nothing behind it
 */
export type Verdict =
  { decision: 'apply'; spec: RecordSpec } | { decision: 'later' } | { decision: 'park'; reason: string };

/** Why a change is not taken into its record, nor written: a sentence for people. */
export const tooLate =
  'Its time lies beyond the year 2190, later than any clock can stand. Nothing can be written after it';

/** Snapshots and batches say ids as numbers, so that two that differ in nothing but this would become one. */
const capitals = 'The name of its record has capital letters, which no program gives it';

interface Shapes {
  whole: z.ZodObject;
  part: z.ZodObject;
}

// Zod compiles a schema at its first use: made anew for each change, that cost half a millisecond a change.
const shapes = new Map<RecordSpec, Shapes>();

function shapesOf(spec: RecordSpec): Shapes {
  let known = shapes.get(spec);
  if (known === undefined) {
    known = { whole: wholeOf(spec), part: spec.schema.partial().strict() };
    shapes.set(spec, known);
  }
  return known;
}

/** A create may leave out what came later. */
function wholeOf({ schema, fields }: RecordSpec): z.ZodObject {
  const left: Record<string, true> = {};
  for (const [name, { initial }] of Object.entries(fields)) if (initial !== undefined) left[name] = true;
  const mask: Parameters<typeof schema.partial>[0] = left;
  return schema.partial(mask).strict();
}

export function validateChange(change: Change): Verdict {
  if (change.time > latestApplied(sideOf(change.origin))) return { decision: 'park', reason: tooLate };
  if (change.recordId !== change.recordId.toLowerCase()) return { decision: 'park', reason: capitals };
  if (change.version > recordsVersion) return { decision: 'later' };
  const spec = specOf(change.entity);
  if (spec === undefined)
    return { decision: 'park', reason: `There is no kind of record called '${change.entity}'` };
  if (change.operation === 'delete') return { decision: 'apply', spec };
  const { whole, part } = shapesOf(spec);
  const parsed = (change.operation === 'create' ? whole : part).safeParse(change.fields);
  if (parsed.success) {
    // Whatever a kind's own shape lets through: the other end would refuse the whole batch.
    const long = Object.entries(change.fields).find(
      ([, value]) => typeof value === 'string' && value.length > longestText,
    );
    return long === undefined
      ? { decision: 'apply', spec }
      : { decision: 'park', reason: `${long[0]}: too long` };
  }
  const [issue] = parsed.error.issues;
  return { decision: 'park', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}` };
}
