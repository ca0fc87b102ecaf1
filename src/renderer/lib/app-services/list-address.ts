import { type StoreApi, createStore } from 'zustand/vanilla';

/**
 * What each list shows, as the address says it: `?q=pump&sort=number`, so that a reload, a bookmark and a link lead to the same
 * list. The router keeps the text of every list; only that of the page on screen stands in the address.
 */
export interface ListAddresses {
  /** By kind of record the text of its list, without `?`; none for a list that shows what it shows at first. */
  store: StoreApi<{ texts: ReadonlyMap<string, string> }>;
  set(entity: string, text: string): void;
}

export function createListAddresses(): ListAddresses {
  const store: ListAddresses['store'] = createStore(() => ({ texts: new Map() }));
  return {
    store,
    set(entity, text) {
      if ((store.getState().texts.get(entity) ?? '') === text) return;
      store.setState(({ texts }) => ({ texts: new Map([...texts, [entity, text]]) }));
    },
  };
}

/** Splits what stands behind the `?` of an address: flags of the page, and what its list shows. */
export function splitQuery(
  query: string,
  flags: ReadonlySet<string>,
): { flags: URLSearchParams; list: string } {
  const all = [...new URLSearchParams(query)];
  return {
    flags: new URLSearchParams(all.filter(([name]) => flags.has(name))),
    list: new URLSearchParams(all.filter(([name]) => !flags.has(name))).toString(),
  };
}

/**
 * Keeps a list and the address the same: a list that changes says so in the address, an address that was opened or gone back to
 * sets the list.
 * @param parts.text what the list shows now; empty for what it shows at first
 * @param parts.apply sets the list by such a text, which may be anything
 */
export function followAddress(
  addresses: ListAddresses,
  entity: string,
  parts: {
    text: () => string;
    apply: (text: string) => void;
    onChanged: (listener: () => void) => void;
  },
): void {
  const follow = (): void => {
    const text = addresses.store.getState().texts.get(entity);
    if (text !== undefined && text !== parts.text()) parts.apply(text);
  };
  follow();
  addresses.store.subscribe(follow);
  parts.onChanged(() => addresses.set(entity, parts.text()));
}
