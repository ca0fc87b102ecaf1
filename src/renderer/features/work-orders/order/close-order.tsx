import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import { useStore } from 'zustand';
import { workHours } from '#shared/domain/hours.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextArea, TextInput } from '../../../ui/field.tsx';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { readEntry } from '../../../records/fields/field-entry.ts';
import { useRecordSite } from '../../../records/site.ts';
import { type TextDrafts, useKeptTexts } from '../../../lib/text-drafts.ts';
import { UnkeptNote } from '../../../ui/unkept-note.tsx';
import styles from './close-order.module.css';
import { formText, toHours } from '../form/order-form-values.ts';

/** What belongs to it when an order is closed. */
export interface ClosingEntries {
  /** Left out: as they were. */
  actualHours?: number | null;
  /** When the work was done, where that was before now: ISO 8601. */
  completedAt?: string;
  /** One more line for the notes; empty for none. */
  note: string;
}

/** Signs an order off or cancels it, on board and in the office, after saying what that does and asking for what belongs to it. */
export function CloseOrder(props: {
  order: { id: string; number: string; actualHours: number | null };
  as: 'completed' | 'cancelled';
  /** Under whose name that stands. */
  who: string;
  /** Where else it is told, as a sentence. */
  told: string;
  drafts: TextDrafts;
  draftKey: string;
  /** True once it is held; what was typed stays where it is not. */
  onSave: (entries: ClosingEntries) => Promise<boolean>;
  onDone: () => void;
}): ReactNode {
  const { order, as, who, told, drafts, draftKey, onSave, onDone } = props;
  const began = order.actualHours === null ? '' : String(order.actualHours);
  const { texts, type, discard } = useKeptTexts(drafts, draftKey, {
    as,
    hours: began,
    began,
    done: '',
    note: '',
  });
  const { hours, done, note } = texts;
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  const { time, now } = useRecordSite();
  const [doneError, setDoneError] = useState<string | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const titleId = useId();
  const isSignOff = as === 'completed';

  /** Null for now. */
  function whenDone(): ReturnType<typeof readEntry> {
    if (!isSignOff || done.trim() === '') return { value: null };
    const read = readEntry(workOrderSpec.fields.completedAt, done, {
      today: () => time.day(now()),
      instantAt: time.instantAt,
    });
    const isToCome = 'value' in read && typeof read.value === 'string' && Date.parse(read.value) > now();
    return isToCome ? { wrong: 'This is still to come.' } : read;
  }
  const submit = (): void => {
    if (isBusy) return;
    const worked = toHours(hours);
    if (isSignOff && worked !== null && !workHours.safeParse(worked).success) {
      setError(formText('actualHours', ''));
      return;
    }
    const doneAt = whenDone();
    if ('wrong' in doneAt) {
      setDoneError(doneAt.wrong);
      return;
    }
    setBusy(true);
    const extra = {
      note,
      // What nobody touched here stays as somebody else may have left it.
      ...(isSignOff && hours !== texts.began ? { actualHours: worked } : {}),
      ...(typeof doneAt.value === 'string' ? { completedAt: doneAt.value } : {}),
    };
    void onSave(extra).then((isHeld) => {
      setBusy(false);
      // What was refused, or not answered, stays here as it was typed.
      if (!isHeld) return;
      discard();
      onDone();
    });
  };
  return (
    <form
      className={styles.close}
      aria-labelledby={titleId}
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          submit();
        }
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone();
      }}
    >
      <h3 id={titleId}>{isSignOff ? `Sign off ${order.number}` : `Cancel ${order.number}`}</h3>
      <p>
        {isSignOff
          ? `Records that ${who}, completed this order. It leaves the list of outstanding work.`
          : `Records that ${who}, cancelled this order now: it will not be done. It stays in the list of all orders.`}{' '}
        {told}
      </p>
      {isSignOff ? (
        <Field label="Actual hours" error={error}>
          {(ids) => (
            <TextInput
              {...ids}
              className={styles.hours}
              inputMode="decimal"
              value={hours}
              readOnly={isBusy}
              // The question was asked by the person who will answer it, so the answer may start at once.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              onChange={(event) => type({ as, hours: event.target.value })}
            />
          )}
        </Field>
      ) : null}
      {isSignOff ? (
        <Field label="When it was done" error={doneError}>
          {(ids) => (
            <TextInput
              {...ids}
              className={styles.when}
              placeholder="Now"
              value={done}
              readOnly={isBusy}
              onChange={(event) => {
                setDoneError(undefined);
                type({ as, done: event.target.value });
              }}
            />
          )}
        </Field>
      ) : null}
      <Field label={isSignOff ? 'What was done (optional)' : 'Why (optional)'}>
        {(ids) => (
          <TextArea
            {...ids}
            rows={2}
            value={note}
            readOnly={isBusy}
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={!isSignOff}
            onChange={(event) => type({ as, note: event.target.value })}
          />
        )}
      </Field>
      <UnkeptNote why={unkept} />
      <div className="button-row">
        <Button type="submit" look={isSignOff ? 'primary' : 'final'} disabled={isBusy} keys="Ctrl Enter">
          {isSignOff ? 'Sign off' : 'Cancel order'}
        </Button>
        <Button look="quiet" keys="Esc" onClick={onDone}>
          Back
        </Button>
      </div>
    </form>
  );
}
