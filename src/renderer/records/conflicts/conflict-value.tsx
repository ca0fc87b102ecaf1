import type { ReactNode } from 'react';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import { classNames } from '../../ui/class-names.ts';
import styles from './conflict-card.module.css';
import { FieldValue } from '../words/field-value.tsx';
import { type FieldOf, fieldName, fieldValueText } from '../words/field-labels.ts';
import { Moment } from '../words/moment.tsx';
import { type RecordLabels, sideLabels } from '../words/record-labels.ts';

const standingLabels = { 'in force': 'Current', kept: 'Other value', ended: null } as const;

/** One of the values that stand against each other: what, whose, where and when. */
export function ConflictValue(props: {
  of: FieldOf;
  value: OpenConflict['values'][number];
  standing: keyof typeof standingLabels;
  /** What a text is compared with. */
  against: unknown;
  words: Pick<RecordLabels, 'instant' | 'utc' | 'nameOf'>;
  children?: ReactNode;
}): ReactNode {
  const { of, value, standing, against, words, children } = props;
  const also = Object.entries(value.also ?? {}).filter(([, each]) => each !== null && each !== value.by);
  return (
    <li className={classNames(styles.value, standing === 'in force' && styles.force)}>
      {standingLabels[standing] === null ? null : (
        <span className={styles.standing}>{standingLabels[standing]}</span>
      )}
      <div className={styles.words}>
        <FieldValue of={of} value={value.value} against={against} words={words} />
      </div>
      {also.map(([name, each]) => (
        <span key={name} className={styles.small}>
          {fieldName({ ...of, field: name })}: {fieldValueText({ ...of, field: name }, each, words)}
        </span>
      ))}
      <div className={styles.who}>
        <span>{value.by}</span>
        <span>
          {value.device === value.by ? '' : `${value.device}, `}
          {sideLabels[value.side]}, <Moment at={value.at} words={words} />
        </span>
      </div>
      {children}
    </li>
  );
}
