import type { Environment } from '#shared/ports.ts';
import type { ShoreStore } from '../store/shore-store.ts';

export interface ContactRecorderDependencies {
  store: Pick<ShoreStore, 'noteContact'>;
  environment: Environment;
}

/** A sign of life is written down at most this often for a vessel. */
const notedEveryMs = 5_000;

/** Whoever speaks is there: its presence may be lost, or another gateway may take an older one after it. */
export class ContactRecorder {
  readonly #dependencies: ContactRecorderDependencies;
  readonly #notedAt = new Map<string, number>();

  constructor(dependencies: ContactRecorderDependencies) {
    this.#dependencies = dependencies;
  }

  async note(vesselId: string): Promise<void> {
    const { store, environment } = this.#dependencies;
    const now = environment.now();
    if (Math.abs(now - (this.#notedAt.get(vesselId) ?? 0)) < notedEveryMs) return;
    this.#notedAt.set(vesselId, now);
    await store
      .noteContact(vesselId, { at: now, online: true })
      .catch((error: unknown) => environment.log.debug({ err: error }, 'a contact could not be noted'));
  }

  /** The next sign of life is written down at once. */
  forget(vesselId: string): void {
    this.#notedAt.delete(vesselId);
  }
}
