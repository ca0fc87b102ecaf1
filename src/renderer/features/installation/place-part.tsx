import type { ReactNode } from 'react';
import type { Installation } from '#shared/contract/installation.ts';
import styles from './installation.module.css';

/** Where the ship's records lie, and who works with them. */
export function PlacePart({ place, settingsFile }: Pick<Installation, 'place' | 'settingsFile'>): ReactNode {
  return (
    <>
      <p>
        In <span className={styles.path}>{place.folder}</span>,{' '}
        {place.isShared
          ? 'shared with the other accounts of this computer: one at a time has the ship open.'
          : 'for this account.'}
      </p>
      <PlaceNote note={place.note} />
      <p className={styles.note}>
        These settings are kept in <span className={styles.path}>{settingsFile}</span>
      </p>
    </>
  );
}

/** What people should know of the place; nothing where there is nothing to know. */
export function PlaceNote({ note }: { note: string | null }): ReactNode {
  return note === null ? null : <p className={styles.told}>{note}</p>;
}
