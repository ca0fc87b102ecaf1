import { mayBecome, type WorkOrderFields, type WorkOrderStatus } from './work-order.ts';

/**
 * What else a change of status writes: a completion says who and when, a reopening takes that back.
 * @param at ISO 8601
 * @returns the further fields, or null when `to` may not follow the order's status
 */
export function statusConsequences(
  current: Pick<WorkOrderFields, 'status'>,
  to: WorkOrderStatus,
  { at, by }: { at: string; by: string },
): Partial<Pick<WorkOrderFields, 'completedAt' | 'completedBy'>> | null {
  if (to === current.status) return {};
  if (!mayBecome(current.status, to)) return null;
  if (to === 'completed') return { completedAt: at, completedBy: by };
  if (current.status === 'completed') return { completedAt: null, completedBy: null };
  return {};
}
