import type { ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import { When } from '../../ui/when.tsx';
import styles from './conflict.module.css';
import { fieldName, fieldValueWords } from './field-words.ts';
import { useFieldContext } from './use-field-context.ts';

const sides = { vessel: 'on board', shore: 'ashore' } as const;

/** Two values of one field, side by side: what each was, whose, and when. The first is the one in force. */
export function Conflict({ conflict }: { conflict: OpenConflict }): ReactNode {
  const { field, values } = conflict;
  const ids = field === 'equipmentId' ? values.map(({ value }) => value) : [];
  const context = useFieldContext(ids.filter((id) => typeof id === 'string'));
  return (
    <section className={styles.conflict} aria-label={`${fieldName(field)}: two values`}>
      <h3>{fieldName(field)}</h3>
      <ul className={styles.values}>
        {values.map(({ value, by, device, at, side }, index) => (
          <li key={`${device} ${at}`} className={styles.value}>
            <span className={styles.force}>{index === 0 ? 'In force' : 'Kept for review'}</span>
            <span className={styles.words}>{fieldValueWords(field, value, context)}</span>
            <span className={styles.who}>
              {by}, {sides[side]}, <When at={at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
