import type { WorkOrderChanges } from '#shared/contract/work-orders.ts';
import type { OfficeWorkOrder, OfficeWorkOrderChanges } from '#shared/office/records.ts';
import { changedFields } from '../../features/work-orders/form/order-form-values.ts';

/** Of `now`, what differs from the order as its writer saw it, with the versions of just these fields; null for nothing. */
export function changesWithVersions(
  before: OfficeWorkOrder,
  now: WorkOrderChanges,
): OfficeWorkOrderChanges | null {
  const changed = changedFields(before, now);
  if (Object.keys(changed).length === 0) return null;
  const basis = Object.entries(before.versions).filter(([field]) => Object.hasOwn(changed, field));
  return { ...changed, basis: Object.fromEntries(basis) };
}
