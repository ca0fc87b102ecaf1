import { X } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useStore } from 'zustand';
import { newWorkOrder } from '#shared/contract/work-orders.ts';
import { emptyForm, formText, toNewOrder } from '../../features/work-orders/form/order-form-values.ts';
import { OrderFields } from '../../features/work-orders/form/order-fields.tsx';
import { FormFrame } from '../../ui/form-frame.tsx';
import { useKeptTexts } from '../../lib/text-drafts.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import { zodResolver } from '../../lib/zod-resolver.ts';
import { Button } from '../../ui/button.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { SelectField } from '../../ui/select-field.tsx';
import { useOffice, useRoute } from '../office.ts';
import { useVesselLabels } from '../review/use-vessel-labels.ts';

/** Raises an order for a ship; it goes on board with the next link. */
export function RaiseOrder({ onClose }: { onClose: () => void }): ReactNode {
  const { client, fleet, orders, notices, router, orderDrafts: drafts, orderTexts } = useOffice();
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  const route = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels) ?? [];
  // With what was typed belongs for which ship: its equipment and crew are no other's.
  const { texts, type, discard } = useKeptTexts(orderTexts, 'new', { vessel: '' });
  const vesselId = texts.vessel === '' ? (route.vessel ?? vessels[0]?.vesselId ?? '') : texts.vessel;
  const [problem, setProblem] = useState<string | null>(null);
  const labels = useVesselLabels(vesselId, []);
  const today = labels.today();
  const form = useForm({
    defaultValues: drafts.store.getState().drafts.get('new')?.values ?? emptyForm,
    resolver: zodResolver(newWorkOrder, (values: typeof emptyForm) => toNewOrder(values, today), formText),
  });
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => {
          drafts.keep('new', { values, before: null });
          type({ vessel: vesselId });
        },
      }),
    [form, drafts, type, vesselId],
  );
  const forget = (): void => {
    drafts.discard('new');
    discard();
  };
  const submit = form.handleSubmit(async (input) => {
    setProblem(null);
    try {
      const order = await client.ask('workOrders.create', { body: { ...input, vessel: vesselId } });
      forget();
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
      <FormFrame
        label="New order"
        action="Raise order"
        discard="Discard"
        problem={problem}
        unkept={unkept}
        isBusy={form.formState.isSubmitting}
        onSubmit={submit}
        onDiscard={() => {
          forget();
          onClose();
        }}
      >
        {vessels.length > 1 ? (
          <SelectField
            label="Vessel"
            value={vesselId}
            choices={vessels.map((vessel) => ({ value: vessel.vesselId, label: vessel.name }))}
            onChange={(next) => {
              type({ vessel: next });
              // Equipment and crew are the ship's own.
              form.setValue('equipment', null);
              form.setValue('assigneeId', '');
            }}
          />
        ) : null}
        <OrderFields form={form} labels={labels} actualHours={false} notes />
      </FormFrame>
    </Pane>
  );
}
