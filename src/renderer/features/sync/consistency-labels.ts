import type { SyncStatus } from '#shared/contract/sync.ts';
import { formatQuantity } from '../../lib/format.ts';

type Agreement = SyncStatus['agreement'];

/** What the time of the last comparison stands beside. */
export const comparedLabels: Record<Agreement['state'], string> = {
  unknown: 'Ship and office compared',
  equal: 'Ship and office agree, compared',
  moving: 'Ship and office agreed, compared',
  comparing: 'Comparing ship and office, since',
  differing: 'Ship and office differ, compared',
};

/** In how many records the two ends differ, which end holds what, and what happens next; null where none is known to. */
export function differenceText({ state, differing, onlyOnBoard }: Agreement): string | null {
  if (onlyOnBoard > 0)
    return (
      `The office lacks what this ship holds of ${formatQuantity(onlyOnBoard, 'record')}: its database was lost or put back ` +
      'to an older copy. The records on this ship are right and are sent to it. You do not have to do anything.'
    );
  if (state !== 'differing') return null;
  if (differing === 0) return 'Ship and office differ, and are being compared record by record.';
  return (
    `${formatQuantity(differing, 'record')} ${differing === 1 ? 'is' : 'are'} not the same on this ship and in the office. ` +
    'Nothing was taken away on either. Which they are stands under Problems; tell the office.'
  );
}
