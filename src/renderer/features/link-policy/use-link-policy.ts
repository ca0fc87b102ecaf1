import { useCallback, useEffect, useState } from 'react';
import type { LinkPolicyView, LinkUsage } from '#shared/contract/link.ts';
import { useAppServices } from '../../lib/app-services/context.ts';
import { useSyncStatus } from '../sync/context.ts';

/** Figures of what goes over the link grow older than this on screen only while nothing answers. */
const readAgainMs = 15_000;

export interface LinkPolicyState {
  view: LinkPolicyView | null;
  usage: LinkUsage | null;
  error: Error | null;
  /** The month shown; null for the running one. */
  month: string | null;
  showMonth(month: string | null): void;
  retry(): void;
  /** The node's answer to what was just set. */
  take(view: LinkPolicyView): void;
}

/** The policy and what the link took: read when shown, when the policy says something else, and now and then. */
export function useLinkPolicy(): LinkPolicyState {
  const { transport, clock, onReturn } = useAppServices();
  const standing = JSON.stringify(useSyncStatus()?.policy ?? null);
  const [month, setMonth] = useState<string | null>(null);
  const [state, setState] = useState<Pick<LinkPolicyState, 'view' | 'usage' | 'error'>>({
    view: null,
    usage: null,
    error: null,
  });
  const [turn, setTurn] = useState(0);
  const retry = useCallback(() => setTurn((before) => before + 1), []);

  useEffect(() => {
    let isCurrent = true;
    const input = month === null ? {} : { month };
    Promise.all([transport.call('link.policy', {}), transport.call('link.usage', input)]).then(
      ([view, usage]) => isCurrent && setState({ view, usage, error: null }),
      (failure: unknown) => {
        const error = failure instanceof Error ? failure : new Error(String(failure));
        if (isCurrent) setState((before) => ({ ...before, error }));
      },
    );
    const cancel = clock.after(readAgainMs, retry);
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [transport, clock, month, turn, standing, retry]);
  useEffect(() => onReturn(retry), [onReturn, retry]);

  return {
    ...state,
    month,
    showMonth: setMonth,
    retry,
    take: useCallback((view) => setState((before) => ({ ...before, view })), []),
  };
}
