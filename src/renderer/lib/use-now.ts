import { useSyncExternalStore } from 'react';
import { useAppServices } from './app-services/context.ts';

/**
 * The node's clock, milliseconds since 1970, for ages that grow on screen. All on one page read the same instant, which
 * moves on each second: two ages of one thing never differ.
 */
export function useNow(): number {
  const { ticks } = useAppServices();
  return useSyncExternalStore(ticks.subscribe, ticks.now);
}
