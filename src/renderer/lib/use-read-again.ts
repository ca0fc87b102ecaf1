import { useEffect, useState } from 'react';
import type { Cancel, Clock } from './clock.ts';

export interface ReadAgain<T> {
  /** The last answer; null before the first. */
  value: T | null;
  /** Why there was no answer this time: what `value` says is older. */
  error: Error | null;
  retry: () => void;
}

/**
 * Something that is read again and again while it is looked at.
 * @param read the same function as long as the same is asked for
 * @param everyMs from an answer to the next question
 */
export function useReadAgain<T>(clock: Clock, everyMs: number, read: () => Promise<T>): ReadAgain<T> {
  const [state, setState] = useState<{ value: T | null; error: Error | null }>({ value: null, error: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isOver = false;
    let cancel: Cancel = () => {};
    const ask = (): void => {
      read()
        .then(
          (value) => {
            if (!isOver) setState({ value, error: null });
          },
          (failure: unknown) => {
            const error = failure instanceof Error ? failure : new Error(String(failure));
            if (!isOver) setState((before) => ({ ...before, error }));
          },
        )
        .finally(() => {
          if (!isOver) cancel = clock.after(everyMs, ask);
        });
    };
    ask();
    return () => {
      isOver = true;
      cancel();
    };
  }, [read, clock, everyMs, attempt]);
  return { ...state, retry: () => setAttempt((before) => before + 1) };
}
