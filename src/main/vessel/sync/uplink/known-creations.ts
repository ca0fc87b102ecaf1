import type { Creation, CreationOf } from '#shared/sync/columns/record-references.ts';
import { hasReceived, nothingReceived } from '#shared/sync/received-ranges.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** Beyond this the memory is emptied and fills again: some megabytes. */
const mostKept = 20_000;

/**
 * Which records shore knows by the change that created them, so that a batch can name them in three bytes instead of
 * sixteen. Made anew for each connection. Where shore turns out not to hold them as this node does, it says so, and
 * every id is written out until the next connection.
 */
export class KnownCreations {
  readonly #store: VesselStore;
  readonly #kept = new Map<string, Creation | null>();
  #isRefused = false;

  constructor(store: VesselStore) {
    this.#store = store;
  }

  /** Shore could not look up what a batch named. @returns whether that is news */
  refused(): boolean {
    const isNews = !this.#isRefused;
    this.#isRefused = true;
    return isNews;
  }

  /** For one batch: what shore acknowledged until now. */
  now(): CreationOf {
    const { origin } = this.#store.own;
    const acknowledged = this.#store.heads.acknowledged(origin) ?? nothingReceived;
    return (recordId) => {
      if (this.#isRefused) return null;
      const creation = this.#creationOf(recordId);
      // What others wrote came from shore.
      const isHeld =
        creation !== null && (creation.origin !== origin || hasReceived(acknowledged, creation.number));
      return isHeld ? creation : null;
    };
  }

  #creationOf(recordId: string): Creation | null {
    const kept = this.#kept.get(recordId);
    if (kept !== undefined) return kept;
    if (this.#kept.size === mostKept) this.#kept.clear();
    let found: Creation | null = null;
    for (const table of this.#store.tables.values()) found ??= table.createdBy(recordId);
    this.#kept.set(recordId, found);
    return found;
  }
}
