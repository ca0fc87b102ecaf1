import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import styles from './begun-note.module.css';

/** Says that somebody began to write here and did not save it, with the ways on. */
export function BegunNote(props: {
  /** `You began to change this order and did not save it.` */
  children: string;
  /** Left out where there is nothing to go on with. */
  onGoOn?: () => void;
  onDiscard: () => void;
}): ReactNode {
  const { children, onGoOn, onDiscard } = props;
  return (
    <div className={styles.note} role="status">
      <span>{children}</span>
      {onGoOn === undefined ? null : <Button onClick={onGoOn}>Go on</Button>}
      <Button look="quiet" onClick={onDiscard}>
        Discard
      </Button>
    </div>
  );
}
