import { useCallback } from 'react';
import type { Pick } from '../../ui/combo-field.tsx';
import { useOffice } from '../office.ts';

const mostFound = 50;

/** Finds a ship's equipment by words in its code or name, for a field that points to it. */
export function useEquipmentFinder(vesselId: string): (words: string) => Promise<readonly Pick[]> {
  const { client } = useOffice();
  return useCallback(
    async (words) => {
      const search = words.trim();
      const { items } = await client.ask('equipment.list', {
        query: { vessel: vesselId, limit: mostFound, ...(search === '' ? {} : { search }) },
      });
      return items.map(({ id, code, name }) => ({ id, label: `${code} ${name}` }));
    },
    [client, vesselId],
  );
}
