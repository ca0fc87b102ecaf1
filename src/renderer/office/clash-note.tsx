import type { ReactNode } from 'react';
import { fieldValueWords } from '../features/records/field-words.ts';
import type { Clash } from '../features/work-orders/clash-note.tsx';
import styles from '../features/work-orders/order-form.module.css';
import { Button } from '../ui/button.tsx';
import { Instant } from './instant.tsx';
import { useVesselWords } from './use-vessel-words.ts';

/** The other person's value under one's own, and the choice between them. */
export function ClashNote(props: {
  vesselId: string;
  clash: Clash;
  onSettle: (takeTheirs: boolean) => void;
}): ReactNode {
  const { vesselId, clash, onSettle } = props;
  const { field, value, by, at } = clash;
  const words = useVesselWords(vesselId, field === 'equipmentId' && typeof value === 'string' ? [value] : []);
  return (
    <div className={styles.clash} role="group" aria-label="Changed by somebody else">
      <p>
        {by ?? 'Somebody else'} set this to{' '}
        <span className={styles.theirs}>{fieldValueWords(field, value, words)}</span>
        {at === undefined ? null : (
          <>
            {', '}
            <Instant at={at} />
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
