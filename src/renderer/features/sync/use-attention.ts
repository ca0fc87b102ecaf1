import { useCallback, useEffect, useState } from 'react';
import { useDesk } from '../../lib/desk/context.ts';
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
  count: 'conflicts' | 'problems',
): Attention<T> {
  const { transport } = useDesk();
  const known = useSyncStatus()?.[count];
  const [answer, setAnswer] = useState<{ items: readonly T[]; total: number } | null>(null);
  const [error, setError] = useState<Error | null>(null);

  const load = useCallback(() => {
    setError(null);
    read(transport).then(setAnswer, (failure: unknown) =>
      setError(failure instanceof Error ? failure : new Error(String(failure))),
    );
  }, [read, transport]);
  useEffect(load, [load, known]);

  return { items: answer?.items ?? null, total: answer?.total ?? 0, error, retry: load };
}
