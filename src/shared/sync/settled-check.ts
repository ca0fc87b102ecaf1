import type { RecordSpec } from '../records/record.ts';
import type { Scalar } from '../json.ts';
import type { Change } from './change.ts';
import type { ConflictingValue } from './conflicts.ts';
import { sideOf } from './causal-context.ts';

type ShownValue = Pick<ConflictingValue, 'value' | 'by' | 'device' | 'at' | 'side'> & {
  also?: Readonly<Record<string, Scalar>> | undefined;
};

export interface SettledConflict {
  field: string;
  heads: readonly ShownValue[];
  base: { value: Scalar } | null;
  settlement: ShownValue & { deleted: boolean };
}

/**
 * Looks for what a settled conflict shows among the changes of its record. By what they say, not by their numbers: these
 * may have become others since, where a journal got a new name.
 * @param history all that is known of how the record came to be
 * @returns what is not so, to be read after 'of a settled conflict'; null where all is
 */
export function settledMismatch(
  spec: RecordSpec,
  { field, heads, base, settlement }: SettledConflict,
  history: readonly Change[],
): string | null {
  const isKnown = (value: Scalar, name = field): boolean =>
    value === (spec.fields[name]?.initial ?? null) || history.some((change) => change.fields[name] === value);
  const isWritten = (shown: ShownValue, by: typeof isBy): boolean =>
    history.some((change) => change.fields[field] === shown.value && by(change, shown)) &&
    Object.entries(shown.also ?? {}).every(([name, value]) => isKnown(value, name));
  if (heads.length < 2 || !heads.every((head) => isWritten(head, isByOrCameAsState)))
    return 'a value was not written by whom it says';
  if (base !== null && !isKnown(base.value)) return 'what stood before it was never written';
  if (!settlement.deleted)
    return isWritten(settlement, isBy) ? null : 'what settled it was not written by whom it says';
  const isDelete = history.some((change) => change.operation === 'delete' && isBy(change, settlement));
  return isDelete && isKnown(settlement.value) ? null : 'what settled it was not done by whom it says';
}

/** Of what came as a state nothing but the value was known as the conflict stood open; who wrote it may have come since. */
function isByOrCameAsState(change: Change, shown: ShownValue): boolean {
  const isBare = shown.by === '' && shown.device === '';
  return isBy(change, shown) || (isBare && sideOf(change.origin) === shown.side && change.at === shown.at);
}

function isBy(change: Change, { by, device, at, side }: ShownValue): boolean {
  // Nothing but the value is known of what came as a state.
  const isBare = change.actorName === '' && change.device === '' && by === '' && device === '';
  return (
    sideOf(change.origin) === side &&
    (isBare || (change.actorName === by && change.device === device && change.at === at))
  );
}
