import type { RecordSpec } from '../records/record.ts';
import type { Scalar } from '../json.ts';
import { stampOf, type Change } from './change.ts';
import { valueSize } from './columns/unfolded.ts';
import { conflictMoves, type ConflictMove } from './conflicts.ts';
import {
  applyChange,
  emptyState,
  overridesDelete,
  valueIn,
  valueSeen,
  type Head,
  type RecordState,
} from './merge.ts';
import { compareStamps, happenedBefore } from './causal-context.ts';

/** An entry of a journal as far as a record's history needs it. */
export interface Entry {
  readonly change: Change;
  readonly applied: 'applied' | 'later' | 'parked';
}

/** What a change did to one field. */
export interface FieldEvent {
  readonly field: string;
  /** What its writer had before them; null where the journal does not know. */
  readonly from: { readonly value: Scalar } | null;
  readonly to: Scalar;
  /** False where another value stayed in force: this one lost against it, and is kept beside it. */
  readonly inForce: boolean;
  readonly conflict: 'opened' | 'settled' | null;
}

/** One change of a record, with what it did. */
export interface HistoryEvent {
  readonly entry: Entry;
  readonly fields: readonly FieldEvent[];
  /** The change brought a record back whose delete it had not seen, or is that delete. */
  readonly overridesDelete: boolean;
}

/**
 * What happened to a record, oldest first. Told as its writers saw it: what stood in a field before is what that
 * writer had before them, which for two who had not seen each other is the same for both.
 * @param entries everything the journal has of the record, in any order
 * @param start what was known before the first of them, where the journal does not begin with the record
 */
export function historyOf(
  spec: RecordSpec,
  entries: readonly Entry[],
  start: RecordState = emptyState,
): HistoryEvent[] {
  const writes = new Map<string, Head[]>(
    Object.entries(start.heads).map(([name, heads]) => [name, [...heads]]),
  );
  let prior = start;
  return entries
    .toSorted((a, b) => compareStamps(stampOf(a.change), stampOf(b.change)))
    .map((entry) => {
      const { change } = entry;
      if (entry.applied !== 'applied')
        return { entry, fields: keptAside(spec, change), overridesDelete: false };
      const stamp = stampOf(change);
      const state = applyChange(spec, prior, change);
      const moves = conflictMoves(spec, prior, state);
      const fields = inOrder(spec, change.fields).map(([name, value]): FieldEvent => {
        const known = writes.get(name) ?? [];
        const from = beforeWriter(spec, { name, known, prior }, stamp);
        known.push({ stamp, value });
        writes.set(name, known);
        const isAppended = spec.fields[name]?.merge === 'append';
        return {
          field: name,
          from,
          to: value,
          inForce: isAppended || valueIn(spec, state, name) === value,
          conflict: conflictOf(name, moves),
        };
      });
      const event = { entry, fields, overridesDelete: overridesDelete(prior, state, change) };
      prior = state;
      return event;
    });
}

/** @returns the event's place in the history, to ask on from */
export function placeOf({ entry: { change } }: HistoryEvent): string {
  return `${change.time}.${change.origin}.${change.number}`;
}

/**
 * A page of a history, newest first.
 * @param cursor `placeOf` the last event of the page before; null for the newest
 */
export function historyPage(
  events: readonly HistoryEvent[],
  { cursor, limit }: { cursor: string | null; limit: number },
): { events: HistoryEvent[]; nextCursor: string | null } {
  const at = cursor === null ? events.length : events.findIndex((event) => placeOf(event) === cursor);
  const end = Math.max(0, at);
  const page: HistoryEvent[] = [];
  let size = 0;
  for (const event of events.slice(Math.max(0, end - limit), end).reverse()) {
    size += sizeOf(event);
    if (page.length > 0 && size > pageSize) break;
    page.push(event);
  }
  const last = page.at(-1);
  return { events: page, nextCursor: end > page.length && last !== undefined ? placeOf(last) : null };
}

/** Characters of values in a page, about. */
const pageSize = 2 * 1024 * 1024;

function sizeOf({ fields }: HistoryEvent): number {
  return fields.reduce(
    (sum, { field, from, to }) => sum + valueSize(field, from?.value ?? null) + valueSize(field, to),
    0,
  );
}

function beforeWriter(
  spec: RecordSpec,
  { name, known, prior }: { name: string; known: readonly Head[]; prior: RecordState },
  stamp: Head['stamp'],
): FieldEvent['from'] {
  const field = spec.fields[name];
  if (field === undefined) return null;
  const heads = prior.heads[name] ?? [];
  const [only] = heads;
  // Nearly always: one value, and the writer had it.
  if (heads.length === 1 && only !== undefined && happenedBefore(only.stamp, stamp))
    return { value: only.value };
  const value = valueSeen(
    field,
    known.filter((write) => happenedBefore(write.stamp, stamp)),
  );
  return value === undefined ? null : { value };
}

function conflictOf(name: string, moves: readonly ConflictMove[]): FieldEvent['conflict'] {
  const move = moves.find(({ field }) => field === name);
  if (move === undefined) return null;
  return move.now === 'stands' ? 'opened' : 'settled';
}

/** A change's fields as their kind of record has them; those that it does not know come last. */
function inOrder(spec: RecordSpec, fields: Change['fields']): [string, Scalar][] {
  const names = Object.keys(spec.fields);
  const place = (name: string): number => (name in spec.fields ? names.indexOf(name) : names.length);
  return Object.entries(fields).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1));
}

function keptAside(spec: RecordSpec, { fields }: Change): FieldEvent[] {
  return inOrder(spec, fields).map(([field, to]) => ({
    field,
    from: null,
    to,
    inForce: false,
    conflict: null,
  }));
}
