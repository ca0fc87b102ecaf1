import { X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useStore } from 'zustand';
import { newWorkOrder } from '#shared/contract/work-orders.ts';
import { useAppServices } from '../../../lib/app-services/context.ts';
import { messageOf } from '../../../lib/transport/transport.ts';
import { zodResolver } from '../../../lib/zod-resolver.ts';
import { Button } from '../../../ui/button.tsx';
import { Pane, PaneHead } from '../../../ui/pane.tsx';
import { useWorkOrders } from '../context.ts';
import { useOrderLabels } from './order-labels.ts';
import { OrderFields } from './order-fields.tsx';
import { FormFrame } from '../../../ui/form-frame.tsx';
import { emptyForm, formText, toNewOrder } from './order-form-values.ts';

/** Raises an order. What was typed is kept when the pane is closed before it is done. */
export function CreatePane({
  onClose,
  onCreated,
}: {
  onClose: () => void;
  onCreated: (id: string) => void;
}): ReactNode {
  const services = useAppServices();
  const { actions, drafts } = useWorkOrders();
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  const labels = useOrderLabels([]);
  const today = labels.today();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: drafts.store.getState().drafts.get('new')?.values ?? emptyForm,
    resolver: zodResolver(newWorkOrder, (values: typeof emptyForm) => toNewOrder(values, today), formText),
  });
  const { isSubmitting } = form.formState;

  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => drafts.keep('new', { values, before: null }),
      }),
    [form, drafts],
  );

  const submit = form.handleSubmit(async (input) => {
    setProblem(null);
    if (!(await services.hasActor())) return;
    try {
      const order = await actions.create(input);
      drafts.discard('new');
      onCreated(order.id);
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
      <FormFrame
        label="New order"
        action="Raise order"
        discard="Discard"
        problem={problem}
        unkept={unkept}
        isBusy={isSubmitting}
        onSubmit={submit}
        onDiscard={() => {
          drafts.discard('new');
          onClose();
        }}
      >
        <OrderFields form={form} labels={labels} actualHours={false} notes />
      </FormFrame>
    </Pane>
  );
}
