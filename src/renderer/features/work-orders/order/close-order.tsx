import { type ReactNode, type SubmitEvent, useId, useState } from 'react';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import { workHours } from '#shared/domain/hours.ts';
import { useAppServices, usePreferences, useSession } from '../../../lib/app-services/context.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, TextArea, TextInput } from '../../../ui/field.tsx';
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
  const { actions } = useWorkOrders();
  const services = useAppServices();
  const actorId = usePreferences((preferences) => preferences.actorId);
  const actor = useSession(({ crew }) => crew.find(({ id }) => id === actorId));
  const [hours, setHours] = useState(order.actualHours === null ? '' : String(order.actualHours));
  const [note, setNote] = useState('');
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
    onDone();
    void actions.setStatus(
      order,
      as,
      isSignOff && worked !== order.actualHours ? { actualHours: worked, note } : { note },
    );
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
        Shore learns of it with the next link.
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
              onChange={(event) => setHours(event.target.value)}
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
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <div className="button-row">
        <Button type="submit" look={isSignOff ? 'primary' : 'final'}>
          {isSignOff ? 'Sign off' : 'Cancel order'}
        </Button>
        <Button look="quiet" keys="Esc" onClick={onDone}>
          Not yet
        </Button>
      </div>
    </form>
  );
}
