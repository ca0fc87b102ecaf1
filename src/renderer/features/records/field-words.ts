import { priorities, workOrderStatuses, workOrderTypes } from '#shared/domain/work-order.ts';
import { formatDay, formatHours } from '../../lib/format.ts';
import { priorityWords, statusWords, typeWords } from '../work-orders/words.tsx';

const fieldNames: Readonly<Record<string, string>> = {
  number: 'Number',
  title: 'Title',
  description: 'Description',
  equipmentId: 'Equipment',
  type: 'Type',
  priority: 'Priority',
  status: 'Status',
  dueDate: 'Due',
  assigneeId: 'Assigned to',
  estimatedHours: 'Estimated',
  actualHours: 'Actual',
  notes: 'Notes',
  completedAt: 'Completed',
  completedBy: 'Completed by',
  createdAt: 'Raised',
  createdBy: 'Raised by',
  code: 'Code',
  name: 'Name',
  location: 'Location',
  maker: 'Maker',
  model: 'Model',
  serialNumber: 'Serial number',
  criticality: 'Criticality',
  runningHours: 'Running hours',
  rank: 'Rank',
  onBoard: 'On board',
  workOrderId: 'Work order',
  fileName: 'File name',
  mediaType: 'Kind of file',
  size: 'Size',
};

const entityNames: Readonly<Record<string, string>> = {
  work_order: 'Work order',
  equipment: 'Equipment',
  crew_member: 'Crew member',
  attachment: 'Attachment',
};

const hourFields = new Set(['estimatedHours', 'actualHours', 'runningHours']);

/** The name of a record's field as it stands on screen. */
export const fieldName = (field: string): string => fieldNames[field] ?? field;

/** What kind of record an entity's name means. */
export const entityName = (entity: string): string => entityNames[entity] ?? entity;

/** What to know to put an id or an instant into words. */
export interface FieldContext {
  crewName: (id: string) => string;
  equipmentName: (id: string) => string;
  instant: (iso: string) => string;
}

/** A field's value as a person reads it. */
export function fieldValueWords(field: string, value: unknown, context: FieldContext): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (typeof value === 'number') return hourFields.has(field) ? formatHours(value) : String(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string') return JSON.stringify(value);
  if (field === 'status') return choiceWords(workOrderStatuses, statusWords, value);
  if (field === 'priority') return choiceWords(priorities, priorityWords, value);
  if (field === 'type') return choiceWords(workOrderTypes, typeWords, value);
  if (field === 'dueDate') return formatDay(value);
  if (field === 'assigneeId') return context.crewName(value);
  if (field === 'equipmentId') return context.equipmentName(value);
  if (field === 'completedAt' || field === 'createdAt') return context.instant(value);
  return value;
}

/** The words for one of a choice; what is stored where this program has none for it, never those of another value. */
function choiceWords<T extends string>(
  choices: readonly T[],
  words: Readonly<Record<T, string>>,
  value: string,
): string {
  const known = choices.find((choice) => choice === value);
  return known === undefined ? value : words[known];
}
