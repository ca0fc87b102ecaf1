import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { workHours } from '#shared/domain/hours.ts';
import { useAppServices, usePreferences, useSession } from '../../../lib/app-services/context.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextArea, TextInput } from '../../../ui/field.tsx';
import { useKeptTexts } from '../../../lib/text-drafts.ts';
import { closingKey } from './closing-key.ts';
import styles from './close-order.module.css';
import { useWorkOrders } from '../context.ts';
import { formText, toHours } from '../form/order-form-values.ts';

/** Signs an order off or cancels it, after saying what that does and asking for what belongs to it. */
export function CloseOrder(props: {
  order: WorkOrder;
  as: 'completed' | 'cancelled';
  onDone: () => void;
}): ReactNode {
  const { order, as, onDone } = props;
  const { actions, texts: drafts } = useWorkOrders();
  const services = useAppServices();
  const actorId = usePreferences((preferences) => preferences.actorId);
  const actor = useSession(({ crew }) => crew.find(({ id }) => id === actorId));
  const { texts, type, discard } = useKeptTexts(drafts, closingKey(order.id), {
    as,
    hours: order.actualHours === null ? '' : String(order.actualHours),
    note: '',
  });
  const { hours, note } = texts;
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const titleId = useId();
  const isSignOff = as === 'completed';
  const who = actor === undefined ? 'the person who acts' : `${actor.name}, ${actor.rank}`;

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const worked = toHours(hours);
    if (isSignOff && worked !== null && !workHours.safeParse(worked).success) {
      setError(formText('actualHours', ''));
      return;
    }
    if (!services.hasActor()) return;
    setBusy(true);
    const extra = isSignOff && worked !== order.actualHours ? { actualHours: worked, note } : { note };
    void actions.setStatus(order, as, extra).then((isHeld) => {
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
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDone();
      }}
    >
      <h3 id={titleId}>{isSignOff ? `Sign off ${order.number}` : `Cancel ${order.number}`}</h3>
      <p>
        {isSignOff
          ? `Records that ${who}, completed this order now. It leaves the list of outstanding work.`
          : `Records that ${who}, cancelled this order now: it will not be done. It stays in the list of all orders.`}{' '}
        It is sent ashore at the next connection.
      </p>
      {isSignOff ? (
        <Field label="Actual hours" error={error}>
          {(ids) => (
            <TextInput
              {...ids}
              className={styles.hours}
              inputMode="decimal"
              value={hours}
              // The question was asked by the person who will answer it, so the answer may start at once.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              onChange={(event) => type({ as, hours: event.target.value })}
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
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus={!isSignOff}
            onChange={(event) => type({ as, note: event.target.value })}
          />
        )}
      </Field>
      <div className="button-row">
        <Button type="submit" look={isSignOff ? 'primary' : 'final'} disabled={isBusy}>
          {isSignOff ? 'Sign off' : 'Cancel order'}
        </Button>
        <Button look="quiet" keys="Esc" onClick={onDone}>
          Back
        </Button>
      </div>
    </form>
  );
}
