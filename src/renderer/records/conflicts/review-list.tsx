import { type ComponentType, type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Conflict } from '#shared/contract/conflicts.ts';
import type { PagedList } from '../../lib/paged-list.ts';
import { CallError, messageOf } from '../../lib/transport/transport.ts';
import { Button } from '../../ui/button.tsx';
import { ListProblem } from '../../ui/list-problem.tsx';
import type { Take } from './conflict-card.tsx';
import styles from './review-list.module.css';

/** How a card of the list stands, and what a decision on it does. */
export interface CardState {
  isChosen: boolean;
  isBusy: boolean;
  problem: string | null;
  onTake: (take: Take) => void;
}

/** Conflicts one below the other, each to be decided by hand or by key. */
export function ReviewList<C extends Conflict>(props: {
  list: PagedList<C>;
  /** Rejects with `CallError`. */
  settle: (conflict: C, take: Take) => Promise<unknown>;
  /** Says on screen what became of a conflict that somebody else settled meanwhile. */
  onOvertaken: (words: string) => void;
  empty: ReactNode;
  /** Draws one of them. */
  Card: ComponentType<{ conflict: C; card: CardState }>;
}): ReactNode {
  const { list, settle, onOvertaken, empty, Card } = props;
  const { items, nextCursor, error } = useStore(list.store);
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<{ id: string; words: string } | null>(null);
  const chosen = Math.min(place, (items?.length ?? 1) - 1);
  useReviewKeys(scroller, (by) => {
    const next = Math.min(Math.max(chosen + by, 0), (items?.length ?? 1) - 1);
    setPlace(next);
    scroller.current?.querySelectorAll('article')[next]?.scrollIntoView({ block: 'nearest' });
  });

  const decide = async (conflict: C, take: Take): Promise<void> => {
    setBusy(conflict.id);
    setProblem(null);
    try {
      await settle(conflict, take);
    } catch (failure) {
      if (failure instanceof CallError && failure.code === 'stale') onOvertaken(failure.message);
      else setProblem({ id: conflict.id, words: messageOf(failure) });
    } finally {
      setBusy(null);
    }
    await list.reload();
  };

  if (items === null) {
    return error === null ? (
      <p className={styles.note} role="status">
        Reading…
      </p>
    ) : (
      <ListProblem title="The conflicts could not be read" error={error} onRetry={() => void list.reload()}>
        All values of each are kept.
      </ListProblem>
    );
  }
  if (items.length === 0) return empty;
  return (
    <div className={styles.scroller} ref={scroller} data-review="true">
      {error === null ? null : (
        <p className={styles.note} role="alert">
          {error.message} What stands here may be old.
        </p>
      )}
      {items.map((conflict, index) => (
        // A click chooses the card for the keys; everything in it is reached by Tab as well.
        // oxlint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
        <div key={conflict.id} onClick={() => setPlace(index)} onFocus={() => setPlace(index)}>
          <Card
            conflict={conflict}
            card={{
              isChosen: index === chosen,
              isBusy: busy === conflict.id,
              problem: problem?.id === conflict.id ? problem.words : null,
              onTake: (take) => void decide(conflict, take),
            }}
          />
        </div>
      ))}
      {nextCursor === null ? null : (
        <Button className={styles.more} onClick={() => void list.more()}>
          Show more
        </Button>
      )}
    </div>
  );
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input, textarea, select, [role="combobox"], [role="listbox"], [role="menu"]') !== null;

/** `J` and `K` through the cards, a digit takes the value of that place, `E` writes another, `Enter` shows the record. */
function useReviewKeys(scroller: { current: HTMLElement | null }, step: (by: number) => void): void {
  useEffect(() => {
    const press = (selector: string): boolean => {
      const button = scroller.current?.querySelector<HTMLElement>(`[data-chosen="true"] ${selector}`);
      button?.click();
      return button !== undefined && button !== null;
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      const { key, target } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(target))
        return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      const letter = key.toLowerCase();
      let isDone = false;
      if (letter === 'j' || letter === 'k') {
        step(letter === 'j' ? 1 : -1);
        isDone = true;
      } else if (/^[1-9]$/.test(key)) isDone = press(`[data-take="${key}"]:enabled`);
      else if (letter === 'e') isDone = press('[data-third]');
      else if (key === 'Enter' && target === document.body) isDone = press('[data-open]');
      if (isDone) event.preventDefault();
    };
    // Before the keys of the whole screen, some of which are the same.
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, [scroller, step]);
}
