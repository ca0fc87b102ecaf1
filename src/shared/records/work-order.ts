import { z } from 'zod';
import { defineRecord, field, orNothing } from './define-record.ts';
import { workHours } from '../domain/hours.ts';
import { personLimit } from '../domain/names.ts';
import { storableText } from '../domain/storable-text.ts';

const type = field.choice('Type', {
  planned: 'Planned',
  corrective: 'Corrective',
  inspection: 'Inspection',
  survey: 'Survey',
  safety: 'Safety',
});
const priority = field.choice('Priority', {
  critical: 'Critical',
  high: 'High',
  normal: 'Normal',
  low: 'Low',
});
const status = field.choice('Status', {
  open: 'Open',
  in_progress: 'In progress',
  on_hold: 'On hold',
  completed: 'Completed',
  cancelled: 'Cancelled',
});

export const workOrderTypes = type.shape.options;
export const priorities = priority.shape.options;
export const workOrderStatuses = status.shape.options;

export type WorkOrderType = (typeof workOrderTypes)[number];
export type Priority = (typeof priorities)[number];
export type WorkOrderStatus = (typeof workOrderStatuses)[number];

/** Which status may follow which. Reopening a completed or cancelled order is allowed, by a person, on purpose. */
export const statusTransitions: Readonly<Record<WorkOrderStatus, readonly WorkOrderStatus[]>> = {
  open: ['in_progress', 'on_hold', 'completed', 'cancelled'],
  in_progress: ['open', 'on_hold', 'completed', 'cancelled'],
  on_hold: ['open', 'in_progress', 'completed', 'cancelled'],
  completed: ['in_progress'],
  cancelled: ['open'],
};

/** True when a person may set `to` on an order that is `from`. Staying as it is is always allowed. */
export function mayBecome(from: WorkOrderStatus, to: WorkOrderStatus): boolean {
  return from === to || statusTransitions[from].includes(to);
}

/** True while there is still something to do on the order. */
export function isOutstanding(status: WorkOrderStatus): boolean {
  return status !== 'completed' && status !== 'cancelled';
}

/** `YYYY-MM-DD`, a day that exists, in ship's time. */
export const calendarDate = z.iso.date('A day such as 2026-03-01');
/** ISO 8601 instant in UTC, e.g. `2026-03-01T14:02:11.000Z`. */
export const instant = z.iso.datetime();
export const titleLimit = 200;
export const descriptionLimit = 8_000;
export const notesLimit = 16_000;
/** Notes that several people filled to the limit, without seeing each other, are kept whole. */
export const storedNotesLimit = 65_536;

export const workOrderSpec = defineRecord({
  entity: 'work_order',
  names: { one: 'Work order', many: 'Work orders' },
  title: ['number', 'title'],
  fields: {
    number: field.text('Number', z.string().regex(/^WO-\d{4}-\d{6}$/)),
    title: field.text('Title', storableText.trim().min(1).max(titleLimit)),
    description: field.lines('Description', storableText.max(descriptionLimit)),
    equipmentId: orNothing(field.reference('Equipment', 'equipment')),
    type,
    priority,
    status: { ...status, merge: 'terminal', terminal: ['completed', 'cancelled'] },
    dueDate: orNothing(field.day('Due', calendarDate)),
    assigneeId: orNothing(field.reference('Assigned to', 'crew_member')),
    estimatedHours: orNothing(field.hours('Estimated', workHours)),
    actualHours: { ...orNothing(field.hours('Actual', workHours)), merge: 'grows' },
    notes: { ...field.lines('Notes', storableText.max(storedNotesLimit)), merge: 'append' },
    completedAt: { ...orNothing(field.instant('Completed', instant)), follows: 'status' },
    completedBy: {
      ...orNothing(field.text('Completed by', storableText.max(personLimit))),
      follows: 'status',
    },
    createdAt: field.instant('Raised', instant),
    createdBy: field.text('Raised by', storableText.max(personLimit)),
  },
  // What is still to be done comes before the rest.
  snapshot: [
    { place: 2, among: { field: 'status', values: workOrderStatuses.filter(isOutstanding) } },
    {
      place: 3,
      among: { field: 'status', values: workOrderStatuses.filter((each) => !isOutstanding(each)) },
    },
  ],
  urgentWhen: { field: 'priority', equals: 'critical' },
});

/** The stored fields of a work order, without its id. */
export const workOrderFields = workOrderSpec.schema;
export type WorkOrderFields = z.infer<typeof workOrderFields>;

/**
 * The fields as they stand in a record. The notes of people who had not seen each other are put together from what each
 * wrote, and are longer then than one may write.
 */
export const standingOrderFields = z.object({ ...workOrderFields.shape, notes: z.string() });
