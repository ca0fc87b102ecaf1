import type { ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import type { IntakeHead } from '#shared/sync/intake.ts';
import { runsOf, sealRun } from '#shared/sync/missing-entries.ts';
import { hasReceived } from '#shared/sync/received-ranges.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { validateChange } from '#shared/sync/validity.ts';
import type { BaseHead } from '../../store/records/base.ts';
import { platformHash } from '../../store/journal/platform-hash.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/**
 * Puts back entries that went missing from the journal, where the hash chain proves that they are the ones that stood
 * there; within an `apply` transaction. Their records are not touched.
 * @returns how many were put back
 */
export function fillJournal(store: VesselStore, offered: readonly Change[]): number {
  const begins = new Map(store.base.heads().map((head) => [head.origin, head]));
  const missing = offered.filter(
    ({ origin, number }) =>
      number > (begins.get(origin)?.number ?? 0) &&
      hasReceived(headOf(store, origin).received, number) &&
      store.journal.get(origin, number) === null,
  );
  let count = 0;
  for (const run of runsOf(missing)) {
    const [{ origin, number }] = run;
    const hashes = sealRun(
      store.vesselId,
      origin,
      run,
      {
        before: beginHash(begins.get(origin), number) ?? store.journal.get(origin, number - 1)?.hash ?? null,
        after: store.journal.get(origin, number + run.length),
        ...headOf(store, origin),
      },
      platformHash,
    );
    if (hashes === null) continue;
    for (const [index, change] of run.entries()) {
      const { decision } = validateChange(change);
      if (decision !== 'apply') store.settings.noteUnapplied();
      if (decision === 'later') store.settings.set('waiting', 'yes');
      store.journal.add(change, {
        hash: hashes[index] ?? null,
        claimed: null,
        applied: decision === 'apply' ? 'applied' : decision === 'later' ? 'later' : 'parked',
      });
    }
    count += run.length;
  }
  return count;
}

/** Where the journal begins on board, after a snapshot: the hash before its first entry. */
function beginHash(begin: BaseHead | undefined, number: number): ChainHash | null {
  return begin !== undefined && begin.number === number - 1 ? begin.hash : null;
}

function headOf(store: VesselStore, origin: Origin): IntakeHead {
  const { own } = store;
  return origin === own.origin
    ? { received: { upTo: own.last, beyond: [] }, hash: own.hash }
    : store.headOf(origin);
}
