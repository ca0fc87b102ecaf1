import type { RecordSpec } from '../records/record.ts';
import type { Scalar } from '../json.ts';
import { stampOf, type Change } from './change.ts';
import {
  alternativesOf,
  isConflict,
  isDeleted,
  valueSeen,
  type Alternative,
  type RecordState,
} from './merge.ts';
import { compareStamps, happenedBefore, sideOf, type Origin } from './causal-context.ts';
import type { Side } from '../side.ts';

type Values = Readonly<Record<string, Scalar>>;

/** What one change did to a field that several people had written. */
export interface ConflictMove {
  readonly field: string;
  /** `stands`: these values stand against each other now. `settled`: no longer. */
  readonly now: 'stands' | 'settled';
  /** The values of the field now, the one in force first. */
  readonly alternatives: readonly Alternative[];
}

/** A value that stands against others, with who wrote it, for people to choose by. */
export interface ConflictingValue {
  value: Scalar;
  /** Values of fields that go with it, where there are such. */
  also?: Record<string, Scalar>;
  by: string;
  device: string;
  /** ms since 1970 */
  at: number;
  side: Side;
  origin: Origin;
  number: number;
}

/** @param change the one that set the value; undefined where its journal is not here */
export function conflictingValue(
  { stamp: { origin, number }, value, also }: Alternative,
  change: Change | undefined,
): ConflictingValue {
  return {
    value,
    ...(Object.keys(also).length === 0 ? {} : { also: { ...also } }),
    by: change?.actorName ?? '',
    device: change?.device ?? '',
    at: change?.at ?? 0,
    side: sideOf(origin),
    origin,
    number,
  };
}

/** The fields in which people have to choose; none in a record that is deleted. */
export function conflictsIn(spec: RecordSpec, state: RecordState): string[] {
  const contested = Object.keys(state.heads).filter((name) => isConflict(spec, state, name));
  return contested.length === 0 || isDeleted(state) ? [] : contested;
}

/** What a change did to the conflicts of its record, given the record's state before and after it. */
export function conflictMoves(spec: RecordSpec, prior: RecordState, state: RecordState): ConflictMove[] {
  const before = conflictsIn(spec, prior);
  const after = conflictsIn(spec, state);
  return [...new Set([...after, ...before])].map((field) => ({
    field,
    now: after.includes(field) ? 'stands' : 'settled',
    alternatives: alternativesOf(spec, state, field),
  }));
}

/**
 * What a change has to name whose writer sets `changes`: the fields that differ, and those in which several values
 * stand, so that the choice of one is a choice also where it is the one in force. What goes with such a field is
 * chosen with it.
 * @param current the record's values
 * @param contested the fields in which several values stand
 */
export function fieldsToWrite(
  spec: RecordSpec,
  changes: Values,
  { current, contested }: { current: Values; contested: readonly string[] },
): Values {
  const written: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(changes))
    if (current[name] !== value || contested.includes(name)) written[name] = value;
  for (const follower of contested) {
    const leading = spec.fields[follower]?.follows;
    const value = current[follower];
    if (leading !== undefined && leading in written && !(follower in written) && value !== undefined)
      written[follower] = value;
  }
  return written;
}

/**
 * What stood in a field before people wrote the values that stand in it now: what the writers of all of them had
 * before them.
 * @param history every applied change of the record, in any order
 * @returns null where the journal does not know
 */
export function baseOf(
  spec: RecordSpec,
  name: string,
  alternatives: readonly Alternative[],
  history: readonly Change[],
): { value: Scalar } | null {
  const field = spec.fields[name];
  if (field === undefined) return null;
  const writes = history.flatMap((change) => {
    const value = change.fields[name];
    if (value === undefined) return [];
    const stamp = stampOf(change);
    const isCommon = alternatives.every(
      (each) => compareStamps(each.stamp, stamp) !== 0 && happenedBefore(stamp, each.stamp),
    );
    return isCommon ? [{ stamp, value }] : [];
  });
  const value = valueSeen(field, writes);
  return value === undefined ? null : { value };
}
