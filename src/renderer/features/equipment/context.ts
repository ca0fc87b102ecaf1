import { createContext, use } from 'react';
import type { EquipmentList } from './equipment-list.ts';

export const EquipmentContext = createContext<EquipmentList | null>(null);

export function useEquipmentList(): EquipmentList {
  const list = use(EquipmentContext);
  if (list === null) throw new Error('There is no list of equipment above this component.');
  return list;
}
