import { z } from 'zod';
import { personLimit } from './crew-member.ts';
import type { FieldSpec, RecordSpec } from './record.ts';
import { storableText } from './storable-text.ts';

export const workOrderTypes = ['planned', 'corrective', 'inspection', 'survey', 'safety'] as const;
export const priorities = ['critical', 'high', 'normal', 'low'] as const;
export const workOrderStatuses = ['open', 'in_progress', 'on_hold', 'completed', 'cancelled'] as const;

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
/** Hours of work, 0 to 100,000. */
export const workHours = z
  .number('Hours as a number')
  .min(0, 'At least 0 hours')
  .max(100_000, 'At most 100,000 hours');

export const titleLimit = 200;
export const descriptionLimit = 8_000;
export const notesLimit = 16_000;
/** Notes that several people filled to the limit, without seeing each other, are kept whole. */
export const storedNotesLimit = 65_536;

/** The stored fields of a work order, without its id. */
export const workOrderFields = z.object({
  number: z.string().regex(/^WO-\d{4}-\d{6}$/),
  title: storableText.trim().min(1).max(titleLimit),
  description: storableText.max(descriptionLimit),
  equipmentId: z.uuid().nullable(),
  type: z.enum(workOrderTypes),
  priority: z.enum(priorities),
  status: z.enum(workOrderStatuses),
  dueDate: calendarDate.nullable(),
  assigneeId: z.uuid().nullable(),
  estimatedHours: workHours.nullable(),
  actualHours: workHours.nullable(),
  notes: storableText.max(storedNotesLimit),
  completedAt: instant.nullable(),
  completedBy: storableText.max(personLimit).nullable(),
  createdAt: instant,
  createdBy: storableText.max(personLimit),
});
export type WorkOrderFields = z.infer<typeof workOrderFields>;

/**
 * The fields as they stand in a record. The notes of people who had not seen each other are put together from what each
 * wrote, and are longer then than one may write.
 */
export const standingOrderFields = z.object({ ...workOrderFields.shape, notes: z.string() });

const text = (nullable = false): FieldSpec => ({ kind: 'text', nullable, merge: 'clock' });

export const workOrderSpec = {
  entity: 'work_order',
  fields: {
    number: text(),
    title: text(),
    description: text(),
    equipmentId: { ...text(true), refersTo: 'equipment' },
    type: text(),
    priority: text(),
    status: { kind: 'text', nullable: false, merge: 'terminal', terminal: ['completed', 'cancelled'] },
    dueDate: text(true),
    assigneeId: { ...text(true), refersTo: 'crew_member' },
    estimatedHours: { kind: 'real', nullable: true, merge: 'clock' },
    actualHours: { kind: 'real', nullable: true, merge: 'grows' },
    notes: { kind: 'text', nullable: false, merge: 'append' },
    completedAt: { ...text(true), follows: 'status' },
    completedBy: { ...text(true), follows: 'status' },
    createdAt: text(),
    createdBy: text(),
  },
  title: ['number', 'title'],
  schema: workOrderFields,
  urgentWhen: { field: 'priority', equals: 'critical' },
} satisfies RecordSpec;
