import type { Change } from './change.ts';
import type { Origin } from './causal-context.ts';
import { validateChange } from './validity.ts';

type Applied = 'applied' | 'later' | 'parked';

const words: Readonly<Record<Applied, string>> = {
  applied: 'applied',
  later: 'waiting for a newer program',
  parked: 'parked',
};

/** What a check of one entry came to. */
export interface AppliedCheck {
  /** What is wrong, to be read after the entry's name; null where nothing is. */
  wrong: string | null;
  /** Why it was parked; empty where it was not. */
  parkedFor: string;
}

/**
 * Whether a change was rightly applied or kept aside: by the rules by which it was taken in. What this end wrote itself is
 * applied as it is written.
 * @param entry the change, and how it is kept
 * @param own the name under which this end writes
 * @param program what has to be started once so that it applies what waited: `the program`, `the gateway`
 */
export function checkApplied(
  { change, applied }: { change: Change; applied: Applied },
  own: Origin,
  program: string,
): AppliedCheck {
  const verdict = validateChange(change);
  const parkedFor = verdict.decision === 'park' ? verdict.reason : '';
  const right = change.origin === own ? 'applied' : keptAs[verdict.decision];
  if (applied === right) return { wrong: null, parkedFor };
  if (right === 'later' && applied === 'applied')
    return { wrong: 'was applied by a newer program than this: verify with that one', parkedFor };
  const hint =
    applied === 'later' ? `: start ${program} once, which applies what waited for it, and verify again` : '';
  return { wrong: `is kept as ${words[applied]}, by the rules it is ${words[right]}${hint}`, parkedFor };
}

const keptAs = { apply: 'applied', later: 'later', park: 'parked' } as const;
