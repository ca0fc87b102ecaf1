import type { EventMessage } from '#shared/contract/envelope.ts';
import type { EventName, EventPayload } from '#shared/contract/events.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { Committed } from '../store/vessel-store.ts';

const gatherMs = 40;
/** More records than this at once: a screen had better ask again. */
const mostIds = 200;

/**
 * Tells screens what was committed: gathered for a moment, so that a drain of thousands of changes is some
 * messages a second and not one each.
 */
export class Notices {
  readonly #environment: Environment;
  readonly #told: { status(): EventPayload<'sync.changed'>; storage(): EventPayload<'storage.changed'> };
  readonly #listeners = new Set<(event: EventMessage) => void>();
  #records = new Map<string, { cause: Committed['cause']; entity: string; ids: Set<string> }>();
  #statusMoved = false;
  #waiting: Cancel | null = null;

  constructor(
    environment: Environment,
    told: { status(): EventPayload<'sync.changed'>; storage(): EventPayload<'storage.changed'> },
  ) {
    this.#environment = environment;
    this.#told = told;
  }

  subscribe(listener: (event: EventMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onCommitted({ cause, records }: Committed): void {
    for (const { entity, recordId } of records) {
      const key = `${cause} ${entity}`;
      const gathered = this.#records.get(key) ?? { cause, entity, ids: new Set<string>() };
      gathered.ids.add(recordId);
      this.#records.set(key, gathered);
    }
    this.statusMoved();
  }

  statusMoved(): void {
    this.#statusMoved = true;
    this.#waiting ??= this.#environment.after(gatherMs, () => this.#tell());
  }

  /** Told at once: what is gathered may have to be read from a database that cannot be. */
  storageMoved(): void {
    this.#send('storage.changed', this.#told.storage());
  }

  copiesMoved(list: EventPayload<'copies.changed'>): void {
    this.#send('copies.changed', list);
  }

  stop(): void {
    this.#waiting?.();
    this.#listeners.clear();
  }

  #tell(): void {
    this.#waiting = null;
    if (this.#listeners.size === 0) {
      this.#records.clear();
      return;
    }
    const gathered = [...this.#records.values()];
    this.#records.clear();
    for (const { cause, entity, ids } of gathered)
      this.#send('records.changed', { entity, cause, ids: ids.size > mostIds ? [] : [...ids] });
    if (this.#statusMoved) {
      this.#statusMoved = false;
      this.#send('sync.changed', this.#told.status());
    }
  }

  #send<N extends EventName>(event: N, payload: EventPayload<N>): void {
    for (const listener of this.#listeners) {
      try {
        listener({ event, payload });
      } catch (cause) {
        this.#environment.log.error({ err: cause, event }, 'a listener failed on an event');
      }
    }
  }
}
