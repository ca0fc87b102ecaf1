import { type StoreApi, createStore } from 'zustand/vanilla';

const storageKey = 'arus.office-actor';
/** What the gateway calls somebody who gives no name. */
export const unnamed = 'Office';
/** Characters; the gateway takes no more. */
export const nameLimit = 120;

/** Name of who acts at this screen, kept on this computer. */
export function keptActor(storage: Storage): StoreApi<{ name: string }> {
  const store = createStore(() => ({ name: storage.getItem(storageKey) ?? unnamed }));
  store.subscribe(({ name }) => storage.setItem(storageKey, name));
  return store;
}
