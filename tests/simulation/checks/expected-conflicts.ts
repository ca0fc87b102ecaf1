import type { FieldSpec } from '#shared/records/record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { stampOf, type Change } from '#shared/sync/change.ts';
import { happenedBefore } from '#shared/sync/causal-context.ts';

/**
 * Fields of one record in which people have to choose: worked out from the changes alone, in another way than the
 * merge does it.
 * @param changes all that were applied to the record, in any order
 * @returns field → the changes (`origin#number`) whose values stand against each other
 */
export function expectedConflicts(changes: readonly Change[]): Map<string, string[]> {
  const expected = new Map<string, string[]>();
  const [first] = changes;
  const spec = first === undefined ? undefined : specOf(first.entity);
  if (spec === undefined) return expected;
  const fields: readonly (readonly [string, FieldSpec])[] = Object.entries(spec.fields);
  const standing = new Map(fields.map(([name]) => [name, standingIn(changes, name)]));
  if (isDeleted(changes, standing)) return expected;
  for (const [name, { merge, follows }] of fields) {
    const candidates = standing.get(name) ?? [];
    if (candidates.length < 2 || (merge !== 'clock' && merge !== 'terminal')) continue;
    // Of fields that go together people choose in the first.
    if (follows !== undefined && (standing.get(follows)?.length ?? 0) > 1) continue;
    const together = [name, ...fields.flatMap(([other, field]) => (field.follows === name ? [other] : []))];
    const isContested = together.some((each) => {
      const setters = candidates.filter((change) => standing.get(each)?.includes(change));
      return new Set(setters.map((change) => change.fields[each])).size > 1;
    });
    if (isContested) expected.set(name, candidates.map(nameOf).sort());
  }
  return expected;
}

/** Changes that set the field, and whose writers nobody followed who had seen them. */
export function standingIn(changes: readonly Change[], name: string): Change[] {
  // A delete sets nothing, whatever somebody has put into it.
  const setters = changes.filter(({ operation, fields }) => operation !== 'delete' && name in fields);
  return setters.filter(
    (change) => !setters.some((other) => other !== change && happenedBefore(change, stampOf(other))),
  );
}

/**
 * What stands in its fields, and the last that each did who wrote it, was seen by somebody who deleted it. Of each writer the
 * last delete counts: what an honest one has seen only grows.
 */
function isDeleted(changes: readonly Change[], standing: ReadonlyMap<string, readonly Change[]>): boolean {
  const deletions = lastOfEach(changes.filter(({ operation }) => operation === 'delete'));
  const others = changes.filter(({ operation }) => operation !== 'delete');
  const alive = new Set([...lastOfEach(others), ...[...standing.values()].flat()]);
  return (
    deletions.length > 0 &&
    [...alive].every((change) => deletions.some((deletion) => happenedBefore(change, stampOf(deletion))))
  );
}

/** The last change of each writer. */
function lastOfEach(changes: readonly Change[]): Change[] {
  return changes.filter(
    ({ origin, number }) => !changes.some((other) => other.origin === origin && other.number > number),
  );
}

export function nameOf({ origin, number }: Pick<Change, 'origin' | 'number'>): string {
  return `${origin}#${number}`;
}
