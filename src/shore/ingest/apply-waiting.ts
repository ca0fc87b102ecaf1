import type { Environment } from '#shared/ports.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { validateChange } from '#shared/sync/validity.ts';
import type { Commits } from '../commits.ts';
import type { Incoming } from '../journal/fold.ts';
import { unappliedProblem } from '../journal/problem-texts.ts';
import { withoutNumbers } from '../journal/ranges.ts';
import { writeChanges } from '../journal/write-changes.ts';
import type { JournalEntry, ShoreStore } from '../store/shore-store.ts';

const chunk = 250;

/**
 * Applies changes that were stored to wait for a newer program, now that this one may be it. In chunks, each in a
 * transaction of its own; a second run finds nothing left to do.
 * @returns how many were applied
 */
export async function applyWaiting(dependencies: {
  store: ShoreStore;
  environment: Environment;
  commits: Commits;
  gateway: string;
}): Promise<number> {
  let count = 0;
  for (const vesselId of await dependencies.store.vesselsWithWaiting()) {
    let after = 0;
    for (;;) {
      const entries = await dependencies.store.waiting(vesselId, after, chunk);
      const last = entries.at(-1);
      if (last === undefined) break;
      after = last.feed;
      count += await applyChunk(dependencies, vesselId, entries);
    }
  }
  return count;
}

async function applyChunk(
  { store, environment, commits, gateway }: Parameters<typeof applyWaiting>[0],
  vesselId: string,
  found: readonly JournalEntry[],
): Promise<number> {
  const candidates = found.filter(({ change }) => change.version <= recordsVersion);
  if (candidates.length === 0) return 0;
  const { applied, events } = await store.transaction('update', async (tx) => {
    const vessel = await tx.vesselForUpdate(vesselId);
    if (vessel === null) return { applied: 0, events: [] };
    const now = environment.now();
    const origins = new Map(Map.groupBy(candidates, ({ change }) => change.origin));
    const ready: Incoming[] = [];
    for (const [origin, entries] of origins) {
      const numbers = entries.map(({ change }) => change.number);
      // Read again under the lock: another gateway may have started at the same time.
      const current = await tx.journalByNumber(vesselId, origin, [
        [Math.min(...numbers), Math.max(...numbers)],
      ]);
      const waiting = current.filter(
        ({ change, applied }) => applied === 'later' && numbers.includes(change.number),
      );
      const done: number[] = [];
      const parked: number[] = [];
      for (const { change, hash, claimed } of waiting) {
        const verdict = validateChange(change);
        if (verdict.decision === 'apply') {
          ready.push({ change, hash, claimed, spec: verdict.spec, applied: 'applied' });
          done.push(change.number);
        } else if (verdict.decision === 'park') {
          parked.push(change.number);
          await tx.addProblems([unappliedProblem(vesselId, change, 'parked', verdict.reason, now)]);
        }
      }
      await tx.setApplied(vesselId, origin, done, 'applied');
      await tx.setApplied(vesselId, origin, parked, 'parked');
      const head = (await tx.originHeads(vesselId)).find((each) => each.origin === origin);
      if (head !== undefined)
        await tx.saveOriginHead(vesselId, { ...head, unapplied: withoutNumbers(head.unapplied, done) });
    }
    const { feed, digest } = vessel;
    const written = await writeChanges(tx, vesselId, ready, {
      feed,
      digest,
      now,
      cause: 'vessel',
      alreadyJournalled: true,
    });
    await tx.saveVessel({ ...vessel, digest: written.digest });
    if (written.events.length > 0) await tx.notify({ gateway, events: written.events });
    return { applied: ready.length, events: written.events };
  });
  commits.announce(events);
  return applied;
}
