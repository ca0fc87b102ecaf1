import type { Change } from '#shared/sync/change.ts';
import { hasReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { runsOf, sealRun } from '#shared/sync/missing-entries.ts';
import { validateChange } from '#shared/sync/validity.ts';
import { platformHash } from '../journal/platform-hash.ts';
import type { JournalEntry, OriginHead, ShoreTransaction, VesselHead } from '../store/shore-store.ts';

/**
 * Puts back entries that went missing from a vessel's journals, where the hash chain proves that they are the ones
 * that stood there; within the vessel's lock. Their records are not touched.
 * @returns how many were put back
 */
export async function fillJournal(
  tx: ShoreTransaction,
  vessel: VesselHead,
  heads: readonly OriginHead[],
  offered: readonly Change[],
  now: number,
): Promise<number> {
  const { vesselId } = vessel;
  const headOf = (origin: string): { received: ReceivedRanges; hash: string } | undefined =>
    origin === vessel.origin
      ? { received: { upTo: vessel.last, beyond: [] }, hash: vessel.hash }
      : heads.find((each) => each.origin === origin);
  const at = async (origin: string, number: number): Promise<JournalEntry | null> =>
    (await tx.journalByNumber(vesselId, origin, [[number, number]]))[0] ?? null;

  const missing: Change[] = [];
  for (const change of offered) {
    const head = headOf(change.origin);
    if (
      head !== undefined &&
      hasReceived(head.received, change.number) &&
      (await at(change.origin, change.number)) === null
    )
      missing.push(change);
  }
  const entries: Omit<JournalEntry, 'feed'>[] = [];
  for (const run of runsOf(missing)) {
    const [{ origin, number }] = run;
    const head = headOf(origin);
    if (head === undefined) continue;
    const before = number === 1 ? null : await at(origin, number - 1);
    const after = await at(origin, number + run.length);
    const hashes = sealRun(
      vesselId,
      origin,
      run,
      { before: before?.hash ?? null, after, received: head.received, hash: head.hash },
      platformHash,
    );
    if (hashes === null) continue;
    for (const [index, change] of run.entries()) {
      const { decision } = validateChange(change);
      entries.push({
        change,
        before: null,
        hash: hashes[index] ?? null,
        claimed: null,
        applied: decision === 'apply' ? 'applied' : decision === 'later' ? 'later' : 'parked',
        storedAt: now,
      });
    }
  }
  // Each had a running number of its own, which is free again; which of them bore which makes no difference.
  const feeds = await tx.freeFeeds(vesselId, vessel.feed, entries.length);
  const placed = entries
    .slice(0, feeds.length)
    .map((entry, index) => ({ ...entry, feed: feeds[index] ?? 0 }));
  await tx.appendJournal(vesselId, placed);
  return placed.length;
}
