import { useStore } from 'zustand';
import { useOffice, useRoute } from '../office.ts';

/** The ship that the page is about: the one that was chosen, or the only one; null where there are several to choose from. */
export function useVessel(): string | null {
  const { fleet } = useOffice();
  const { vessel } = useRoute();
  const vessels = useStore(fleet.store, (state) => state.vessels);
  return vessel ?? (vessels?.length === 1 ? (vessels[0]?.vesselId ?? null) : null);
}
