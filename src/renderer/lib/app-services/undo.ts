import { type StoreApi, createStore } from 'zustand/vanilla';

/** Something that was done and can be taken back. */
export interface Undoable {
  /** What was done, as a person would say it: 'Put WO-2026-000012 on hold'. */
  label: string;
  /** How it is once that was taken back: 'WO-2026-000012 is open again'. */
  undone: string;
  /** Takes it back; rejects with words when that cannot be done any more. */
  undo(): Promise<void>;
}

export interface Undo {
  /**
   * Does what a person asks for when everything before it is done: keys come quicker than answers, and each goes by
   * what the one before has left.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  store: StoreApi<{ done: readonly Undoable[] }>;
  push(step: Undoable): void;
  /** Removes and returns the last step; null when there is none. */
  pop(): Undoable | null;
}

const mostSteps = 50;

export function createUndo(): Undo {
  const store = createStore<{ done: readonly Undoable[] }>(() => ({ done: [] }));
  let last: Promise<unknown> = Promise.resolve();
  return {
    inTurn(work) {
      const next = last.then(work);
      // Whoever asked hears of a failure; the next begins all the same.
      last = next.catch(() => {});
      return next;
    },
    store,
    push: (step) => store.setState(({ done }) => ({ done: [...done.slice(1 - mostSteps), step] })),
    pop() {
      const { done } = store.getState();
      const last = done.at(-1) ?? null;
      if (last !== null) store.setState({ done: done.slice(0, -1) });
      return last;
    },
  };
}
