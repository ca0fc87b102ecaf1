import { snapshotStart, type SnapshotStart } from '#shared/sync/snapshot/messages.ts';
import type { Settings } from '../settings.ts';

/** What shore said at the beginning of the snapshot that this node took; null where it took none. */
export function startOfSnapshot(settings: Settings): SnapshotStart | null {
  const text = settings.get('snapshot_start');
  return text === null ? null : snapshotStart.parse(JSON.parse(text));
}

/** Highest hybrid time in the snapshot; 0 where there was none. */
export function timeOfSnapshot(settings: Settings): number {
  return startOfSnapshot(settings)?.time ?? 0;
}

/**
 * The highest work order number from `first` to `last` that shore knew of when the snapshot began: orders that have
 * not arrived yet must not get theirs twice. Null where there is none.
 */
export function highestNumberBefore(
  settings: Settings,
  { first, last }: { first: string; last: string },
): string | null {
  const numbers = startOfSnapshot(settings)?.numbers ?? [];
  return (
    numbers
      .filter((number) => number >= first && number <= last)
      .toSorted()
      .at(-1) ?? null
  );
}
