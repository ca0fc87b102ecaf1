import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { SyncStatus } from '#shared/contract/sync.ts';
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
