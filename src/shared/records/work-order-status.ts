import { field } from './define-record.ts';
import type { ChangeRule, FieldValues, Writing } from './record.ts';

const choice = field.choice('Status', {
  open: 'Open',
  in_progress: 'In progress',
  on_hold: 'On hold',
  completed: 'Completed',
  cancelled: 'Cancelled',
});

export const workOrderStatuses = choice.shape.options;
export type WorkOrderStatus = (typeof workOrderStatuses)[number];

/** Which status may follow which. Reopening a completed or cancelled order is allowed, by a person, on purpose. */
export const statusTransitions: Readonly<Record<WorkOrderStatus, readonly WorkOrderStatus[]>> = {
  open: ['in_progress', 'on_hold', 'completed', 'cancelled'],
  in_progress: ['open', 'on_hold', 'completed', 'cancelled'],
  on_hold: ['open', 'in_progress', 'completed', 'cancelled'],
  completed: ['in_progress'],
  cancelled: ['open'],
};

/** Where an order stands: who closed it is not overruled by an edit that had not seen that. */
export const statusField = {
  ...choice,
  merge: 'terminal',
  terminal: ['completed', 'cancelled'],
  transitions: statusTransitions,
  begins: 'open',
  given: 'later',
} as const;

/** True when a person may set `to` on an order that is `from`. Staying as it is is always allowed. */
export function mayBecome(from: WorkOrderStatus, to: WorkOrderStatus): boolean {
  return from === to || statusTransitions[from].includes(to);
}

/** True while there is still something to do on the order. */
export function isOutstanding(status: WorkOrderStatus): boolean {
  return status !== 'completed' && status !== 'cancelled';
}

/**
 * The fields that were given and what follows from a new status: a completion says who and when, a reopening takes that back. Work
 * that was done earlier is signed off with `completedAt`; when it was written down says the journal.
 */
export const orderChange: ChangeRule = ({ status: before }, changes, writing) => {
  const current = choice.shape.parse(before);
  const status = choice.shape.parse(changes['status'] ?? current);
  const { completedAt: done = null, ...others } = changes;
  if (done !== null && (status !== 'completed' || current === 'completed'))
    return {
      refused:
        'When the work was done is given as the order is signed off. Nothing was saved; reopen it to sign it off anew.',
    };
  const doneAt = typeof done === 'string' ? Date.parse(done) : null;
  if (doneAt !== null && doneAt > Date.parse(writing.at))
    return { refused: 'The time at which the work was done is still to come. Nothing was saved.' };
  if (doneAt !== null && !(doneAt >= earliest))
    return { refused: 'The time at which the work was done is too long ago. Nothing was saved.' };
  if (status === current) return { written: others };
  if (!mayBecome(current, status))
    return {
      refused: `An order that is ${words(current)} cannot become ${words(status)}. Nothing was saved.`,
    };
  // Written alike, whoever wrote it: the order of texts is that of times.
  const at = doneAt === null ? writing.at : new Date(doneAt).toISOString();
  return { written: { ...others, ...completion(current, status, { ...writing, at }) } };
};

/** No ship that this program is for had a record of work before. */
const earliest = Date.UTC(1980, 0, 1);

function completion(from: WorkOrderStatus, to: WorkOrderStatus, { at, by }: Writing): FieldValues {
  if (to === 'completed') return { completedAt: at, completedBy: by };
  return from === 'completed' ? { completedAt: null, completedBy: null } : {};
}

const words = (status: string): string => status.replace('_', ' ');
