import type { ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import styles from './conflict-card.module.css';
import { ConflictValue } from './conflict-value.tsx';
import { fieldName } from './field-words.ts';
import type { RecordWords } from './record-words.ts';

/** The values of one contested field beside its record, to be read; they are decided on the page for it. */
export function ConflictBrief({
  conflict,
  words,
}: {
  conflict: OpenConflict;
  words: RecordWords;
}): ReactNode {
  const { field, values, baseKnown, base } = conflict;
  return (
    <section className={styles.brief} aria-label={`${fieldName(field)}: ${values.length} values`}>
      <h3>{fieldName(field)}</h3>
      <ul className={styles.values}>
        {values.map((value, index) => (
          <ConflictValue
            key={`${value.device} ${value.at} ${value.side}`}
            field={field}
            value={value}
            standing={index === 0 ? 'in force' : 'kept'}
            against={baseKnown ? base : values[index === 0 ? 1 : 0]?.value}
            words={words}
          />
        ))}
      </ul>
    </section>
  );
}
