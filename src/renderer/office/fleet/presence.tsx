import type { ReactNode } from 'react';
import type { VesselSummary } from '#shared/office/sync.ts';
import { formatAge, formatQuantity } from '../../lib/format.ts';

/** Filled while the ship is on the link, hollow while it is not: at sea that is the usual state, no alarm. */
export function PresenceDot({ online }: { online: boolean }): ReactNode {
  return (
    <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <circle
        cx="6"
        cy="6"
        r="4"
        fill={online ? 'var(--good)' : 'none'}
        stroke={online ? 'var(--good)' : 'var(--text-muted)'}
        strokeWidth="1.5"
      />
    </svg>
  );
}

/**
 * `On the link`, or `Offline 3 d 4 h`, counted from the last contact; or that a ship was never seen.
 * @param now milliseconds since 1970, by the gateway's clock
 */
export function presenceText({ online, lastContactAt }: VesselSummary, now: number): string {
  if (online) return 'On the link';
  return lastContactAt === null
    ? 'Not seen on the link yet'
    : `Offline ${formatAge(now - Date.parse(lastContactAt))}`;
}

/** What has still to pass between ship and office, a line each. */
export function waitingLines({
  changesWaitingAshore,
  changesWaitingOnBoard,
  attachmentsLacking,
}: VesselSummary): readonly string[] {
  return [
    changesWaitingOnBoard === null || changesWaitingOnBoard === 0
      ? null
      : `${formatQuantity(changesWaitingOnBoard, 'change')} waiting on board`,
    attachmentsLacking === 0 ? null : `${formatQuantity(attachmentsLacking, 'attachment')} not ashore yet`,
    changesWaitingAshore === 0 ? null : `${formatQuantity(changesWaitingAshore, 'change')} waiting ashore`,
  ].filter((line) => line !== null);
}
