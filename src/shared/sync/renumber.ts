import type { Change } from './change.ts';
import type { Origin } from './causal-context.ts';

/**
 * The same change under a new incarnation of its writer: what it says, when and by whom stays; it takes its place in
 * the new journal, and has seen of the old one what was kept of it.
 * @param kept the old journal's last number that stays with it; the change's own is higher
 */
export function renumbered(change: Change, kept: number, origin: Origin): Change {
  return {
    ...change,
    origin,
    number: change.number - kept,
    seen: kept === 0 ? change.seen : { ...change.seen, [change.origin]: kept },
  };
}
