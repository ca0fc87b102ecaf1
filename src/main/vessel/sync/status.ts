import { lanes } from '#shared/records/record.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { standingOf } from '../link-policy/queries.ts';
import type { LinkPolicyService } from '../link-policy/service.ts';
import type { LinkSession } from './link/link-session.ts';

/** Where ship and shore stand, for the link pill and the sync page. */
export function syncStatusOf(
  store: VesselStore,
  session: LinkSession,
  policy: LinkPolicyService,
): SyncStatus {
  const counts = store.outbox.counts();
  const { oldestAt: oldestContentAt, ...contents } = session.contents.waiting();
  const oldest = [counts.oldestAt, oldestContentAt].filter((at) => at !== null);
  const oldestAt = oldest.length === 0 ? null : Math.min(...oldest);
  // What a lane that is held back has to wait for is no part of what moves.
  const moving = lanes.reduce((sum, lane) => sum + (policy.mayUse(lane) ? counts.byLane[lane] : 0), 0);
  const standing = session.status(moving);
  return {
    ...standing,
    agreement:
      standing.agreement.state === 'equal' && contents.attachments > 0
        ? { ...standing.agreement, state: 'moving' }
        : standing.agreement,
    policy: standingOf(policy),
    queue: {
      depth: counts.depth,
      sent: counts.sent,
      byLane: counts.byLane,
      contents,
      oldestAt: oldestAt === null ? null : new Date(oldestAt).toISOString(),
      oldestAgeMs: oldestAt === null ? null : Math.max(0, store.environment.now() - oldestAt),
    },
    journal: {
      origin: store.own.origin,
      last: store.own.last,
      acknowledged: store.heads.acknowledged(store.own.origin)?.upTo ?? 0,
      fromShore: Math.max(0, ...store.otherOrigins().map((origin) => store.headOf(origin).received.upTo)),
    },
    conflicts: store.conflicts.count('open'),
    problems: store.problems.count(),
  };
}
