import { useSyncExternalStore } from 'react';
import { useDesk } from './desk/context.ts';

/**
 * The node's clock, milliseconds since 1970, for ages that grow on screen. All on one page read the same instant, which
 * moves on each second: two ages of one thing never differ.
 */
export function useNow(): number {
  const { ticks } = useDesk();
  return useSyncExternalStore(ticks.subscribe, ticks.now);
}
