import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { useAppServices, useSession } from '../../lib/app-services/context.ts';
import type { SyncState } from './sync-state.ts';

export const SyncContext = createContext<SyncState | null>(null);

export function useSync(): SyncState {
  const sync = use(SyncContext);
  if (sync === null) throw new Error('There is no sync state above this component.');
  return sync;
}

/** Null until the node has told it. */
export function useSyncStatus(): SyncStatus | null {
  return useStore(useSync().store, ({ status }) => status);
}

/** As of when the state of the link is known, ISO 8601; null while the node answers and it is as of now. */
export function useKnownUntil(): string | null {
  const { session } = useAppServices();
  const { phase, heardAt } = useSession(({ connection }) => connection);
  const { toldAt, isFailed } = useStore(useSync().store);
  if (phase === 'open' && !isFailed) return null;
  return new Date(isFailed || heardAt === null ? toldAt : session.nodeTime(heardAt)).toISOString();
}
