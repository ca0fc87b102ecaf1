import { type ReactNode, useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useStore } from 'zustand';
import { type WorkOrder, workOrderChanges } from '#shared/contract/work-orders.ts';
import { useAppServices } from '../../../lib/app-services/context.ts';
import { CallError, messageOf } from '../../../lib/transport/transport.ts';
import { zodResolver } from '../../../lib/zod-resolver.ts';
import { type Clash, ClashNote, referencesInClashes } from '../../../records/form/clash-note.tsx';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { useWorkOrders } from '../context.ts';
import { useOrderLabels } from './order-labels.ts';
import { OrderFields } from './order-fields.tsx';
import { FormFrame } from '../../../ui/form-frame.tsx';
import {
  type OrderFormValues,
  broughtUpToDate,
  changedFields,
  formOf,
  formText,
  toAllChanges,
  withTheirs,
} from './order-form-values.ts';

/** Changes an order. Only what the person touched is written, against what they saw when they began. */
export function EditOrder({ order, onDone }: { order: WorkOrder; onDone: () => void }): ReactNode {
  const services = useAppServices();
  const { actions, records, drafts } = useWorkOrders();
  const draft = drafts.store.getState().drafts.get(order.id);
  const unkept = useStore(drafts.store, ({ trouble }) => trouble);
  // The order as it stood when the person began; events that come in meanwhile must not move it.
  const [before, setBefore] = useState(draft?.before ?? order);
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const labels = useOrderLabels(referencesInClashes(workOrderSpec.entity, clashes));
  const today = labels.today();
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: draft?.values ?? formOf(order),
    resolver: zodResolver(
      workOrderChanges,
      (values: OrderFormValues) => toAllChanges(values, today),
      formText,
    ),
  });
  const { isSubmitting } = form.formState;

  useEffect(
    () =>
      form.subscribe({
        formState: { values: true },
        callback: ({ values }) => drafts.keep(order.id, { values, before }),
      }),
    [form, drafts, order.id, before],
  );

  const finish = (): void => {
    drafts.discard(order.id);
    onDone();
  };

  /** Takes the order as it stands now for what the person has seen, and lists what differs from theirs. */
  async function learn(error: CallError): Promise<void> {
    const now = await records.read(order.id);
    const names = error.details.map(({ path }) => path);
    form.reset(broughtUpToDate(form.getValues(), formOf(before), formOf(now)), {
      keepDefaultValues: true,
    });
    setBefore(now);
    drafts.keep(order.id, { values: form.getValues(), before: now });
    setClashes(error.details.map(({ path, value, by, at }) => ({ field: path, value, by, at })));
    setProblem(
      names.length === 1
        ? 'Somebody changed the same field while you were writing. Nothing was saved yet: choose which to keep.'
        : 'Somebody changed the same fields while you were writing. Nothing was saved yet: choose which to keep.',
    );
  }

  const submit = form.handleSubmit(async (all) => {
    setProblem(null);
    if (!(await services.hasActor())) return;
    const changes = changedFields(before, all);
    if (Object.keys(changes).length === 0) {
      finish();
      return;
    }
    const basis = Object.fromEntries(
      Object.entries(before.versions).filter(([field]) => Object.hasOwn(changes, field)),
    );
    try {
      await actions.save(before, changes, basis);
      finish();
    } catch (error) {
      if (error instanceof CallError && error.code === 'stale') await learn(error);
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
      isBusy={isSubmitting || clashes.length > 0}
      onSubmit={submit}
      onDiscard={finish}
    >
      <OrderFields
        form={form}
        labels={labels}
        actualHours
        notes={false}
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
