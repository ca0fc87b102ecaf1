import type { ReactNode } from 'react';
import { priorityIcons, statusIcons } from '../../features/work-orders/labels.tsx';
import type { FieldOf } from './field-labels.ts';

/** Of the choices that have icons, by kind of record and field. */
const icons: Readonly<Record<string, Readonly<Record<string, ReactNode>>>> = {
  'work_order.status': statusIcons,
  'work_order.priority': priorityIcons,
};

/** The icon of one of a choice; null for none. */
export function choiceIcon({ entity, field }: FieldOf, value: string): ReactNode {
  return icons[`${entity}.${field}`]?.[value] ?? null;
}
