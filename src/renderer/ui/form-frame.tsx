import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './form-frame.module.css';

/** The frame of a form for a record: its fields, what went wrong, and the two ways out of it. */
export function FormFrame(props: {
  label: string;
  /** `Save`, `Raise order`. */
  action: string;
  discard: string;
  problem: string | null;
  /** It is being saved, or there is something to settle first. */
  isBusy: boolean;
  onSubmit: () => Promise<void>;
  onDiscard: () => void;
  children: ReactNode;
}): ReactNode {
  const { label, action, discard, problem, isBusy, onSubmit, onDiscard, children } = props;
  return (
    <form
      className={styles.form}
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !isBusy) void onSubmit();
      }}
    >
      <div className={styles.fields}>{children}</div>
      <div className={styles.foot}>
        {problem === null ? null : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <Button type="submit" look="primary" disabled={isBusy} keys="Ctrl Enter">
          {action}
        </Button>
        <Button look="quiet" onClick={onDiscard}>
          {discard}
        </Button>
      </div>
    </form>
  );
}
