import type { Scalar } from '../json.ts';
import { mayBecome, type WorkOrderFields, type WorkOrderStatus } from './work-order.ts';

/**
 * What a change of a work order writes: the fields that were given and what follows from a new status. A completion
 * says who and when, a reopening takes that back.
 * @param changes fields by name; those that are undefined are left out
 * @param at ISO 8601
 * @returns the fields to write, or why the status may not follow, in a sentence for the person who asked
 */
export function orderChange(
  current: WorkOrderStatus,
  changes: { readonly [Field in keyof WorkOrderFields]?: WorkOrderFields[Field] | undefined },
  { at, by }: { at: string; by: string },
): { written: Record<string, Scalar> } | { refused: string } {
  const written: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(changes)) if (value !== undefined) written[name] = value;
  const { status = current } = changes;
  if (status === current) return { written };
  if (!mayBecome(current, status))
    return {
      refused: `An order that is ${words(current)} cannot become ${words(status)}. Nothing was saved.`,
    };
  return { written: { ...written, ...completion(current, status, { at, by }) } };
}

function completion(
  from: WorkOrderStatus,
  to: WorkOrderStatus,
  { at, by }: { at: string; by: string },
): Partial<Pick<WorkOrderFields, 'completedAt' | 'completedBy'>> {
  if (to === 'completed') return { completedAt: at, completedBy: by };
  return from === 'completed' ? { completedAt: null, completedBy: null } : {};
}

const words = (status: string): string => status.replace('_', ' ');
