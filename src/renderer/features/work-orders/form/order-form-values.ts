import type { z } from 'zod';
import type { NewWorkOrder, WorkOrderChanges } from '#shared/contract/work-orders.ts';
import { type newWorkOrder, type workOrderChanges } from '#shared/contract/work-orders.ts';
import type { Priority, WorkOrderType } from '#shared/records/work-order.ts';
import { parseDay } from '../../../lib/day-entry.ts';
import type { Pick } from '../../../ui/combo-field.tsx';

/** What the fields of the form hold: text where a person types. */
export interface OrderFormValues {
  title: string;
  description: string;
  equipment: Pick | null;
  type: WorkOrderType;
  priority: Priority;
  dueDate: string;
  /** Empty for nobody. */
  assigneeId: string;
  estimatedHours: string;
  actualHours: string;
  notes: string;
}

export const emptyForm: OrderFormValues = {
  title: '',
  description: '',
  equipment: null,
  type: 'corrective',
  priority: 'normal',
  dueDate: '',
  assigneeId: '',
  estimatedHours: '',
  actualHours: '',
  notes: '',
};

/** What the form shows of an order, on board or ashore. */
type OrderOnScreen = Omit<
  OrderFormValues,
  'equipment' | 'dueDate' | 'assigneeId' | 'estimatedHours' | 'actualHours'
> &
  Record<'equipmentId' | 'equipmentCode' | 'equipmentName' | 'dueDate' | 'assigneeId', string | null> &
  Record<'estimatedHours' | 'actualHours', number | null>;

export function formOf(order: OrderOnScreen): OrderFormValues {
  return {
    title: order.title,
    description: order.description,
    equipment: order.equipmentId === null ? null : { id: order.equipmentId, label: equipmentLabel(order) },
    type: order.type,
    priority: order.priority,
    dueDate: order.dueDate ?? '',
    assigneeId: order.assigneeId ?? '',
    estimatedHours: hoursText(order.estimatedHours),
    actualHours: hoursText(order.actualHours),
    notes: order.notes,
  };
}

/** `651.01 Main engine`, from whatever of it is known. */
export function equipmentLabel(row: { equipmentCode: string | null; equipmentName: string | null }): string {
  return [row.equipmentCode, row.equipmentName].filter((part) => part !== null).join(' ');
}

/** What the vessel is asked to raise; a field that cannot be read becomes something its schema refuses. */
export function toNewOrder(values: OrderFormValues, today: string): NewWorkOrder {
  return {
    title: values.title,
    description: values.description,
    equipmentId: values.equipment?.id ?? null,
    type: values.type,
    priority: values.priority,
    dueDate: toDay(values.dueDate, today),
    assigneeId: values.assigneeId === '' ? null : values.assigneeId,
    estimatedHours: toHours(values.estimatedHours),
    notes: values.notes,
  };
}

/** Every field that the edit form has, as the schema of changes takes it. */
export function toAllChanges(values: OrderFormValues, today: string): z.input<typeof workOrderChanges> {
  return { ...withoutNotes(toNewOrder(values, today)), actualHours: toHours(values.actualHours) };
}

function withoutNotes({ notes: _, ...rest }: z.input<typeof newWorkOrder>): Omit<NewWorkOrder, 'notes'> {
  return rest;
}

/** Of `now`, what differs from the order as its writer saw it. */
export function changedFields(before: object, now: WorkOrderChanges): WorkOrderChanges {
  const old: ReadonlyMap<string, unknown> = new Map(Object.entries(before));
  return Object.fromEntries(Object.entries(now).filter(([field, value]) => old.get(field) !== value));
}

/** What is wrong, for the person at the form rather than for a programmer. */
export function formText(path: string, message: string): string {
  if (path === 'dueDate') return 'Not a date. Write it as 14 Mar 2026, or choose it from the calendar.';
  if (path === 'estimatedHours' || path === 'actualHours') return 'Hours as a number from 0 up, such as 2.5';
  return message;
}

function toDay(text: string, today: string): string | null {
  return text.trim() === '' ? null : (parseDay(text, today) ?? text);
}

/** Reads `2.5` and `2,5`; what is no number becomes NaN, which no schema lets pass. */
export function toHours(text: string): number | null {
  const trimmed = text.trim();
  return trimmed === '' ? null : Number(trimmed.replace(',', '.'));
}

function hoursText(hours: number | null): string {
  return hours === null ? '' : String(hours);
}

/** The form's own name for a field of the order. */
const formFieldOf = (field: string): string => (field === 'equipmentId' ? 'equipment' : field);

/**
 * `mine` with every field that the person did not touch since `old` as it stands in `fresh`, so that saving does
 * not write old values back.
 */
export function broughtUpToDate(
  mine: OrderFormValues,
  old: OrderFormValues,
  fresh: OrderFormValues,
): OrderFormValues {
  const before: ReadonlyMap<string, unknown> = new Map(Object.entries(old));
  const touched = Object.entries(mine).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before.get(name)),
  );
  return { ...fresh, ...Object.fromEntries(touched) };
}

/** `mine` with the other person's value of `field`, by the order's name of it. */
export function withTheirs(mine: OrderFormValues, theirs: OrderFormValues, field: string): OrderFormValues {
  const name = formFieldOf(field);
  return { ...mine, ...Object.fromEntries(Object.entries(theirs).filter(([other]) => other === name)) };
}
