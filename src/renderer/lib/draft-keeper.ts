import type { Transport } from './transport/transport.ts';

/** Where drafts are kept beyond the page, as texts by key. */
export interface DraftKeeper {
  /** Rejects where it cannot be asked now. */
  read(): Promise<ReadonlyMap<string, string>>;
  /** Resolves when it is on disk. Rejects with words for the person who types. */
  keep(key: string, text: string): Promise<void>;
  discard(key: string): Promise<void>;
  /** Runs `listener` as the page is left or hidden, the last moment at which something can be written. */
  onLeaving(listener: () => void): void;
}

const whenLeft = (listener: () => void): void => {
  addEventListener('pagehide', listener);
  document.addEventListener('visibilitychange', listener);
};

/**
 * In the database of the vessel node: found again even where the browser's own data are gone with its profile.
 * @param screen what tells this screen from others of the ship
 */
export function nodeKeeper(transport: Pick<Transport, 'call'>, screen: string): DraftKeeper {
  return {
    async read() {
      const { items } = await transport.call('drafts.list', { screen });
      return new Map(items.map(({ key, text }) => [key, text]));
    },
    async keep(key, text) {
      await transport.call('drafts.keep', { screen, key, text });
    },
    async discard(key) {
      await transport.call('drafts.discard', { screen, key });
    },
    onLeaving: whenLeft,
  };
}

const storedAs = 'arus.draft.';

/** In the browser, which puts it on disk by itself. */
export function browserKeeper(storage: Storage): DraftKeeper {
  return {
    read() {
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
      return Promise.resolve(
        new Map(
          keys
            .filter((key) => key.startsWith(storedAs))
            .map((key) => [key.slice(storedAs.length), storage.getItem(key) ?? '']),
        ),
      );
    },
    keep(key, text) {
      try {
        storage.setItem(storedAs + key, text);
        return Promise.resolve();
      } catch {
        return Promise.reject(new Error('This browser has no room left for it.'));
      }
    },
    discard(key) {
      storage.removeItem(storedAs + key);
      return Promise.resolve();
    },
    onLeaving: whenLeft,
  };
}

const screenKey = 'arus.screen';

/** A name for this browser on this computer, the same at every visit. */
export function nameOfScreen(storage: Storage, randomName: () => string): string {
  const known = storage.getItem(screenKey);
  if (known !== null) return known;
  const name = randomName();
  storage.setItem(screenKey, name);
  return name;
}
