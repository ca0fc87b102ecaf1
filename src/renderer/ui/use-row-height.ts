import { useSyncExternalStore } from 'react';
import { usePreferences } from '../lib/app-services/context.ts';

const roomy = 36;
const compact = 28;
const touch = 44;
const coarse = '(pointer: coarse)';
const low = '(max-height: 899px)';

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
  const density = usePreferences((preferences) => preferences.density);
  const isTouch = useMedia(coarse);
  const isLow = useMedia(low);
  if (isTouch) return touch;
  if (density === 'auto') return isLow ? compact : roomy;
  return density === 'compact' ? compact : roomy;
}
