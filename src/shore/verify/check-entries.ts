import { checkApplied } from '#shared/sync/applied-check.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { JournalEntry } from '../store/shore-store.ts';
import { Difference } from './difference.ts';

/**
 * @param own the name under which shore writes
 * @returns why it was parked; empty where it was not
 * @throws {Difference} where it was wrongly applied or kept aside
 */
export function reasonParked(entry: JournalEntry, own: Origin): string {
  const { wrong, parkedFor } = checkApplied(entry, own, 'the gateway');
  const { number, origin } = entry.change;
  if (wrong !== null) throw new Difference(`Change ${number} of ${origin} ${wrong}`);
  return parkedFor;
}
