import { canonicalText } from '#shared/sync/change.ts';
import type { Answer } from '#shared/sync/compare.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { detachForkedTail } from '../../store/journal/detach-forked-tail.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/**
 * Gives what lies beyond a gap a name of its own where shore holds other changes under the same numbers: no hash of the
 * chain reaches there, so whoever has a password can have told each end something else. Both are to stand at both ends.
 * @returns whether any journal was parted: shore is then to be told of the new name first
 */
export function detachHeldOtherwise(store: VesselStore, answer: Answer & { step: 'entries' }): boolean {
  const doubted = new Set<Origin>();
  const doubt = (origin: Origin, number: number): void => {
    if (origin !== store.own.origin && number > store.headOf(origin).received.upTo) doubted.add(origin);
  };
  for (const [origin, number] of answer.other) doubt(origin, number);
  for (const change of answer.entries) {
    const held = store.journal.get(change.origin, change.number)?.change;
    if (held !== undefined && canonicalText(held) !== canonicalText(change))
      doubt(change.origin, change.number);
  }
  let isParted = false;
  for (const origin of doubted) {
    const parted = detachForkedTail(store, origin, store.headOf(origin).received.upTo);
    if (parted === null) continue;
    isParted = true;
    store.environment.log.warn(
      { origin, ...parted },
      'what is held of another computer, and shore holds otherwise, goes on under a name of its own',
    );
  }
  return isParted;
}
