import { lanes } from '#shared/domain/record.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { type ShipTime, formatAge, formatBytes, formatCount, formatQuantity } from '../../lib/format.ts';

/** Where the ship stands with shore, in words. `shape` says the same without colour. */
export interface LinkWords {
  shape: 'level' | 'moving' | 'waiting' | 'away' | 'closed';
  /** The state alone: 'Offline 3 d 4 h'. */
  state: string;
  /** State and queue in one line: 'Offline 3 d 4 h · 212 changes waiting'. */
  line: string;
}

/** Takes the node's word and the time now in milliseconds. Being without a link is no error and never sounds like one. */
export function linkWords(status: SyncStatus, now: number, time: ShipTime): LinkWords {
  const { link, queue, progress, snapshot } = status;
  const waiting = queue.depth === 0 ? 'nothing waiting' : `${formatQuantity(queue.depth, 'change')} waiting`;
  const say = (shape: LinkWords['shape'], state: string, rest = waiting): LinkWords => ({
    shape,
    state,
    line: rest === '' ? state : `${state} · ${rest}`,
  });
  if (link.state === 'closed') return say('closed', 'Link held closed on board');
  if (link.broker === null) return say('closed', 'No link set up');
  if (link.state === 'waiting') return say('closed', status.policy.why);
  const away = formatAge(now - Date.parse(link.since));
  if (link.state === 'offline') return say('away', `Offline ${away}`);
  if (link.state === 'connecting') return say('away', 'Connecting');
  if (snapshot !== null) return say('moving', `Taking records ${partOf(snapshot.taken, snapshot.total)}`);
  const held = heldBack(status);
  if (held !== null) return say('waiting', held);
  if (progress !== null && progress.total > 0) return say('moving', sending(progress), rateWords(progress));
  if (queue.depth > 0)
    return say('waiting', 'Link up', `${formatQuantity(queue.depth, 'change')} to confirm`);
  if (link.lastContactAt === null) return say('waiting', 'Link up', 'nothing heard from shore yet');
  return say('level', `In step with shore, ${time.brief(link.lastContactAt, now)}`, '');
}

/** Why nothing of what waits may go, though the link stands; null where something may. */
function heldBack({ queue, policy }: SyncStatus): string | null {
  if (queue.depth === 0) return null;
  const reasons = lanes
    .filter((lane) => (queue.byLane[lane] ?? 0) > 0)
    .map((lane) => policy.holds.find((hold) => hold.lane === lane)?.why ?? null);
  return reasons.includes(null) ? null : (reasons[0] ?? null);
}

type Progress = NonNullable<SyncStatus['progress']>;

function sending(progress: Progress): string {
  return `Sending ${partOf(progress.sent, progress.total)}`;
}

const partOf = (part: number, whole: number): string => `${formatCount(part)} of ${formatCount(whole)}`;

/** How far a new computer has come with taking over what the ship had: 'Taking the ship’s records from the office: …'. */
export function snapshotWords({ taken, total }: NonNullable<SyncStatus['snapshot']>): string {
  return `Taking the ship’s records from the office: ${partOf(taken, total)}`;
}

/** `41 kB/s · 3 min left`; an empty text while nothing is known of either. */
export function rateWords({ bytesPerSecond, secondsLeft }: Progress): string {
  const parts: string[] = [];
  if (bytesPerSecond > 0) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== null && secondsLeft >= 1) parts.push(`${formatAge(secondsLeft * 1000)} left`);
  return parts.join(' · ');
}
