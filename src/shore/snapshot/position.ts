import type { Origin } from '#shared/sync/causal-context.ts';
import { isNumberKnownTo } from '#shared/records/numbered.ts';
import type { Ask, SnapshotPosition, SnapshotStart } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotView } from './snapshot-store.ts';

/**
 * The present, as a snapshot tells of it: of each origin but the asker's own the number up to which everything is held
 * and applied, and that it understands. What lies beyond a gap, or needs a newer program on either end, comes afterwards
 * as ordinary batches.
 * @returns null for a vessel that shore has never heard of
 */
export async function startNow(
  view: SnapshotView,
  vesselId: string,
  { origin: asker, version }: Pick<Ask, 'origin' | 'version'>,
): Promise<SnapshotStart | null> {
  const stored = await view.heads(vesselId);
  if (stored === null) return null;
  const { vessel, origins } = stored;
  const beyond = await view.firstBeyond(vesselId, version);
  const heads: SnapshotStart['heads'] = [];
  const own = { origin: vessel.origin, received: { upTo: vessel.last }, hash: vessel.hash };
  for (const { origin, received, hash, base } of [{ ...own, base: undefined }, ...origins]) {
    // What lies before a base is in the records, whatever waits among its changes.
    const applied = Math.min(received.upTo, (beyond.get(origin) ?? Number.MAX_SAFE_INTEGER) - 1);
    const upTo = Math.max(base?.number ?? 0, applied);
    if (origin === asker || upTo === 0) continue;
    const isBase = base?.number === upTo;
    const there =
      upTo === received.upTo ? hash : isBase ? base.hash : await view.hashAt(vesselId, origin, upTo);
    if (there !== null) heads.push({ origin, upTo, hash: there });
  }
  return {
    heads,
    time: vessel.time,
    total: heads.length === 0 ? 0 : await view.countRecords(vesselId),
    numbers: (await view.highestNumbers(vesselId)).filter((number) => isNumberKnownTo(version, number)),
  };
}

/** Whether shore still holds all that a position names: not so after it was restored from an older backup. */
export async function isHeld(
  view: SnapshotView,
  vesselId: string,
  position: SnapshotPosition,
): Promise<boolean> {
  const stored = await view.heads(vesselId);
  if (stored === null) return false;
  const upTo = new Map<Origin, number>(stored.origins.map(({ origin, received }) => [origin, received.upTo]));
  upTo.set(stored.vessel.origin, stored.vessel.last);
  return Object.entries(position).every(([origin, number]) => number <= (upTo.get(origin) ?? 0));
}
