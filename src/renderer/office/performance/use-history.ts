import { useEffect, useState } from 'react';
import type { MetricsHistory } from '#shared/office/metrics.ts';
import type { Cancel } from '../../lib/clock.ts';
import { useOffice } from '../office.ts';

const againMs = 10_000;

/** The gateway's figures of the last hours, read again while they are looked at. */
export function useHistory(hours: number): {
  history: MetricsHistory | null;
  error: Error | null;
  retry: () => void;
} {
  const { client, clock } = useOffice();
  const [state, setState] = useState<{ history: MetricsHistory | null; error: Error | null }>({
    history: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    let cancel: Cancel = () => {};
    const read = (): void => {
      client
        .ask('metrics.history', { query: { hours } })
        .then(
          (history) => {
            if (!isOver) setState({ history, error: null });
          },
          (failure: unknown) => {
            const error = failure instanceof Error ? failure : new Error(String(failure));
            if (!isOver) setState((before) => ({ ...before, error }));
          },
        )
        .finally(() => {
          if (!isOver) cancel = clock.after(againMs, read);
        });
    };
    read();
    return () => {
      isOver = true;
      cancel();
    };
  }, [client, clock, hours, attempt]);
  return { ...state, retry: () => setAttempt((before) => before + 1) };
}
