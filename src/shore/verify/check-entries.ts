import { judge } from '#shared/sync/validity.ts';
import type { Origin } from '#shared/sync/seen.ts';
import type { Applied } from '../store/schema.ts';
import type { JournalEntry } from '../store/shore-store.ts';
import { Difference } from './difference.ts';

const words: Readonly<Record<Applied, string>> = {
  applied: 'applied',
  later: 'waiting for a newer program',
  parked: 'parked',
};

/**
 * Whether a change was rightly applied or kept aside: by the rules by which it was taken in. What shore wrote itself is
 * applied as it is written.
 * @param own the name under which shore writes
 * @returns why it was parked; empty where it was not
 */
export function checkApplied({ change, applied }: JournalEntry, own: Origin): string {
  const verdict = judge(change);
  const right: Applied =
    change.origin === own || verdict.decision === 'apply'
      ? 'applied'
      : verdict.decision === 'later'
        ? 'later'
        : 'parked';
  if (applied === right) return verdict.decision === 'park' ? verdict.reason : '';
  const name = `Change ${change.number} of ${change.origin}`;
  if (right === 'later' && applied === 'applied')
    throw new Difference(`${name} was applied by a newer program than this: verify with that one`);
  const hint =
    applied === 'later' ? ': start the gateway once, which applies what waited for it, and verify again' : '';
  throw new Difference(`${name} is kept as ${words[applied]}, by the rules it is ${words[right]}${hint}`);
}
