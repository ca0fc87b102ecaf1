import { type StoreApi, createStore } from 'zustand/vanilla';
import type { Clock } from '../clock.ts';

/** A line at the foot of the screen about what just happened. */
export interface Notice {
  id: number;
  text: string;
  /** A problem stays until it is dismissed; the rest leaves by itself. */
  tone: 'plain' | 'problem';
  action: { label: string; keys?: string; run: () => void } | null;
}

export interface Notices {
  store: StoreApi<{ notice: Notice | null }>;
  say(text: string, action?: Notice['action']): void;
  sayProblem(text: string, action?: Notice['action']): void;
  dismiss(): void;
}

const shownForMs = 9_000;

/** One notice at a time: the last thing that happened is the one that matters. */
export function createNotices(clock: Clock): Notices {
  const store = createStore<{ notice: Notice | null }>(() => ({ notice: null }));
  let lastId = 0;
  let cancel = (): void => {};
  const show = (text: string, tone: Notice['tone'], action: Notice['action']): void => {
    cancel();
    lastId += 1;
    store.setState({ notice: { id: lastId, text, tone, action } });
    if (tone === 'plain') cancel = clock.after(shownForMs, () => store.setState({ notice: null }));
  };
  return {
    store,
    say: (text, action = null) => show(text, 'plain', action),
    sayProblem: (text, action = null) => show(text, 'problem', action),
    dismiss() {
      cancel();
      store.setState({ notice: null });
    },
  };
}
