import { type WorkOrderStatus, statusTransitions } from '#shared/records/work-order-status.ts';

/**
 * The statuses to set one after the other to get from `from` to `to`, the last being `to`. Taking back a
 * sign-off to 'open' goes through 'in progress', since a completed order may only be reopened to that.
 * Empty when it is there already; null when there is no way.
 */
export function statusPath(from: WorkOrderStatus, to: WorkOrderStatus): readonly WorkOrderStatus[] | null {
  if (from === to) return [];
  const seen = new Set([from]);
  let paths: (readonly WorkOrderStatus[])[] = [[]];
  while (paths.length > 0) {
    const longer: (readonly WorkOrderStatus[])[] = [];
    for (const path of paths) {
      for (const next of statusTransitions[path.at(-1) ?? from]) {
        if (next === to) return [...path, next];
        if (seen.has(next)) continue;
        seen.add(next);
        longer.push([...path, next]);
      }
    }
    paths = longer;
  }
  return null;
}
