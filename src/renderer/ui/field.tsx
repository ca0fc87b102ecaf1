import { type ComponentProps, type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';
import styles from './field.module.css';

/** What an input needs to be tied to its label, its hint and what is wrong with it. */
export interface FieldIds {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** A label, an input, and under it what is wrong or what helps. */
export function Field(props: {
  label: string;
  error?: string | undefined;
  hint?: ReactNode;
  /** Stands under the input and stays there, such as another person's value. */
  below?: ReactNode;
  wide?: boolean;
  children: (ids: FieldIds) => ReactNode;
}): ReactNode {
  const { label, error, hint, below, wide = false, children } = props;
  const id = useId();
  const note = error ?? hint;
  const noteId = note === undefined || note === null ? undefined : `${id}-note`;
  return (
    <div className={classNames(styles.field, wide && styles.wide)}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({ id, 'aria-describedby': noteId, 'aria-invalid': error === undefined ? undefined : true })}
      {noteId === undefined ? null : (
        <p id={noteId} className={error === undefined ? styles.hint : styles.error}>
          {note}
        </p>
      )}
      {below}
    </div>
  );
}

export function TextInput({ className, ...rest }: ComponentProps<'input'>): ReactNode {
  return <input type="text" autoComplete="off" {...rest} className={classNames(styles.input, className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<'textarea'>): ReactNode {
  return <textarea rows={4} {...rest} className={classNames(styles.input, styles.area, className)} />;
}
