import type { ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import styles from '../features/records/conflict.module.css';
import { fieldName, fieldValueWords } from '../features/records/field-words.ts';
import { Instant } from './instant.tsx';
import { useVesselWords } from './use-vessel-words.ts';

const sides = { vessel: 'on board', shore: 'ashore' } as const;

/** Two values of one field, side by side: what each was, whose, and when. The first is the one in force. */
export function OfficeConflict({
  vesselId,
  conflict,
}: {
  vesselId: string;
  conflict: OpenConflict;
}): ReactNode {
  const { field, values } = conflict;
  const ids = field === 'equipmentId' ? values.map(({ value }) => value) : [];
  const words = useVesselWords(
    vesselId,
    ids.filter((id) => typeof id === 'string'),
  );
  return (
    <section className={styles.conflict} aria-label={`${fieldName(field)}: two values`}>
      <h3>{fieldName(field)}</h3>
      <ul className={styles.values}>
        {values.map(({ value, by, device, at, side }, index) => (
          <li key={`${device} ${at}`} className={styles.value}>
            <span className={styles.force}>{index === 0 ? 'In force' : 'Kept for review'}</span>
            <span className={styles.words}>{fieldValueWords(field, value, words)}</span>
            <span className={styles.who}>
              {by}, {sides[side]}, <Instant at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
