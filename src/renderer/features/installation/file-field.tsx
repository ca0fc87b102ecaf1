import { type ReactNode, useId } from 'react';
import { Button } from '../../ui/button.tsx';
import type { FilePick } from './installation-form.ts';
import styles from './installation.module.css';

/** A file that is chosen in the system's own dialog. */
export function FileField(props: {
  label: string;
  /** Stands there while there is none. */
  none: string;
  field: string;
  file: FilePick;
  error: string | undefined;
  /** Set for this run by that option of the command line. */
  option: string | undefined;
  onChoose: () => void;
  onRemove: () => void;
}): ReactNode {
  const { label, none, field, file, error, option, onChoose, onRemove } = props;
  const id = useId();
  return (
    <div className={styles.file} role="group" aria-labelledby={id}>
      <span id={id} className={styles.label}>
        {label}
      </span>
      <span className={file.id === null ? styles.noFile : styles.fileName}>{file.name ?? none}</span>
      {option === undefined ? (
        <span className="button-row">
          <Button
            data-field={field}
            aria-label={`Choose: ${label}`}
            aria-describedby={error === undefined ? undefined : `${id}-error`}
            onClick={onChoose}
          >
            Choose…
          </Button>
          {file.id === null ? null : (
            <Button look="quiet" aria-label={`Leave out: ${label}`} onClick={onRemove}>
              Leave out
            </Button>
          )}
        </span>
      ) : (
        <span className={styles.note}>Set by {option} for this run.</span>
      )}
      {error === undefined ? null : (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  );
}
