import type { ReactNode } from 'react';
import type { VesselSummary } from '#shared/office/sync.ts';
import { formatCount } from '../../lib/format.ts';
import { Instant } from '../instant.tsx';

type Agreed = VesselSummary['agreement'];

/** Whether the last comparison left records that are not the same on board and ashore, or has yet to tell which. */
export function differs({ state }: Agreed): boolean {
  return state === 'differing';
}

/** Whether ship and office hold the same, and when that was found out. */
export function Agreement({ agreement }: { agreement: Agreed }): ReactNode {
  const { state, comparedAt, equalAt, differing } = agreement;
  if (state === 'differing')
    return differing === null || differing === 0
      ? 'Ship and office differ, being compared'
      : `${formatCount(differing)} ${differing === 1 ? 'record differs' : 'records differ'} from the ship’s`;
  const at = state === 'equal' ? comparedAt : equalAt;
  if (at === null) return 'Not compared yet';
  return (
    <>
      {state === 'equal' ? 'Agrees with the ship, ' : 'Agreed with the ship, '}
      <Instant at={at} brief />
    </>
  );
}
