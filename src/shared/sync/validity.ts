import type { RecordSpec } from '../domain/record.ts';
import { recordsVersion, specOf } from '../domain/records.ts';
import { isStorable, type Change } from './change.ts';

/**
 * What to do with a change from the other end.
 * - `apply`: it keeps the rules of its record
 * - `later`: written by a newer program; store it, apply it after the update
 * - `park`: it breaks a rule; store it, tell people, block nothing behind it
 */
export type Verdict =
  { decision: 'apply'; spec: RecordSpec } | { decision: 'later' } | { decision: 'park'; reason: string };

export function judge(change: Change): Verdict {
  if (change.version > recordsVersion) return { decision: 'later' };
  const spec = specOf(change.entity);
  if (spec === undefined) return { decision: 'park', reason: `There is no kind of record called '${change.entity}'` };
  if (change.operation === 'delete') return { decision: 'apply', spec };
  const schema = change.operation === 'create' ? spec.schema.strict() : spec.schema.partial().strict();
  const parsed = schema.safeParse(change.fields);
  if (parsed.success) {
    const broken = Object.entries(change.fields).find(([, value]) => typeof value === 'string' && !isStorable(value));
    if (broken === undefined) return { decision: 'apply', spec };
    return { decision: 'park', reason: `${broken[0]}: holds a character that cannot be stored` };
  }
  const [issue] = parsed.error.issues;
  return { decision: 'park', reason: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}` };
}
