import { useCallback } from 'react';
import { useAppServices } from '../../../lib/app-services/context.ts';
import type { Pick } from '../../../ui/combo-field.tsx';

const mostFound = 50;

/** Finds equipment by words in its code or name, for a field that points to it. */
export function useEquipmentFinder(): (words: string) => Promise<readonly Pick[]> {
  const { transport } = useAppServices();
  return useCallback(
    async (words) => {
      const search = words.trim();
      const input = search === '' ? { limit: mostFound } : { limit: mostFound, search };
      const { items } = await transport.call('equipment.list', input);
      return items.map(({ id, code, name }) => ({ id, label: `${code} ${name}` }));
    },
    [transport],
  );
}
