import { followersOf, type FieldSpec, type RecordSpec } from '../records/record.ts';
import { isInitial } from '../records/record-version.ts';
import type { Scalar } from '../json.ts';
import { stampOf, type Change } from './change.ts';
import {
  claims,
  compareStamps,
  contextOf,
  precedes,
  remainderOf,
  happenedBefore,
  type Origin,
  type CausalContext,
  type Stamp,
} from './causal-context.ts';

/** A value that no other value's writer had seen. */
export interface Head {
  readonly stamp: Stamp;
  readonly value: Scalar;
}

/**
 * All that is known of one record. What holds of it:
 * - The same changes in any order, any number of times, give the same state: ship and shore arrive at the same one.
 * - Of two heads of a field, neither's writer had seen the other.
 * - A head goes only where a later value's writer had seen it: nothing that people wrote is lost by a clock.
 * - The strongest head by the field's merge rule comes first, and is in force.
 *
 * The ship writes priority `high`, and the office, which has not heard of that, `low`: two heads. Whoever then writes `normal`
 * and has seen both leaves that one.
 */
export interface RecordState {
  /** Stamp of the create; null while only later changes of the record have arrived. */
  readonly created: Stamp | null;
  /** Heads by field, strongest first. */
  readonly heads: Readonly<Record<string, readonly Head[]>>;
  /**
   * By field the overruled values whose writers had seen more than those of all later ones, latest first: an urgent
   * change of a record can overtake an older one of it, and be overruled by somebody who never got the older one. That is
   * overruled as well, should it still come. Nearly always empty.
   */
  readonly overruled: Readonly<Record<string, readonly Stamp[]>>;
  /** Per origin the last change that was not a delete. */
  readonly touched: Readonly<Record<Origin, number>>;
  /** Per origin the last delete. */
  readonly deletions: Readonly<Record<Origin, Stamp>>;
}

export const emptyState: RecordState = {
  created: null,
  heads: {},
  overruled: {},
  touched: {},
  deletions: {},
};

/** `state` with `change` applied. A field that the change names but `spec` does not is a defect of the caller. */
export function applyChange(spec: RecordSpec, state: RecordState, change: Change): RecordState {
  const stamp = stampOf(change);
  if (change.operation === 'delete') {
    const earlier = state.deletions[change.origin];
    if (earlier !== undefined && earlier.number >= change.number) return state;
    return { ...state, deletions: { ...state.deletions, [change.origin]: stamp } };
  }
  const heads: Record<string, readonly Head[]> = { ...state.heads };
  const overruled: Record<string, readonly Stamp[]> = { ...state.overruled };
  for (const [name, value] of Object.entries(change.fields)) {
    if (change.operation === 'create' && isInitial(spec, name, value)) continue;
    const field = spec.fields[name];
    if (field === undefined) throw new Error(`${spec.entity} has no field '${name}'`);
    const known = { heads: heads[name] ?? [], overruled: overruled[name] ?? [] };
    const after = withHead(field, known, { stamp, value });
    heads[name] = after.heads;
    if (after.overruled.length > 0) overruled[name] = after.overruled;
    else delete overruled[name];
  }
  return {
    created: change.operation === 'create' ? earlier(state.created, stamp) : state.created,
    heads,
    overruled,
    touched: {
      ...state.touched,
      [change.origin]: Math.max(state.touched[change.origin] ?? 0, change.number),
    },
    deletions: state.deletions,
  };
}

/**
 * What is known of a record where two ends each know a part: the same as applying all changes that either state was
 * made of.
 */
