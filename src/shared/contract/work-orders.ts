import { z } from 'zod';
import { workHours } from '../domain/hours.ts';
import { storableText } from '../domain/storable-text.ts';
import {
  calendarDate,
  descriptionLimit,
  notesLimit,
  priorities,
  storedNotesLimit,
  titleLimit,
  standingOrderFields,
  workOrderFields,
  workOrderTypes,
} from '../records/work-order.ts';
import { workOrderStatuses } from '../records/work-order-status.ts';
import { read, write } from './method.ts';
import { expectedVersions, fieldVersion, openConflict, recordId, syncState } from './record-state.ts';

/** A work order as a row of a list shows it. */
export const workOrderRow = z.object({
  id: recordId,
  number: z.string(),
  title: z.string(),
  equipmentId: recordId.nullable(),
  equipmentCode: z.string().nullable(),
  equipmentName: z.string().nullable(),
  type: z.enum(workOrderTypes),
  priority: z.enum(priorities),
  status: z.enum(workOrderStatuses),
  dueDate: z.string().nullable(),
  assigneeId: recordId.nullable(),
  assigneeName: z.string().nullable(),
  estimatedHours: z.number().nullable(),
  actualHours: z.number().nullable(),
  completedAt: z.string().nullable(),
  completedBy: z.string().nullable(),
  updatedAt: z.string(),
  sync: syncState,
});
export type WorkOrderRow = z.infer<typeof workOrderRow>;

/** A work order with everything there is to know of it. */
export const workOrder = z.object({
  ...workOrderRow.shape,
  ...standingOrderFields.shape,
  /** Field → version, to be handed back as `basis` by whoever edits. */
  versions: z.record(z.string(), fieldVersion),
  updatedBy: z.string(),
  conflicts: z.array(openConflict),
});
export type WorkOrder = z.infer<typeof workOrder>;

export const workOrderSortKeys = ['dueDate', 'number', 'title', 'priority', 'status', 'updatedAt'] as const;

export const workOrderFilter = z.strictObject({
  /** Any of these; left out means all. */
  status: z.array(z.enum(workOrderStatuses)).max(10).optional(),
  priority: z.array(z.enum(priorities)).max(10).optional(),
  type: z.array(z.enum(workOrderTypes)).max(10).optional(),
  equipmentId: recordId.optional(),
  assigneeId: recordId.optional(),
  /** Outstanding and due before this day. */
  dueBefore: calendarDate.optional(),
  /**
   * Words that must all stand in the order's number, title, description or notes, in its equipment's code or name, or in
   * its assignee's name, whatever their case; the start of a word is enough.
   */
  search: z.string().max(200).optional(),
});
export type WorkOrderFilter = z.infer<typeof workOrderFilter>;

export const workOrderListInput = z.strictObject({
  ...workOrderFilter.shape,
  sort: z.enum(workOrderSortKeys).default('dueDate'),
  direction: z.enum(['asc', 'desc']).default('asc'),
  limit: z.number().int().min(1).max(500).default(50),
  /** Rows to pass over first. */
  offset: z.number().int().min(0).default(0),
});
export type WorkOrderListInput = z.input<typeof workOrderListInput>;

/** What a person may give when raising an order; number, status and who raised it when are the node's. */
export const newWorkOrder = z.strictObject({
  title: storableText.trim().min(1, 'A title is needed').max(titleLimit, `At most ${titleLimit} characters`),
  description: storableText.max(descriptionLimit, `At most ${descriptionLimit} characters`).default(''),
  equipmentId: recordId.nullable().default(null),
  type: z.enum(workOrderTypes).default('corrective'),
  priority: z.enum(priorities).default('normal'),
  dueDate: calendarDate.nullable().default(null),
  assigneeId: recordId.nullable().default(null),
  estimatedHours: workHours.nullable().default(null),
  notes: storableText.max(notesLimit, `At most ${notesLimit} characters`).default(''),
});
export type NewWorkOrder = z.input<typeof newWorkOrder>;

/** Fields a person may change. Setting `status` to `completed` also records who and when. */
export const workOrderChanges = z.strictObject({
  title: newWorkOrder.shape.title.optional(),
  description: storableText.max(descriptionLimit, `At most ${descriptionLimit} characters`).optional(),
  equipmentId: recordId.nullable().optional(),
  type: z.enum(workOrderTypes).optional(),
  priority: z.enum(priorities).optional(),
  status: z.enum(workOrderStatuses).optional(),
  dueDate: calendarDate.nullable().optional(),
  assigneeId: recordId.nullable().optional(),
  estimatedHours: workHours.nullable().optional(),
  actualHours: workHours.nullable().optional(),
  /** With `status: completed`, where the work was done before now: ISO 8601. */
  completedAt: workOrderFields.shape.completedAt.optional(),
  /**
   * Several people who had not seen each other may have written more together than one may when raising an order: what
   * stands can be read and written on.
   */
  notes: storableText
    .max(
      storedNotesLimit,
      `At most ${storedNotesLimit} characters: shorten them, what you take out stays in the history`,
    )
    .optional(),
});
export type WorkOrderChanges = z.infer<typeof workOrderChanges>;

export const workOrderCounts = z.object({
  total: z.number().int(),
  byStatus: z.record(z.enum(workOrderStatuses), z.number().int()),
  overdue: z.number().int(),
});

export const workOrderMethods = {
  'workOrders.list': read(
    workOrderListInput,
    z.object({ items: z.array(workOrderRow), total: z.number().int() }),
  ),
  'workOrders.counts': read(z.strictObject({}), workOrderCounts),
  'workOrders.get': read(z.strictObject({ id: recordId }), workOrder),
  'workOrders.create': write(newWorkOrder, workOrder),
  /** `basis` names the versions the writer saw; a field changed since by someone else is answered `stale`. */
  'workOrders.update': write(
    z.strictObject({ id: recordId, changes: workOrderChanges, basis: expectedVersions.optional() }),
    workOrder,
  ),
  'workOrders.delete': write(z.strictObject({ id: recordId }), z.object({ id: recordId })),
};
