const storageKey = 'arus.office-key';

/**
 * The API key, from `#key=…` of the address a person opened, kept for this tab and taken out of the address bar,
 * where it would be read over a shoulder or land in a bookmark. Null when there is none.
 */
export function takeOfficeKey(location: Location, history: History, storage: Storage): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given === null) return storage.getItem(storageKey);
  storage.setItem(storageKey, given);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return given;
}

/** Keeps a key that a person typed, for this tab. */
export function keepOfficeKey(storage: Storage, key: string): void {
  storage.setItem(storageKey, key);
}
