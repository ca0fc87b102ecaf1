import { useCallback, useEffect, useState } from 'react';
import { useAppServices } from '../../lib/app-services/context.ts';
import type { Transport } from '../../lib/transport/transport.ts';
import { useSyncStatus } from './context.ts';

/** A short list of things a person has to look at: the first of them, and how many there are. */
export interface Attention<T> {
  items: readonly T[] | null;
  total: number;
  error: Error | null;
  retry: () => void;
}

/** Reads the list, and again whenever its count in the state of the link changes. */
export function useAttention<T>(
  read: (transport: Transport) => Promise<{ items: readonly T[]; total: number }>,
  count: 'problems',
): Attention<T> {
  const { transport } = useAppServices();
  const known = useSyncStatus()?.[count];
  const [state, setState] = useState<{ items: readonly T[] | null; total: number; error: Error | null }>({
    items: null,
    total: 0,
    error: null,
  });

  const load = useCallback(() => {
    read(transport).then(
      ({ items, total }) => setState({ items, total, error: null }),
      (failure: unknown) => {
        const error = failure instanceof Error ? failure : new Error(String(failure));
        setState((before) => ({ ...before, error }));
      },
    );
  }, [read, transport]);
  useEffect(load, [load, known]);

  return { ...state, retry: load };
}