export function joinStates(spec: RecordSpec, a: RecordState, b: RecordState): RecordState {
  const heads: Record<string, readonly Head[]> = {};
  const overruled: Record<string, readonly Stamp[]> = {};
  for (const [name, field] of Object.entries(spec.fields)) {
    if (a.heads[name] === undefined && b.heads[name] === undefined) continue;
    const known = (state: RecordState): FieldState => ({
      heads: state.heads[name] ?? [],
      overruled: state.overruled[name] ?? [],
    });
    const after = joinFields(field, known(a), known(b));
    heads[name] = after.heads;
    if (after.overruled.length > 0) overruled[name] = after.overruled;
  }
  const touched: Record<Origin, number> = { ...a.touched };
  for (const [origin, number] of Object.entries(b.touched))
    touched[origin] = Math.max(touched[origin] ?? 0, number);
  const deletions: Record<Origin, Stamp> = { ...a.deletions };
  for (const [origin, stamp] of Object.entries(b.deletions))
    if ((deletions[origin]?.number ?? 0) < stamp.number) deletions[origin] = stamp;
  const created = b.created === null ? a.created : earlier(a.created, b.created);
  return { created, heads, overruled, touched, deletions };
}

/** Those heads stay that nobody whom the other end knows of had seen. */
function joinFields(field: FieldSpec, a: FieldState, b: FieldState): FieldState {
  const isIn = (head: Head, list: readonly Head[]): boolean =>
    list.some(({ stamp }) => compareStamps(stamp, head.stamp) === 0);
  const stays = (head: Head, other: FieldState): boolean =>
    isIn(head, other.heads) || !isOverruledIn(other, head);
  const every = [...a.heads, ...b.heads.filter((head) => !isIn(head, a.heads))];
  const kept = every.filter((head) => stays(head, a) && stays(head, b));
  // What an older program remembers of overruled values may say too much; a field does not lose its value over that.
  const heads = (kept.length === 0 ? every : kept).sort((x, y) => byStrength(field, x, y));
  const gone = every.filter((head) => !isIn(head, heads));
  return {
    heads,
    overruled: overruledAfter(
      [...a.overruled, ...b.overruled],
      gone.map(({ stamp }) => stamp),
      heads.map(({ stamp }) => stamp),
    ),
  };
}

/** One record can be created twice under one id, by a copied database: both ends must name the same create. */
function earlier(created: Stamp | null, stamp: Stamp): Stamp {
  return created === null || compareStamps(stamp, created) < 0 ? stamp : created;
}

/** What is known of one field. */
interface FieldState {
  readonly heads: readonly Head[];
  readonly overruled: readonly Stamp[];
}

/** `known` after `incoming` arrived: those heads stay that it had not seen, and it stays unless somebody had seen it. */
function withHead(field: FieldSpec, known: FieldState, incoming: Head): FieldState {
  const isKnown = known.heads.some(({ stamp }) => compareStamps(stamp, incoming.stamp) === 0);
  if (isKnown) return known;
  const kept = known.heads.filter((head) => !happenedBefore(head.stamp, incoming.stamp));
  const heads = isOverruledIn(known, incoming)
    ? kept
    : [...kept, incoming].sort((a, b) => byStrength(field, a, b));
  const gone = [...known.heads, incoming].filter((head) => !heads.includes(head));
  return {
    heads,
    overruled: overruledAfter(
      known.overruled,
      gone.map(({ stamp }) => stamp),
      heads.map(({ stamp }) => stamp),
    ),
  };
}

/** Whether anybody known of in the field had seen `head`. */
function isOverruledIn({ heads, overruled }: FieldState, { stamp }: Head): boolean {
  return (
    overruled.some((other) => happenedBefore(stamp, other)) ||
    heads.some((other) => happenedBefore(stamp, other.stamp))
  );
}

/**
 * Which overruled values have to be remembered: those whose writers had seen something that no later one had. It hangs
 * on the changes alone, not on the order in which they came.
 * @param known remembered so far
 * @param gone overruled now
 * @param heads what stands in the field now
 */
