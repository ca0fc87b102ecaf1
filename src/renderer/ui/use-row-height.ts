import { createContext, use, useSyncExternalStore } from 'react';
import type { Density } from '../lib/app-services/preferences.ts';

const roomy = 36;
const compact = 28;
const touch = 44;
const coarse = '(pointer: coarse)';
const low = '(max-height: 899px)';

/** What a person prefers; where nobody can say so, it goes by the height of the window. */
export const DensityContext = createContext<Density>('auto');

/** True while the window matches the media query. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Height of a table's row in pixels: wide enough for a thumb on a touch screen, else as a person prefers. */
export function useRowHeight(): number {
  const density = use(DensityContext);
  const isTouch = useMedia(coarse);
  const isLow = useMedia(low);
  if (isTouch) return touch;
  if (density === 'auto') return isLow ? compact : roomy;
  return density === 'compact' ? compact : roomy;
}
