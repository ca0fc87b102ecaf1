import type { ReactNode } from 'react';
import type { OfficeSyncState } from '#shared/office/records.ts';
import styles from '../ui/sync-mark.module.css';

/** What each mark means, in words, seen from the office. */
const words: Readonly<Record<OfficeSyncState, string>> = {
  pending: 'Ashore only, on its way to the ship',
  partly: 'Held by ship and shore, but not yet all that is attached',
  held: 'Held by ship and shore',
  conflict: 'Changed by two people at once, kept for review',
};

const shapes: Readonly<Record<OfficeSyncState, ReactNode>> = {
  pending: <circle cx="6" cy="6" r="4" />,
  partly: (
    <>
      <circle cx="6" cy="6" r="4" />
      <path className={styles.filled} d="M6 2 a4 4 0 0 0 0 8 z" />
    </>
  ),
  held: <circle className={styles.filled} cx="6" cy="6" r="4" />,
  conflict: <path className={styles.filled} d="M6 1 L11 6 L6 11 L1 6 Z" />,
};

/** Hollow, half, full or a diamond: where a record stands between office and ship. */
export function OfficeMark({
  state,
  withWords = false,
}: {
  state: OfficeSyncState;
  withWords?: boolean;
}): ReactNode {
  return (
    <span className={styles.mark} data-state={state} title={withWords ? undefined : words[state]}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[state]}
      </svg>
      <span className={withWords ? styles.words : 'visually-hidden'}>{words[state]}</span>
    </span>
  );
}
