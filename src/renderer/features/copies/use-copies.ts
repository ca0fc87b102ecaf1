import { useCallback, useEffect, useState } from 'react';
import type { CopiesList } from '#shared/contract/copies.ts';
import { useAppServices } from '../../lib/app-services/context.ts';

export interface CopiesState {
  list: CopiesList | null;
  error: Error | null;
  retry: () => void;
  /** The node's answer to what was just asked for. */
  take: (list: CopiesList) => void;
}

/** The copies of this computer's database, as the node last told of them. */
export function useCopies(): CopiesState {
  const { transport, onReturn } = useAppServices();
  const [state, setState] = useState<Pick<CopiesState, 'list' | 'error'>>({ list: null, error: null });
  const take = useCallback((list: CopiesList) => setState({ list, error: null }), []);
  const retry = useCallback(() => {
    transport.call('copies.list', {}).then(take, (failure: unknown) => {
      const error = failure instanceof Error ? failure : new Error(String(failure));
      setState((before) => ({ ...before, error }));
    });
  }, [transport, take]);
  useEffect(() => {
    retry();
    const ends = [transport.on('copies.changed', take), onReturn(retry)];
    return () => {
      for (const end of ends) end();
    };
  }, [transport, onReturn, retry, take]);
  return { ...state, retry, take };
}
