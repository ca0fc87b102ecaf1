import {
  ChevronDown,
  ChevronsUp,
  Minus,
  OctagonAlert,
  Square,
  SquareCheck,
  SquarePause,
  SquarePlay,
  SquareX,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { type Priority, workOrderSpec } from '#shared/records/work-order.ts';
import type { WorkOrderStatus } from '#shared/records/work-order-status.ts';

export const statusLabels = workOrderSpec.fields.status.words;

/** What a button says that sets the status. */
export const statusVerbs: Readonly<Record<WorkOrderStatus, string>> = {
  open: 'Set open',
  in_progress: 'Start work',
  on_hold: 'Hold',
  completed: 'Sign off…',
  cancelled: 'Cancel…',
};

/** The number key of a status; cancelling has none, since it is rare and final. */
export const statusKeys: Readonly<Record<WorkOrderStatus, string | undefined>> = {
  open: '1',
  in_progress: '2',
  on_hold: '3',
  completed: '4',
  cancelled: undefined,
};

export const statusIcons: Readonly<Record<WorkOrderStatus, ReactNode>> = {
  open: <Square size={16} color="var(--info)" aria-hidden="true" />,
  in_progress: <SquarePlay size={16} color="var(--info)" aria-hidden="true" />,
  on_hold: <SquarePause size={16} color="var(--warn)" aria-hidden="true" />,
  completed: <SquareCheck size={16} color="var(--good)" aria-hidden="true" />,
  cancelled: <SquareX size={16} color="var(--text-muted)" aria-hidden="true" />,
};

export const priorityLabels = workOrderSpec.fields.priority.words;

export const priorityIcons: Readonly<Record<Priority, ReactNode>> = {
  critical: <OctagonAlert size={16} color="var(--danger)" aria-hidden="true" />,
  high: <ChevronsUp size={16} color="var(--warn)" aria-hidden="true" />,
  normal: <Minus size={16} color="var(--text-muted)" aria-hidden="true" />,
  low: <ChevronDown size={16} color="var(--text-muted)" aria-hidden="true" />,
};

export const typeLabels = workOrderSpec.fields.type.words;

/** Of 'Ana Ruiz, Second engineer' the name, where there is room for no more. */
export function nameAlone(by: string | null): string {
  return by?.split(', ')[0] ?? '';
}
