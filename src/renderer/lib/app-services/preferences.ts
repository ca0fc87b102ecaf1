import { type StoreApi, createStore } from 'zustand/vanilla';

export const themes = ['day', 'dusk', 'night'] as const;
export type Theme = (typeof themes)[number];

export const densities = ['auto', 'roomy', 'compact'] as const;
/** Height of rows: `auto` is compact where the window is low and roomy where it is not. */
export type Density = (typeof densities)[number];

/** What a person chose at this screen; kept on this computer, not part of the ship's records. */
export interface Preferences {
  theme: Theme;
  density: Density;
  /** Id of the crew member who acts; null until someone says so. */
  actorId: string | null;
}

export interface PreferenceStore {
  store: StoreApi<Preferences>;
  setTheme(theme: Theme): void;
  setDensity(density: Density): void;
  setActor(actorId: string | null): void;
}

const keys = { theme: 'arus.theme', density: 'arus.density', actorId: 'arus.actor' } as const;

/** Reads what was kept, and keeps every change. The theme is put on `root` at once. */
export function createPreferences(storage: Storage, root: HTMLElement): PreferenceStore {
  const store = createStore<Preferences>(() => ({
    // public/theme.js has settled it before anything was painted.
    theme: oneOf(themes, root.dataset['theme'] ?? null) ?? 'day',
    density: oneOf(densities, storage.getItem(keys.density)) ?? 'auto',
    actorId: storage.getItem(keys.actorId),
  }));
  return {
    store,
    setTheme(theme) {
      storage.setItem(keys.theme, theme);
      root.dataset['theme'] = theme;
      root.style.colorScheme = theme === 'day' ? 'light' : 'dark';
      root.style.backgroundColor = '';
      // The desktop app's window takes its own background from here.
      const ground = getComputedStyle(root).getPropertyValue('--ground').trim();
      root.ownerDocument.querySelector('meta[name="theme-color"]')?.setAttribute('content', ground);
      store.setState({ theme });
    },
    setDensity(density) {
      storage.setItem(keys.density, density);
      store.setState({ density });
    },
    setActor(actorId) {
      if (actorId === null) storage.removeItem(keys.actorId);
      else storage.setItem(keys.actorId, actorId);
      store.setState({ actorId });
    },
  };
}

function oneOf<T extends string>(allowed: readonly T[], value: string | null): T | undefined {
  return allowed.find((candidate) => candidate === value);
}
