import type { ReactNode } from 'react';
import { type FieldContext, type FieldOf, declarationOf, fieldValueText } from './field-labels.ts';
import styles from './field-value.module.css';
import { differenceOf, shortened } from './text-difference.ts';

/** Fields that hold words, in which a change of some is lost to the eye. */
function isText(of: FieldOf): boolean {
  const type = declarationOf(of)?.type;
  return type === 'text' || type === 'lines';
}

/** A value of a field in words; in a text, what differs from `against` is marked. */
export function FieldValue(props: {
  of: FieldOf;
  value: unknown;
  /** What to compare a text with; undefined for nothing. */
  against?: unknown;
  words: FieldContext;
}): ReactNode {
  const { of, value, against, words } = props;
  if (!isText(of) || typeof value !== 'string' || value === '' || typeof against !== 'string')
    return fieldValueText(of, value, words);
  return differenceOf(against, value).map(({ kind, text }, index) =>
    kind === 'removed' ? null : kind === 'added' ? (
      <ins key={index} className={styles.added}>
        {text}
      </ins>
    ) : (
      text
    ),
  );
}

/** What became of a value: from what to what; in a text, the words that came and went. */
export function FieldChange(props: {
  of: FieldOf;
  /** Undefined where it is not known. */
  from: unknown;
  to: unknown;
  words: FieldContext;
}): ReactNode {
  const { of, from, to, words } = props;
  if (isText(of) && typeof from === 'string' && from !== '' && typeof to === 'string' && to !== '')
    return (
      <span className={styles.text}>
        {shortened(differenceOf(from, to)).map(({ kind, text }, index) =>
          kind === 'same' ? (
            text
          ) : kind === 'added' ? (
            <ins key={index} className={styles.added}>
              {text}
            </ins>
          ) : (
            <del key={index} className={styles.removed}>
              {text}
            </del>
          ),
        )}
      </span>
    );
  const after = <span className={styles.text}>{fieldValueText(of, to, words)}</span>;
  if (from === undefined) return after;
  return (
    <>
      <span className={styles.before}>{fieldValueText(of, from, words)}</span>
      <span aria-hidden="true"> → </span>
      <span className="visually-hidden"> became </span>
      {after}
    </>
  );
}
