import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Handlers } from '../handlers.ts';
import type { LinkPolicyService } from '../link-policy/service.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { LinkSession } from './link/link-session.ts';
import { outboxPage } from './uplink/outbox-page.ts';

type Names =
  'sync.status' | 'sync.setLink' | 'sync.sendNow' | 'sync.compare' | 'sync.outbox' | 'sync.problems';

export function syncHandlers(
  store: VesselStore,
  { session, policy, status }: { session: LinkSession; policy: LinkPolicyService; status: () => SyncStatus },
): Pick<Handlers, Names> {
  return {
    'sync.status': status,
    'sync.setLink': ({ enabled }) => {
      session.setEnabled(enabled);
      if (!enabled) policy.onHeldClosed();
      return status();
    },
    'sync.sendNow': () => {
      policy.ask();
      session.sendNow();
      return status();
    },
    'sync.compare': () => {
      session.compareNow();
      return status();
    },
    'sync.outbox': ({ limit, offset }) => outboxPage(store, limit, offset),
    'sync.problems': ({ limit, offset }) => ({
      items: store.problems.page(limit, offset),
      total: store.problems.count(),
    }),
  };
}
