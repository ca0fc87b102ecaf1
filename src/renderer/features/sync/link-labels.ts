import { type Lane, lanes } from '#shared/records/record.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { type ShipTime, formatAge, formatBytes, formatCount, formatQuantity } from '../../lib/format.ts';

/** Where the ship stands with shore, in words. `shape` says the same without colour. */
export interface LinkLabels {
  shape: 'level' | 'moving' | 'waiting' | 'away' | 'closed';
  /** The state alone: 'Offline 3 d 4 h'. */
  state: string;
  /** State and queue in one line: 'Offline 3 d 4 h · 212 changes waiting'. */
  line: string;
}

/** Takes the node's word and the time now in milliseconds. Being without a link is no error and never sounds like one. */
export function linkLabels(status: SyncStatus, now: number, time: ShipTime): LinkLabels {
  const { link, queue, progress, snapshot } = status;
  const queued = queueText(queue);
  const waiting = queued === null ? 'nothing waiting' : `${queued} waiting`;
  const say = (shape: LinkLabels['shape'], state: string, rest = waiting): LinkLabels => ({
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
  if (status.identity !== null) {
    const isRefused = status.identity.state === 'refused';
    return say('waiting', isRefused ? 'Another ship, the office says' : 'The office asks which ship this is');
  }
  if (snapshot?.total === 0) return say('moving', 'Waiting for the ship’s records');
  if (snapshot !== null) return say('moving', `Taking records ${partOf(snapshot.taken, snapshot.total)}`);
  const held = heldBack(status);
  if (held !== null) return say('waiting', held);
  if (progress !== null && progress.total > 0) return say('moving', sending(progress), rateText(progress));
  if (queued !== null)
    return say('waiting', 'Link up', queue.depth > 0 ? `${queued} to confirm` : `${queued} to send`);
  if (link.lastContactAt === null) return say('waiting', 'Link up', 'nothing heard from shore yet');
  const doubt = doubtOf(status);
  if (doubt !== null) return say('waiting', ...doubt);
  return say('level', `In step with shore, ${time.brief(link.lastContactAt, now)}`, '');
}

/** What waits for shore: '212 changes and 1 attachment'; null for nothing. */
export function queueText({ depth, contents }: SyncStatus['queue']): string | null {
  const parts = [
    depth === 0 ? null : formatQuantity(depth, 'change'),
    contents.attachments === 0 ? null : formatQuantity(contents.attachments, 'attachment'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' and ');
}

/** How many of what waits go in a lane: attachments in the bulk lane. */
export function waitingIn({ byLane, contents }: SyncStatus['queue'], lane: Lane): number {
  return (byLane[lane] ?? 0) + (lane === 'bulk' ? contents.attachments : 0);
}

/** With an empty queue: why nobody can say that ship and shore hold the same; null where both were found to. */
function doubtOf({ agreement, policy }: SyncStatus): [state: string, rest: string] | null {
  const { state, differing, onlyOnBoard, isApart } = agreement;
  if (onlyOnBoard > 0)
    return ['Ship and office differ', `${formatQuantity(onlyOnBoard, 'record')} not in the office`];
  if (state === 'differing')
    return [
      'Ship and office differ',
      differing === 0 ? 'being compared' : formatQuantity(differing, 'record'),
    ];
  if (state === 'unknown') return ['Link up', 'everything sent, not compared with shore yet'];
  if (state === 'comparing' || isApart) return ['Link up', 'everything sent, being compared with shore'];
  // What shore has for the ship waits there, in a lane that is held back.
  const [hold] = policy.holds;
  return hold === undefined ? null : [hold.why, 'nothing waiting on board'];
}

/** Why nothing of what waits may go, though the link stands; null where something may. */
function heldBack({ queue, policy }: SyncStatus): string | null {
  const reasons = lanes
    .filter((lane) => waitingIn(queue, lane) > 0)
    .map((lane) => policy.holds.find((hold) => hold.lane === lane)?.why ?? null);
  return reasons.length === 0 || reasons.includes(null) ? null : (reasons[0] ?? null);
}

type Progress = NonNullable<SyncStatus['progress']>;

function sending(progress: Progress): string {
  return `Sending ${partOf(progress.sent, progress.total)}`;
}

const partOf = (part: number, whole: number): string => `${formatCount(part)} of ${formatCount(whole)}`;

/** How far a new computer has come with taking over what the ship had: 'Taking the ship’s records from the office: …'. */
export function snapshotText({ taken, total }: NonNullable<SyncStatus['snapshot']>): string {
  if (total === 0) return 'The office has been asked for the ship’s records; none has come yet.';
  return `Taking the ship’s records from the office: ${partOf(taken, total)}`;
}

/** `41 kB/s · 3 min left`; an empty text while nothing is known of either. */
export function rateText({ bytesPerSecond, secondsLeft }: Progress): string {
  const parts: string[] = [];
  if (bytesPerSecond > 0) parts.push(`${formatBytes(bytesPerSecond)}/s`);
  if (secondsLeft !== null && secondsLeft >= 1) parts.push(`${formatAge(secondsLeft * 1000)} left`);
  return parts.join(' · ');
}
