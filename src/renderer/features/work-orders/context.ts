import { createContext, use } from 'react';
import type { OrderActions } from './order-actions.ts';
import type { OrderList } from './order-list.ts';
import type { OrderRecords } from './order-records.ts';
import type { OrderDrafts } from './order-drafts.ts';

/** All that belongs to work orders and outlives the page that shows them. */
export interface WorkOrders {
  list: OrderList;
  records: OrderRecords;
  actions: OrderActions;
  drafts: OrderDrafts;
}

export const WorkOrdersContext = createContext<WorkOrders | null>(null);

export function useWorkOrders(): WorkOrders {
  const workOrders = use(WorkOrdersContext);
  if (workOrders === null) throw new Error('There are no work orders above this component.');
  return workOrders;
}
