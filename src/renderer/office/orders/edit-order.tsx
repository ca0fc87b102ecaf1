import { type ReactNode, useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useStore } from 'zustand';
import { workOrderChanges } from '#shared/contract/work-orders.ts';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import { type Clash, ClashNote, referencesInClashes } from '../../records/form/clash-note.tsx';
import { OrderFields } from '../../features/work-orders/form/order-fields.tsx';
import {
  type OrderFormValues,
  broughtUpToDate,
  formOf,
  formText,
  toAllChanges,
  withTheirs,
} from '../../features/work-orders/form/order-form-values.ts';
import { FormFrame } from '../../ui/form-frame.tsx';
import { CallError, messageOf } from '../../lib/transport/transport.ts';
import { zodResolver } from '../../lib/zod-resolver.ts';
import { changesWithVersions } from './changes-with-versions.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { useOffice } from '../office.ts';
import { useVesselLabels } from '../review/use-vessel-labels.ts';

/** Changes an order. Only what the person touched is written, against what they saw when they began. */
export function EditOrder({ order, onDone }: { order: OfficeWorkOrder; onDone: () => void }): ReactNode {
  const { client, orders, record, orderDrafts: drafts } = useOffice();
  const key = `${order.vesselId}/${order.id}`;
  const draft = drafts.store.getState().drafts.get(key);
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  // The order as it stood when the person began; events that come in meanwhile must not move it.
  const [before, setBefore] = useState(draft?.before ?? order);
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const labels = useVesselLabels(order.vesselId, referencesInClashes(workOrderSpec.entity, clashes));
  const today = labels.today();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: draft?.values ?? formOf(order),
    resolver: zodResolver(
      workOrderChanges,
      (values: OrderFormValues) => ({ ...toAllChanges(values, today), notes: values.notes }),
      formText,
    ),
  });

  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => drafts.keep(key, { values, before }),
      }),
    [form, drafts, key, before],
  );

  const finish = (): void => {
    drafts.discard(key);
    onDone();
  };

  /** Takes the order as it stands now for what the person has seen, and lists what differs from theirs. */
  async function learn(error: CallError): Promise<void> {
    const now = await record.read();
    if (now === null) return;
    form.reset(broughtUpToDate(form.getValues(), formOf(before), formOf(now)), {
      keepDefaultValues: true,
    });
    setBefore(now);
    drafts.keep(key, { values: form.getValues(), before: now });
    setClashes(error.details.map(({ path, value, by, at }) => ({ field: path, value, by, at })));
    setProblem(
      'Somebody changed the same thing while you were writing. Nothing was saved yet: choose which to keep.',
    );
  }

  const submit = form.handleSubmit(async (all) => {
    setProblem(null);
    const body = changesWithVersions(before, all);
    if (body === null) {
      finish();
      return;
    }
    try {
      const saved = await client.ask('workOrders.patch', {
        params: { id: order.id },
        query: { vessel: order.vesselId },
        body,
      });
      record.put(saved);
      orders.refresh();
      finish();
    } catch (error) {
      if (error instanceof CallError && error.code === 'stale')
        await learn(error).catch((why: unknown) => setProblem(messageOf(why)));
      else setProblem(messageOf(error));
    }
  });

  const settle = (field: string, takeTheirs: boolean): void => {
    if (takeTheirs)
      form.reset(withTheirs(form.getValues(), formOf(before), field), { keepDefaultValues: true });
    setClashes((open) => open.filter((clash) => clash.field !== field));
    if (clashes.length <= 1) setProblem(null);
  };
  return (
    <FormFrame
      label={`Change ${order.number}`}
      action="Save"
      discard="Discard changes"
      problem={problem}
      unkept={unkept}
      isBusy={form.formState.isSubmitting || clashes.length > 0}
      onSubmit={submit}
      onDiscard={finish}
    >
      <OrderFields
        form={form}
        labels={labels}
        actualHours
        notes
        below={Object.fromEntries(
          clashes.map((clash) => [
            clash.field,
            <ClashNote
              key={clash.field}
              entity={workOrderSpec.entity}
              clash={clash}
              labels={labels}
              onSettle={(theirs) => settle(clash.field, theirs)}
            />,
          ]),
        )}
      />
    </FormFrame>
  );
}
