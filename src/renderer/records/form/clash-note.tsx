import type { ReactNode } from 'react';
import type { Reference } from '../words/field-labels.ts';
import { Button } from '../../ui/button.tsx';
import { fieldValueText, referencesOf } from '../words/field-labels.ts';
import { Moment } from '../words/moment.tsx';
import type { RecordLabels } from '../words/record-labels.ts';
import styles from './clash-note.module.css';

/** A field that somebody else changed while this person was writing. */
export interface Clash {
  field: string;
  value: unknown;
  by: string | undefined;
  at: string | undefined;
}

/** The records that have to be named to put clashes in words. */
export function referencesInClashes(entity: string, clashes: readonly Clash[]): Reference[] {
  return clashes.flatMap(({ field, value }) => referencesOf({ entity, field }, [value]));
}

/** The other person's value under one's own, and the choice between them. */
export function ClashNote(props: {
  entity: string;
  clash: Clash;
  labels: RecordLabels;
  onSettle: (takeTheirs: boolean) => void;
}): ReactNode {
  const { entity, clash, labels, onSettle } = props;
  const { field, value, by, at } = clash;
  return (
    <div className={styles.clash} role="group" aria-label="Changed by somebody else">
      <p>
        {by ?? 'Somebody else'} set this to{' '}
        <span className={styles.theirs}>{fieldValueText({ entity, field }, value, labels)}</span>
        {at === undefined ? null : (
          <>
            {', '}
            <Moment at={at} words={labels} />
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
