import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Scalar } from '#shared/json.ts';
import type { FieldDeclaration } from '#shared/records/define-record.ts';
import { Button } from '../../ui/button.tsx';
import { FieldEditor } from '../fields/field-editor.tsx';
import { entryOf, readEntry } from '../fields/field-entry.ts';
import { type FieldOf, declarationOf, fieldName } from '../words/field-labels.ts';
import type { RecordLabels } from '../words/record-labels.ts';
import styles from './conflict-card.module.css';

/** The form for a custom value: one that none of the others had. Null for a field that this program does not know. */
export function CustomValueForm(props: CustomValueProps): ReactNode {
  const declared = declarationOf(props.of);
  return declared === undefined ? null : <DeclaredValueForm {...props} declared={declared} />;
}

interface CustomValueProps {
  of: FieldOf;
  /** What to begin with: the value in force. */
  start: unknown;
  labels: RecordLabels;
  isBusy: boolean;
  onTake: (value: Scalar) => void;
  onCancel: () => void;
}

function DeclaredValueForm(props: CustomValueProps & { declared: FieldDeclaration }): ReactNode {
  const { of, declared, start, labels, isBusy, onTake, onCancel } = props;
  const [entry, setEntry] = useState(() => entryOf(declared, start, labels));
  const [wrong, setWrong] = useState<string | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  // A block, since browsers return a promise here, which is no clean-up.
  useEffect(() => {
    form.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const take = (): void => {
    const read = readEntry(declared, entry, labels);
    if ('wrong' in read) setWrong(read.wrong);
    else onTake(read.value);
  };
  return (
    <form
      ref={form}
      className={styles.third}
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          event.preventDefault();
          onCancel();
        }
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          take();
        }
      }}
    >
      <FieldEditor
        of={of}
        declared={declared}
        label={`${fieldName(of)}, another value`}
        entry={entry}
        labels={labels}
        error={wrong}
        rows={8}
        takesFocus
        onChange={setEntry}
      />
      <div className="button-row">
        <Button type="submit" look="primary" disabled={isBusy} keys="Ctrl Enter">
          Save
        </Button>
        <Button look="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
