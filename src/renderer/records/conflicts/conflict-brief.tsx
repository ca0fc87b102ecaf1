import type { ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import styles from './conflict-card.module.css';
import { ConflictValue } from './conflict-value.tsx';
import { fieldName } from '../words/field-labels.ts';
import type { RecordLabels } from '../words/record-labels.ts';

/** The values of one contested field beside its record, to be read; they are decided on the page for it. */
export function ConflictBrief({
  entity,
  conflict,
  labels,
}: {
  entity: string;
  conflict: OpenConflict;
  labels: RecordLabels;
}): ReactNode {
  const { field, values, baseKnown, base } = conflict;
  const of = { entity, field };
  return (
    <section className={styles.brief} aria-label={`${fieldName(of)}: ${values.length} values`}>
      <h3>{fieldName(of)}</h3>
      <ul className={styles.values}>
        {values.map((value, index) => (
          <ConflictValue
            key={`${value.device} ${value.at} ${value.side}`}
            of={of}
            value={value}
            standing={index === 0 ? 'in force' : 'kept'}
            against={baseKnown ? base : values[index === 0 ? 1 : 0]?.value}
            words={labels}
          />
        ))}
      </ul>
    </section>
  );
}
