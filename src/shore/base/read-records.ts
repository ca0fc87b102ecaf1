import { z } from 'zod';
import type { RecordSpec } from '#shared/records/record.ts';
import { isStorable } from '#shared/domain/storable-text.ts';
import { latestApplied } from '#shared/sync/clock.ts';
import { WireError } from '#shared/sync/frame.ts';
import { furthestOf, receivedFromJson } from '#shared/sync/received-ranges.ts';
import type { RecordState } from '#shared/sync/merge.ts';
import { changeNumber } from '#shared/sync/numbers.ts';
import { contextOf, sideOf, type Stamp } from '#shared/sync/causal-context.ts';
import type { BaseMessage } from '#shared/sync/snapshot/base.ts';
import { checked, type Checked } from '#shared/sync/snapshot/checked-record.ts';
import { unpackRecords } from '#shared/sync/snapshot/columns.ts';
import { stateOf } from '#shared/sync/snapshot/join.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import type { VesselHead } from '../store/shore-store.ts';

/**
 * A page's records, those apart that break their rules or claim what cannot be.
 * @throws {WireError} where the page does not fit together
 */
export function readRecords(
  { page }: BaseMessage,
  vessel: VesselHead,
): { records: Checked[]; refused: string[]; unknownSeen: string[] } {
  let unpacked: SnapshotRecord[];
  try {
    unpacked = page === null ? [] : unpackRecords(page.records);
  } catch (cause) {
    throw new WireError('malformed', `A page of records does not fit together: ${String(cause)}`);
  }
  const records: Checked[] = [];
  const refused: string[] = [];
  const unknownSeen: string[] = [];
  for (const record of unpacked) {
    const name = nameOf(record);
    try {
      const each = checked(record);
      const state = stateOf(each.spec, each.record);
      const reason = isText(record)
        ? (wrongValue(each.spec, state) ?? impossible(state, vessel))
        : 'has text that cannot be stored';
      if (reason !== null) refused.push(`${name} ${reason}`);
      else {
        records.push(each);
        // As of a change: it does no harm in a record (`happenedBefore`), and people have to know of it.
        const claim = standingIn(state).find((stamp) => seenBeyond(stamp, vessel));
        if (claim !== undefined) unknownSeen.push(`${name} by change ${claim.number} of ${claim.origin}`);
      }
    } catch (cause) {
      refused.push(`${name}: ${storable(cause instanceof Error ? cause.message : String(cause))}`);
    }
  }
  return { records, refused, unknownSeen };
}

const nameOf = ({ entity, id }: SnapshotRecord): string => storable(`${entity} ${id}`);
const storable = (text: string): string => text.toWellFormed().replaceAll('\u0000', '');

/** Both databases can hold every text in it. */
function isText(record: SnapshotRecord): boolean {
  const isFine = (value: unknown): boolean => {
    if (typeof value === 'string') return isStorable(value);
    if (typeof value !== 'object' || value === null) return true;
    return Object.entries(value).every(([name, each]) => isStorable(name) && isFine(each));
  };
  return isFine(record);
}

const parts = new Map<RecordSpec, z.ZodObject>();

/** Values that stand in a field keep to its rules one by one, as each came with a change. */
function wrongValue(spec: RecordSpec, state: RecordState): string | null {
  let part = parts.get(spec);
  if (part === undefined) parts.set(spec, (part = spec.schema.partial().strict()));
  for (const [name, heads] of Object.entries(state.heads)) {
    // The value in force is a single one's own, and was checked with the record.
    if (heads.length === 1 && state.created !== null) continue;
    for (const { value } of heads)
      if (!part.safeParse({ [name]: value }).success) return `has a value in '${name}' that breaks its rules`;
  }
  return null;
}

/** Stamps of what stands in a record now. */
function standingIn(state: RecordState): Stamp[] {
  return [
    ...(state.created === null ? [] : [state.created]),
    ...Object.values(state.heads).flatMap((heads) => heads.map(({ stamp }) => stamp)),
    ...Object.values(state.deletions),
  ];
}

/** Whether its writer claims to have seen what shore has never written under the name that it writes under now. */
function seenBeyond(stamp: Stamp, { origin, last }: VesselHead): boolean {
  const own = contextOf(stamp)[origin];
  return own !== undefined && furthestOf(receivedFromJson(own)) > last;
}

/** A stamp that no program writes; or that names what shore has never written under the name that it writes under now. */
function impossible(state: RecordState, { origin, last }: VesselHead): string | null {
  const standing = standingIn(state);
  const isUnwritten = (stamp: Stamp): boolean =>
    !changeNumber.safeParse(stamp.number).success || (stamp.origin === origin && stamp.number > last);
  const isTooLate = ({ time, origin: by }: Stamp): boolean => !(time <= latestApplied(sideOf(by)));
  const wrong =
    standing.find((stamp) => isTooLate(stamp) || isUnwritten(stamp)) ??
    Object.values(state.overruled).flat().find(isUnwritten);
  if (wrong !== undefined) return `names change ${wrong.number} of ${wrong.origin}`;
  return (state.touched[origin] ?? 0) > last ? `names change ${state.touched[origin]} of ${origin}` : null;
}
