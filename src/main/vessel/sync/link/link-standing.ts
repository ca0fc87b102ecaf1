import type { z } from 'zod';
import type { linkState, SyncStatus } from '#shared/contract/sync.ts';
import type { LinkFailure } from '#shared/ports.ts';
import { storageFailureOf } from '../../storage/storage-failure.ts';
import { noteLinkWasUp } from '../../store/settled-id.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

export type LinkState = z.infer<typeof linkState>;

/** Last contact is written down at most this often; what is on screen is exact. */
const contactNotedEveryMs = 60_000;

export const databaseDamaged: LinkFailure = {
  code: 'configuration',
  message: 'The link is closed because the database on this computer is damaged.',
};

/** How the link stands, for people: its state and since when, when shore was last heard, and what is wrong. */
export class LinkStanding {
  readonly #store: VesselStore;
  #state: LinkState;
  #since: number;
  #lastContactAt: number | null;
  #contactNotedAt = 0;
  #failure: SyncStatus['link']['error'] = null;

  constructor(store: VesselStore, state: LinkState) {
    this.#store = store;
    this.#state = state;
    this.#since = store.environment.now();
    const contact = store.settings.get('last_contact_at');
    this.#lastContactAt = contact === null ? null : Number(contact);
  }

  get state(): LinkState {
    return this.#state;
  }

  /** When the state was entered, ISO 8601. */
  get since(): string {
    return new Date(this.#since).toISOString();
  }

  /**
   * @param broker host and port for people to read; null when none is configured
   * @param warning what people should know of how the link is set up
   */
  status(broker: string | null, warning: string | undefined): SyncStatus['link'] {
    return {
      state: this.#state,
      since: this.since,
      broker,
      lastContactAt: this.#lastContactAt === null ? null : new Date(this.#lastContactAt).toISOString(),
      error: this.#failure,
      ...(warning === undefined ? {} : { warning }),
    };
  }

  enter(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#since = this.#store.environment.now();
  }

  /** A broker has let the ship in, and nothing has been said yet. */
  letIn(): void {
    noteLinkWasUp(this.#store);
    this.recovered();
  }

  recovered(): void {
    this.#failure = null;
  }

  failed({ code, message }: LinkFailure): void {
    this.#failure = { code, message, at: new Date(this.#store.environment.now()).toISOString() };
  }

  /** Something came from shore. */
  heard(): void {
    const now = this.#store.environment.now();
    this.#lastContactAt = now;
    if (Math.abs(now - this.#contactNotedAt) < contactNotedEveryMs) return;
    this.#contactNotedAt = now;
    this.#store.settings.set('last_contact_at', String(now));
  }

  /** Writes down the last contact exactly: the node is closing. Where the disk does not take that, an older one stands. */
  close(): void {
    if (this.#lastContactAt === null) return;
    try {
      this.#store.settings.set('last_contact_at', String(this.#lastContactAt));
    } catch (cause) {
      if (storageFailureOf(cause) === null) throw cause;
    }
  }
}
