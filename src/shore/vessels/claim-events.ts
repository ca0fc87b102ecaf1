import type { Committed } from '../service.ts';
import type { VesselHead } from '../store/shore-store.ts';

/** What events about computers that bear a vessel's id are of: no records. */
export const claimEntity = 'vessel_claim';

/** A computer bears the vessel's id that the office has to look at, or the office has said what it is. */
export function claimMoved({ vesselId, feed }: Pick<VesselHead, 'vesselId' | 'feed'>): Committed {
  return { vesselId, entity: claimEntity, ids: [], feed, cause: 'sync' };
}