export function overruledAfter(
  known: readonly Stamp[],
  gone: readonly Stamp[],
  heads: readonly Stamp[],
): Stamp[] {
  const kept: Stamp[] = [];
  for (const stamp of [...known, ...gone].sort((a, b) => compareStamps(b, a))) {
    if (kept.some((other) => compareStamps(other, stamp) === 0)) continue;
    const later = [...heads, ...kept].filter((other) => precedes(stamp, other));
    if (!isEmpty(remainderOf([contextOf(stamp)], later.map(contextOf)))) kept.push(stamp);
  }
  return kept;
}

/** What writers of overruled values had seen and the writer of no head has, as far as it counts by numbers alone. */
export function seenByOverruled(overruled: readonly Stamp[], heads: readonly Stamp[]): CausalContext {
  return remainderOf(overruled.map(contextOf), heads.map(contextOf));
}

const isEmpty = (context: CausalContext): boolean => Object.keys(context).length === 0;

function byStrength(field: FieldSpec, a: Head, b: Head): number {
  if (field.merge === 'terminal') {
    const difference = terminalRank(field, a.value) - terminalRank(field, b.value);
    if (difference !== 0) return difference;
  }
  if (field.merge === 'grows') {
    const difference = asNumber(b.value) - asNumber(a.value);
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return compareStamps(b.stamp, a.stamp);
}

function terminalRank(field: FieldSpec, value: Scalar): number {
  const closed = field.terminal ?? [];
  const index = typeof value === 'string' ? closed.indexOf(value) : -1;
  return index === -1 ? closed.length : index;
}

const asNumber = (value: Scalar): number => (typeof value === 'number' ? value : Number.NEGATIVE_INFINITY);

/** The value in force for a field's heads (at least one), where no other field decides. */
function valueOf(field: FieldSpec, heads: readonly Head[]): Scalar {
  const [strongest] = heads;
  if (strongest === undefined) throw new Error('A field without heads has no value');
  if (field.merge !== 'append' || heads.length === 1) return strongest.value;
  const lines: string[] = [];
  const taken = new Map<string, number>();
  for (const head of [...heads].sort((a, b) => compareStamps(a.stamp, b.stamp))) {
    // A line that one writer wrote twice ("Topped up 5 l") stands twice; one that two writers had stands once.
    const times = new Map<string, number>();
    for (const line of String(head.value ?? '').split('\n')) {
      if (line.trim() === '') {
        if (lines.at(-1) !== '' && lines.length > 0) lines.push(line);
        continue;
      }
      const time = (times.get(line) ?? 0) + 1;
      times.set(line, time);
      if (time <= (taken.get(line) ?? 0)) continue;
      taken.set(line, time);
      lines.push(line);
    }
  }
  return lines.join('\n').replace(/\n+$/, '');
}

/** What stands in a field: its value in force, its initial one, or undefined where nothing is known of it. */
export function valueIn(spec: RecordSpec, state: RecordState, name: string): Scalar | undefined {
  const field = spec.fields[name];
  const heads = state.heads[name] ?? [];
  if (field === undefined) return undefined;
  if (heads.length === 0) return field.initial;
  const [leading] = field.follows === undefined ? [] : (state.heads[field.follows] ?? []);
  const chosen = leading === undefined ? undefined : companionOf(state, leading.stamp, name);
  return chosen === undefined ? valueOf(field, heads) : chosen.value;
}

/**
 * What the writer of a value left in the field that goes with it: their own, or what they had seen. Undefined where
 * that has been overruled by somebody else.
 * @param leading stamp of the value in the field that decides
 */
function companionOf(state: RecordState, leading: Stamp, name: string): Head | undefined {
  const heads = state.heads[name] ?? [];
  return (
    heads.find(({ stamp }) => compareStamps(stamp, leading) === 0) ??
    heads.find((head) => happenedBefore(head.stamp, leading))
  );
}

/** A value of a field, with what its writer left in the fields that go with it. */
export interface Alternative extends Head {
  readonly also: Readonly<Record<string, Scalar>>;
}

/** The values that stand in a field, the one in force first. */
export function alternativesOf(spec: RecordSpec, state: RecordState, name: string): Alternative[] {
  const followers = followersOf(spec, name);
  return (state.heads[name] ?? []).map((head) => {
    const also: Record<string, Scalar> = {};
    for (const follower of followers) {
      const companion = companionOf(state, head.stamp, follower);
      if (companion !== undefined) also[follower] = companion.value;
    }
    return { ...head, also };
  });
}

/**
 * True when people have to choose: several different values stand against each other in the field or in what goes
 * with it. For a field that follows another, that other is where they choose.
 */
export function isConflict(spec: RecordSpec, state: RecordState, name: string): boolean {
  const field = spec.fields[name];
  const heads = state.heads[name] ?? [];
  if (field === undefined || heads.length < 2 || field.merge === 'grows' || field.merge === 'append')
    return false;
  if (field.follows !== undefined && (state.heads[field.follows] ?? []).length > 1) return false;
  if (new Set(heads.map((head) => head.value)).size > 1) return true;
  const alternatives = alternativesOf(spec, state, name);
  return followersOf(spec, name).some((follower) => {
    const values = alternatives.flatMap(({ also }) => (follower in also ? [also[follower]] : []));
    return new Set(values).size > 1;
  });
}

/** What somebody saw in a field who had `writes` before them. @returns undefined for no writes */
export function valueSeen(field: FieldSpec, writes: readonly Head[]): Scalar | undefined {
  const heads = writes.filter(
    (write) =>
      !writes.some(
        (other) => happenedBefore(write.stamp, other.stamp) && compareStamps(other.stamp, write.stamp) !== 0,
      ),
  );
  return heads.length === 0
    ? undefined
    : valueOf(
        field,
        heads.sort((a, b) => byStrength(field, a, b)),
      );
}

/**
 * True when all that stands in the record, and the last change of every writer, had been seen by somebody who deleted
 * it: an update beats a concurrent delete, but not when its own side, knowing of it, deleted the record after all.
 * The last change alone does not tell: an urgent one may have overtaken what is older.
 */
export function isDeleted(state: RecordState): boolean {
  const deletions = Object.values(state.deletions);
  if (deletions.length === 0) return false;
  return (
    Object.entries(state.touched).every(([origin, number]) =>
      deletions.some((deletion) => claims(deletion, { origin, number })),
    ) &&
    Object.values(state.heads).every((heads) =>
      heads.every(({ stamp }) => deletions.some((deletion) => happenedBefore(stamp, deletion))),
    )
  );
}

/**
 * True when `change` kept a record that somebody had deleted without seeing it, or is the delete that lost: an update
 * beats a concurrent delete, and the one who deleted has to be told, whichever came first.
 */
export function overridesDelete(prior: RecordState, state: RecordState, change: Change): boolean {
  if (change.operation === 'delete') return !isDeleted(state);
  if (!isDeleted(prior) || isDeleted(state)) return false;
  return Object.values(prior.deletions).every((deletion) => !happenedBefore(deletion, stampOf(change)));
}

/** The latest stamp of all that is in force in the record; null for a record nothing is known of. */
export function latestStamp(state: RecordState): Stamp | null {
  let latest: Stamp | null = null;
  const consider = (stamp: Stamp): void => {
    if (latest === null || compareStamps(stamp, latest) > 0) latest = stamp;
  };
  for (const heads of Object.values(state.heads)) for (const head of heads) consider(head.stamp);
  for (const deletion of Object.values(state.deletions)) consider(deletion);
  return latest;
}

/** The record as its table shows it, or null while its create has not arrived. */
export function materialise(spec: RecordSpec, state: RecordState): Record<string, Scalar> | null {
  if (state.created === null) return null;
  const values: Record<string, Scalar> = {};
  for (const name of Object.keys(spec.fields)) {
    const value = valueIn(spec, state, name);
    if (value !== undefined) values[name] = value;
  }
  return values;
}
