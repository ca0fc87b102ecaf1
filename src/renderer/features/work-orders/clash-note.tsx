import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { When } from '../../ui/when.tsx';
import { fieldValueWords } from '../records/field-words.ts';
import { useRecordWords } from '../records/use-record-words.ts';
import styles from './order-form.module.css';

/** A field that somebody else changed while this person was writing. */
export interface Clash {
  field: string;
  value: unknown;
  by: string | undefined;
  at: string | undefined;
}

/** The other person's value under one's own, and the choice between them. */
export function ClashNote({
  clash,
  onSettle,
}: {
  clash: Clash;
  onSettle: (takeTheirs: boolean) => void;
}): ReactNode {
  const { field, value, by, at } = clash;
  const context = useRecordWords(field === 'equipmentId' && typeof value === 'string' ? [value] : []);
  return (
    <div className={styles.clash} role="group" aria-label="Changed by somebody else">
      <p>
        {by ?? 'Somebody else'} set this to{' '}
        <span className={styles.theirs}>{fieldValueWords(field, value, context)}</span>
        {at === undefined ? null : (
          <>
            {', '}
            <When at={at} />
          </>
        )}
      </p>
      <div className="button-row">
        <Button onClick={() => onSettle(true)}>Take theirs</Button>
        <Button onClick={() => onSettle(false)}>Keep mine</Button>
      </div>
    </div>
  );
}
