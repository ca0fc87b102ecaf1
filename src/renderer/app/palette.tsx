import { Dialog } from '@base-ui/react/dialog';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Kbd } from '../ui/kbd.tsx';
import dialog from '../ui/dialog.module.css';
import type { Screen } from './commands.ts';
import styles from './palette.module.css';
import { type Hit, findHits } from './palette-hits.ts';

/** Finds any record and does anything from the keyboard. */
export function Palette(props: { screen: Screen; isOpen: boolean; onClose: () => void }): ReactNode {
  const { screen, isOpen, onClose } = props;
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={styles.popup} aria-label="Find anything, do anything">
          <Finder screen={screen} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ screen, onClose }: { screen: Screen; onClose: () => void }): ReactNode {
  const [words, setWords] = useState('');
  const [hits, setHits] = useState<readonly Hit[]>([]);
  const [at, setAt] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let isWanted = true;
    const show = (found: readonly Hit[]): void => {
      if (!isWanted) return;
      setHits(found);
      setAt(0);
    };
    void findHits(screen, words, show);
    return () => {
      isWanted = false;
    };
  }, [screen, words]);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const run = (hit: Hit | undefined): void => {
    if (hit === undefined) return;
    onClose();
    hit.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = hits.length - 1;
    if (event.key === 'ArrowDown') setAt(at >= last ? 0 : at + 1);
    else if (event.key === 'ArrowUp') setAt(at <= 0 ? last : at - 1);
    else if (event.key === 'Enter') run(hits[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        className={styles.input}
        type="text"
        role="combobox"
        aria-label="Find an order, equipment or a command"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={hits.length === 0 ? undefined : `${id}-${at}`}
        autoComplete="off"
        placeholder="Find an order, equipment or a command"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div ref={list} id={`${id}-list`} className={styles.list} role="listbox" aria-label="Found">
        {hits.map((hit, index) => (
          // The input keeps the focus and takes the keys.
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
          <div
            key={hit.key}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={styles.hit}
            onPointerMove={() => setAt(index)}
            onClick={() => run(hit)}
          >
            <span className={styles.kind}>{hit.kind}</span>
            <span className={styles.label}>{hit.label}</span>
            {hit.keys === undefined ? null : <Kbd>{hit.keys}</Kbd>}
          </div>
        ))}
      </div>
      {hits.length === 0 ? <p className={styles.none}>No results.</p> : null}
    </>
  );
}
