import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useStore } from 'zustand';
import { newWorkOrder } from '#shared/contract/work-orders.ts';
import { emptyForm, formWords, toNewOrder } from '../features/work-orders/order-form-values.ts';
import styles from '../features/work-orders/order-form.module.css';
import { messageOf } from '../lib/transport/transport.ts';
import { zodResolver } from '../lib/zod-resolver.ts';
import { Button } from '../ui/button.tsx';
import { Pane, PaneHead } from '../ui/pane.tsx';
import { SelectField } from '../ui/select-field.tsx';
import { OrderFields } from './order-fields.tsx';
import { useOffice, useRoute } from './office.ts';

/** Raises an order for a ship; it goes on board with the next link. */
export function RaiseOrder({ onClose }: { onClose: () => void }): ReactNode {
  const { client, clock, time, fleet, orders, notices, router } = useOffice();
  const route = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels) ?? [];
  const [chosen, setChosen] = useState(route.vessel ?? '');
  const vesselId = chosen === '' ? (vessels[0]?.vesselId ?? '') : chosen;
  const [problem, setProblem] = useState<string | null>(null);
  const today = time.day(clock.now());
  const form = useForm({
    defaultValues: emptyForm,
    resolver: zodResolver(newWorkOrder, (values: typeof emptyForm) => toNewOrder(values, today), formWords),
  });
  const submit = form.handleSubmit(async (input) => {
    setProblem(null);
    try {
      const order = await client.ask('workOrders.create', { body: { ...input, vessel: vesselId } });
      orders.refresh();
      notices.say(`${order.number} raised. It goes on board with the next link.`);
      router.go({ open: { kind: 'order', vesselId: order.vesselId, id: order.id, editing: false } });
    } catch (error) {
      setProblem(messageOf(error));
    }
  });
  return (
    <Pane
      head={
        <PaneHead title="New order">
          <Button look="quiet" iconOnly icon={<X size={16} />} keys="Esc" onClick={onClose}>
            Close
          </Button>
        </PaneHead>
      }
    >
      <form
        className={styles.form}
        aria-label="New order"
        noValidate
        onSubmit={(event) => void submit(event)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event);
        }}
      >
        <div className={styles.fields}>
          {vessels.length > 1 ? (
            <SelectField
              label="Vessel"
              value={vesselId}
              choices={vessels.map((vessel) => ({ value: vessel.vesselId, label: vessel.name }))}
              onChange={(next) => {
                setChosen(next);
                // Equipment and crew are the ship's own.
                form.setValue('equipment', null);
                form.setValue('assigneeId', '');
              }}
            />
          ) : null}
          <OrderFields vesselId={vesselId} form={form} isNew />
        </div>
        <div className={styles.foot}>
          {problem === null ? null : (
            <p className={styles.problem} role="alert">
              {problem}
            </p>
          )}
          <Button type="submit" look="primary" disabled={form.formState.isSubmitting} keys="Ctrl Enter">
            Raise order
          </Button>
          <Button look="quiet" onClick={onClose}>
            Discard
          </Button>
        </div>
      </form>
    </Pane>
  );
}
