import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { OrderLabels } from '../../features/work-orders/form/order-labels.ts';
import type { Reference } from '../../records/words/field-labels.ts';
import { useLabels } from '../../records/words/use-labels.ts';
import { useOffice } from '../office.ts';

/** What is needed to put a vessel's records into words, and to edit its orders: its crew, and the names of `references`. */
export function useVesselLabels(vesselId: string, references: readonly Reference[]): OrderLabels {
  const { fleet, siteOf } = useOffice();
  const labels = useLabels(siteOf(vesselId), references);
  const crew = useStore(fleet.store, (state) => state.crew.get(vesselId));
  useEffect(() => fleet.needCrew(vesselId), [fleet, vesselId]);
  return useMemo(() => ({ ...labels, crew: crew ?? [] }), [labels, crew]);
}
