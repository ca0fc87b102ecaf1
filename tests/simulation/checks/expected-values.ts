import { specOf } from '#shared/records/catalogue.ts';
import type { Scalar } from '#shared/json.ts';
import { stampOf, type Change } from '#shared/sync/change.ts';
import { compareStamps } from '#shared/sync/causal-context.ts';
import { standingIn } from './expected-conflicts.ts';

/**
 * Whether a record shows what the rules of its fields say: worked out from the changes alone.
 * @param changes all that were applied to it, in any order
 * @param values as its row shows them
 * @returns a sentence about the first field that does not; null where all do
 */
export function unruly(changes: readonly Change[], values: Readonly<Record<string, Scalar>>): string | null {
  const [first] = changes;
  const spec = first === undefined ? undefined : specOf(first.entity);
  if (spec === undefined) return null;
  for (const [name, field] of Object.entries(spec.fields)) {
    const given = standingIn(changes, name);
    const shown = values[name] ?? null;
    const written = given.map((change) => change.fields[name] ?? null);
    const said = `${name} is ${JSON.stringify(shown)}; what stands is ${JSON.stringify(written)}`;
    if (given.length === 0) continue;
    if (field.merge === 'append') {
      const lines = new Set(String(shown).split('\n'));
      const all = written.flatMap((value) => String(value ?? '').split('\n'));
      if (!all.every((line) => line.trim() === '' || lines.has(line))) return said;
    } else if (field.merge === 'grows') {
      const numbers = written.filter((value) => typeof value === 'number');
      if (shown !== (numbers.length === 0 ? null : Math.max(...numbers))) return said;
    } else if (!('follows' in field)) {
      const closed: readonly string[] = ('terminal' in field ? field.terminal : undefined) ?? [];
      const strongest = closed.find((value) => written.includes(value));
      const latest = given.reduce((a, b) => (compareStamps(stampOf(a), stampOf(b)) > 0 ? a : b));
      if (shown !== (strongest ?? latest.fields[name] ?? null)) return said;
    }
  }
  return null;
}
