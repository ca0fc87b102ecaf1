import { type ReactNode, useState } from 'react';
import { useForm } from 'react-hook-form';
import { workOrderChanges } from '#shared/contract/work-orders.ts';
import type { OfficeWorkOrder } from '#shared/office/records.ts';
import type { Clash } from '../features/work-orders/clash-note.tsx';
import { type OrderFormValues, formWords, toAllChanges } from '../features/work-orders/order-form-values.ts';
import styles from '../features/work-orders/order-form.module.css';
import { CallError, messageOf } from '../lib/transport/transport.ts';
import { zodResolver } from '../lib/zod-resolver.ts';
import { Button } from '../ui/button.tsx';
import { ClashNote } from './clash-note.tsx';
import { useOffice } from './office.ts';
import { OrderFields } from './order-fields.tsx';
import { changesWithBasis, formOf } from './order-form-values.ts';

/** The fields of the order that the form shows under another name. */
const formFields: Readonly<Record<string, keyof OrderFormValues>> = { equipmentId: 'equipment' };

/** Changes an order. Only what the person touched is written, against what they saw when they began. */
export function EditOrder({ order, onDone }: { order: OfficeWorkOrder; onDone: () => void }): ReactNode {
  const { client, clock, time, orders, record } = useOffice();
  const today = time.day(clock.now());
  // The order as it stood when the person began; events that come in meanwhile must not move it.
  const [before, setBefore] = useState(order);
  const [clashes, setClashes] = useState<readonly Clash[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const form = useForm({
    defaultValues: formOf(order),
    resolver: zodResolver(
      workOrderChanges,
      (values: OrderFormValues) => ({ ...toAllChanges(values, today), notes: values.notes }),
      formWords,
    ),
  });

  /** Puts these fields of another state of the order into the form and leaves the rest. */
  function take(names: readonly string[], from: OfficeWorkOrder): void {
    const theirs = Object.entries(formOf(from)).filter(([name]) => names.includes(name));
    form.reset({ ...form.getValues(), ...Object.fromEntries(theirs) }, { keepDefaultValues: true });
  }

  /** Takes the order as it stands now for what the person has seen, and lists what differs from theirs. */
  async function learn(error: CallError): Promise<void> {
    const now = await record.read();
    if (now === null) return;
    const clashing = new Set(error.details.map(({ path }) => formFields[path] ?? path));
    const old: ReadonlyMap<string, unknown> = new Map(Object.entries(formOf(before)));
    const untouched = Object.entries(form.getValues())
      .filter(([name, mine]) => !clashing.has(name) && JSON.stringify(mine) === JSON.stringify(old.get(name)))
      .map(([name]) => name);
    take(untouched, now);
    setBefore(now);
    setClashes(error.details.map(({ path, value, by, at }) => ({ field: path, value, by, at })));
    setProblem(
      'Somebody changed the same thing while you were writing. Nothing was saved yet: choose which to keep.',
    );
  }

  const submit = form.handleSubmit(async (all) => {
    setProblem(null);
    const body = changesWithBasis(before, all);
    if (body === null) {
      onDone();
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
      onDone();
    } catch (error) {
      if (error instanceof CallError && error.code === 'stale')
        await learn(error).catch((why: unknown) => setProblem(messageOf(why)));
      else setProblem(messageOf(error));
    }
  });

  const settle = (field: string, takeTheirs: boolean): void => {
    if (takeTheirs) take([formFields[field] ?? field], before);
    setClashes((open) => open.filter((clash) => clash.field !== field));
    if (clashes.length <= 1) setProblem(null);
  };
  const clashUnder = (field: string): ReactNode => {
    const clash = clashes.find((one) => one.field === field);
    if (clash === undefined) return null;
    return <ClashNote vesselId={order.vesselId} clash={clash} onSettle={(theirs) => settle(field, theirs)} />;
  };
  return (
    <form
      className={styles.form}
      aria-label={`Change ${order.number}`}
      noValidate
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void submit(event);
      }}
    >
      <div className={styles.fields}>
        <OrderFields vesselId={order.vesselId} form={form} isNew={false} below={clashUnder} />
      </div>
      <div className={styles.foot}>
        {problem === null ? null : (
          <p className={styles.problem} role="alert">
            {problem}
          </p>
        )}
        <Button
          type="submit"
          look="primary"
          disabled={form.formState.isSubmitting || clashes.length > 0}
          keys="Ctrl Enter"
        >
          Save
        </Button>
        <Button look="quiet" onClick={onDone}>
          Discard changes
        </Button>
      </div>
    </form>
  );
}
