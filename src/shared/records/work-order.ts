import { z } from 'zod';
import { defineRecord, field, orNothing } from './define-record.ts';
import { workHours } from '../domain/hours.ts';
import { personLimit } from '../domain/names.ts';
import { isOutstanding, orderChange, statusField, workOrderStatuses } from './work-order-status.ts';
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
export const workOrderTypes = type.shape.options;
export const priorities = priority.shape.options;

export type WorkOrderType = (typeof workOrderTypes)[number];
export type Priority = (typeof priorities)[number];

/** `YYYY-MM-DD`, a day that exists, in ship's time. */
export const calendarDate = z.iso.date('A day such as 2026-03-01');
/** ISO 8601 instant in UTC, e.g. `2026-03-01T14:02:11.000Z`. */
export const instant = z.iso.datetime().max(40, 'At most 40 characters');
export const titleLimit = 200;
export const descriptionLimit = 8_000;
export const notesLimit = 16_000;
/** Notes that several people filled to the limit, without seeing each other, are kept whole. */
export const storedNotesLimit = 65_536;

const outstanding = workOrderStatuses.filter(isOutstanding);

export const workOrderSpec = defineRecord({
  entity: 'work_order',
  names: { one: 'Work order', many: 'Work orders' },
  title: ['number', 'title'],
  fields: {
    number: { ...field.text('Number', z.string().regex(/^WO-\d{4}-\d{6}$/)), given: 'never' },
    title: field.text('Title', storableText.trim().min(1).max(titleLimit)),
    description: { ...field.lines('Description', storableText.max(descriptionLimit)), begins: '' },
    equipmentId: orNothing(field.reference('Equipment', 'equipment')),
    type: { ...type, begins: 'corrective' },
    priority: { ...priority, begins: 'normal' },
    status: statusField,
    dueDate: orNothing(field.day('Due', calendarDate)),
    assigneeId: orNothing(field.reference('Assigned to', 'crew_member')),
    estimatedHours: orNothing(field.hours('Estimated', workHours)),
    actualHours: { ...orNothing(field.hours('Actual', workHours)), merge: 'grows', given: 'later' },
    notes: { ...field.lines('Notes', storableText.max(storedNotesLimit)), merge: 'append', begins: '' },
    completedAt: { ...orNothing(field.instant('Completed', instant)), follows: 'status', given: 'never' },
    completedBy: {
      ...orNothing(field.text('Completed by', storableText.max(personLimit))),
      follows: 'status',
      given: 'never',
    },
    createdAt: { ...field.instant('Raised', instant), begins: ({ at }) => at, given: 'never' },
    createdBy: {
      ...field.text('Raised by', storableText.max(personLimit)),
      begins: ({ by }) => by,
      given: 'never',
    },
  },
  // What is still to be done comes before the rest.
  snapshot: [
    { place: 2, among: { field: 'status', values: outstanding } },
    {
      place: 3,
      among: { field: 'status', values: workOrderStatuses.filter((each) => !isOutstanding(each)) },
    },
  ],
  urgentWhen: { field: 'priority', equals: 'critical' },
  sort: 'dueDate',
  number: { field: 'number', prefix: 'WO' },
  attachments: true,
  rule: orderChange,
  indexes: {
    // One for each order in which a list can be shown, so that a page never sorts the whole table.
    onBoard: [
      // Deleted orders stand in it too: their numbers are not given again. With `deleted` in front SQLite would take
      // it for every list and sort all of them, and before `id` it would sort by that once more.
      { name: 'number', on: ['number', 'id', 'deleted'], among: 'all' },
      { name: 'title', on: ['title', 'id'] },
      // With what lists are mostly filtered by, so that passing over rows and counting them reads the index alone.
      { name: 'due', on: [{ listed: 'dueDate' }, 'id', 'status', 'priority'] },
      { name: 'priority', on: [{ listed: 'priority' }, 'id'] },
      { name: 'status', on: [{ listed: 'status' }, 'id'] },
      { name: 'updated', on: ['updatedAt', 'id'] },
      { name: 'equipment', on: ['equipmentId', 'status'] },
    ],
    ashore: [
      // A search by id alone, which is how most people ask.
      { name: 'id', on: ['id'], among: 'all' },
      { name: 'due', on: ['vesselId', 'dueDate', 'id'] },
      { name: 'updated', on: ['vesselId', 'updatedAt', 'id'] },
      // Few of a vessel's orders are outstanding, and every page counts them.
      { name: 'outstanding', on: ['vesselId', 'dueDate'], among: { field: 'status', values: outstanding } },
      // Deleted ones too: the next number is found here, and a number is never given twice.
      { name: 'number', on: ['vesselId', 'number', 'id'], among: 'all' },
      // The same for the whole fleet, as the office's first page asks.
      { name: 'fleet_due', on: ['dueDate', 'id', 'vesselId'] },
      { name: 'fleet_updated', on: ['updatedAt', 'id', 'vesselId'] },
    ],
  },
});

/** The stored fields of a work order, without its id. */
export const workOrderFields = workOrderSpec.schema;
export type WorkOrderFields = z.infer<typeof workOrderFields>;

/**
 * The fields as they stand in a record. The notes of people who had not seen each other are put together from what each
 * wrote, and are longer then than one may write.
 */
export const standingOrderFields = z.object({ ...workOrderFields.shape, notes: z.string() });
