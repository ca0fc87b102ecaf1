import type { ClaimState } from '#shared/sync/identity.ts';
import type { OriginStanding } from './shore-store.ts';

/**
 * @param claim what was judged of the origin; null for nothing
 * @param written whether changes of it are held, or it is shore's own
 * @param met whether anything is known of the vessel: a hello that was let in, or changes of any origin
 */
export function standingOfOrigin({
  claim,
  written,
  met,
}: {
  claim: ClaimState | null;
  written: boolean;
  met: boolean;
}): OriginStanding {
  if (claim === 'waiting' || claim === 'refused') return 'held';
  if (written || claim === 'accepted') return 'known';
  return met ? 'unknown' : 'first';
}
