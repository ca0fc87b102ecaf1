import type { Change } from '#shared/sync/change.ts';

/**
 * Whether a batch of the urgent lane that begins at `place` would go past one that a change in it, or behind it, took along:
 * the vessel could take it by what it holds from earlier, and lack that one.
 * @param lane what waits in it, from its beginning on; what is not there is taken for later
 */
export function goesPastTakenAlong(lane: readonly Change[], place: number): boolean {
  const first = lane[place];
  if (first === undefined || place === 0) return false;
  const came = cameWith(lane);
  const since = Math.max(first.number - 1, came[place - 1] ?? 0);
  return came.slice(0, place).some((number) => number > since || number === Infinity);
}

/** For each change the one with which it came into the lane: itself, or the urgent one of its record that took it along. */
function cameWith(lane: readonly Change[]): number[] {
  const urgent = new Map<string, number>();
  return lane
    .toReversed()
    .map(({ number, lane: journalled, recordId }) => {
      if (journalled === 'urgent') urgent.set(recordId, number);
      return urgent.get(recordId) ?? Infinity;
    })
    .reverse();
}
