import type { ReactNode } from 'react';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { Button } from '../../../ui/button.tsx';
import { fieldValueText } from '../../records/field-labels.ts';
import { Moment } from '../../records/moment.tsx';
import { equipmentIn, type RecordLabels } from '../../records/record-labels.ts';
import styles from './order-form.module.css';

const { entity } = workOrderSpec;

/** A field that somebody else changed while this person was writing. */
export interface Clash {
  field: string;
  value: unknown;
  by: string | undefined;
  at: string | undefined;
}

/** The equipment that has to be named to put clashes in words. */
export function equipmentInClashes(clashes: readonly Clash[]): string[] {
  return clashes.flatMap(({ field, value }) => equipmentIn({ entity, field }, [value]));
}

/** The other person's value under one's own, and the choice between them. */
export function ClashNote(props: {
  clash: Clash;
  labels: RecordLabels;
  onSettle: (takeTheirs: boolean) => void;
}): ReactNode {
  const { clash, labels, onSettle } = props;
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
