import type { ReactNode } from 'react';
import type { SyncState } from '#shared/contract/record-state.ts';
import styles from './sync-mark.module.css';

/** What each mark means, in words. */
export const syncLabels: Readonly<Record<SyncState, string>> = {
  local: 'On this ship only',
  sent: 'Sent, not confirmed by shore yet',
  partly: 'Held by shore, but not yet all that is attached',
  held: 'Held by shore',
  conflict: 'Changed by two people at once, kept for review',
};

const half = (
  <>
    <circle cx="6" cy="6" r="4" />
    <path className={styles.filled} d="M6 2 a4 4 0 0 0 0 8 z" />
  </>
);

const shapes: Readonly<Record<SyncState, ReactNode>> = {
  local: <circle cx="6" cy="6" r="4" />,
  sent: half,
  partly: half,
  held: <circle className={styles.filled} cx="6" cy="6" r="4" />,
  conflict: <path className={styles.filled} d="M6 1 L11 6 L6 11 L1 6 Z" />,
};

/** Hollow, half, full or a diamond: where a record stands between ship and shore. */
export function SyncMark(props: {
  state: SyncState;
  withWords?: boolean;
  /** Other words stand beside it. */
  isSilent?: boolean;
}): ReactNode {
  const { state, withWords = false, isSilent = false } = props;
  return (
    <span
      className={styles.mark}
      data-state={state}
      title={withWords || isSilent ? undefined : syncLabels[state]}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[state]}
      </svg>
      {isSilent ? null : (
        <span className={withWords ? styles.words : 'visually-hidden'}>{syncLabels[state]}</span>
      )}
    </span>
  );
}
