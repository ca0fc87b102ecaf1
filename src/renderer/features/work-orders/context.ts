import { createContext, use } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import type { OrderActions } from './order-actions.ts';
import type { OrderList } from './list/order-list.ts';
import type { OrderRecords } from './order-records.ts';
import type { WorkOrder } from '#shared/contract/work-orders.ts';
import type { Drafts } from '../../lib/drafts.ts';
import type { TextDrafts } from '../../lib/text-drafts.ts';
import type { OrderFormValues } from './form/order-form-values.ts';

/** All that belongs to work orders and outlives the page that shows them. */
export interface WorkOrders {
  list: OrderList;
  records: OrderRecords;
  actions: OrderActions;
  drafts: Drafts<OrderFormValues, WorkOrder>;
  /** What was typed into the small forms of an order: a note, a sign-off. */
  texts: TextDrafts;
  /** The order that is about to be signed off or cancelled, while its pane asks for what belongs to it. */
  closing: StoreApi<Closing>;
}

export type Closing = { id: string; as: 'completed' | 'cancelled' } | { id: null; as: null };

export const WorkOrdersContext = createContext<WorkOrders | null>(null);

export function useWorkOrders(): WorkOrders {
  const workOrders = use(WorkOrdersContext);
  if (workOrders === null) throw new Error('There are no work orders above this component.');
  return workOrders;
}
