import type { OfficeWorkOrder, OfficeWorkOrderChanges } from '#shared/office/records.ts';
import type { WorkOrderChanges } from '#shared/contract/work-orders.ts';
import { type OrderFormValues, equipmentLabel } from '../features/work-orders/order-form-values.ts';

/** What the edit form starts from. */
export function formOf(order: OfficeWorkOrder): OrderFormValues {
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

/** Of `now`, what differs from the order as its writer saw it, with the versions of just these fields. */
export function changesWithBasis(
  before: OfficeWorkOrder,
  now: WorkOrderChanges,
): OfficeWorkOrderChanges | null {
  const old: ReadonlyMap<string, unknown> = new Map(Object.entries(before));
  const changed = Object.entries(now).filter(([field, value]) => old.get(field) !== value);
  if (changed.length === 0) return null;
  const names = new Set(changed.map(([field]) => field));
  const basis = Object.entries(before.versions).filter(([field]) => names.has(field));
  return { ...Object.fromEntries(changed), basis: Object.fromEntries(basis) };
}

function hoursText(hours: number | null): string {
  return hours === null ? '' : String(hours);
}
