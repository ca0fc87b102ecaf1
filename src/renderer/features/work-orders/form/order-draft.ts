import { z } from 'zod';
import { type WorkOrder, workOrder } from '#shared/contract/work-orders.ts';
import { officeWorkOrder, type OfficeWorkOrder } from '#shared/office/records.ts';
import { priorities, workOrderTypes } from '#shared/records/work-order.ts';
import type { Draft } from '../../../lib/drafts.ts';
import type { OrderFormValues } from './order-form-values.ts';

const values = z.object({
  title: z.string(),
  description: z.string(),
  equipment: z.object({ id: z.string(), label: z.string() }).nullable(),
  type: z.enum(workOrderTypes),
  priority: z.enum(priorities),
  dueDate: z.string(),
  assigneeId: z.string(),
  estimatedHours: z.string(),
  actualHours: z.string(),
  notes: z.string(),
});
const shape = z.object({ values, before: z.unknown() });

/** An order's draft as it was kept on disk; where the order beside it cannot be read, the person goes on from how it stands now. */
export const parseOrderDraft = (read: unknown): Draft<OrderFormValues, WorkOrder> | null =>
  parseDraft(workOrder, read);

/** The same of an order of any ship, in the office. */
export const parseOfficeOrderDraft = (read: unknown): Draft<OrderFormValues, OfficeWorkOrder> | null =>
  parseDraft(officeWorkOrder, read);

function parseDraft<O>(order: z.ZodType<O>, read: unknown): Draft<OrderFormValues, O> | null {
  const draft = shape.safeParse(read);
  if (!draft.success) return null;
  const before = order.safeParse(draft.data.before);
  return { values: draft.data.values, before: before.success ? before.data : null };
}
