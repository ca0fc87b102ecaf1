import type { Cancel, Environment, ReadGateway } from '#shared/ports.ts';

const lookEveryMs = 60_000;

export interface SeenGateway {
  address: string | null;
  /** When it was looked for, ms; null for never. */
  at: number | null;
  /** Why it is not known, for people. */
  error: string | null;
}

/** The address of the ship's router, looked for now and then. That it cannot be had is told, and changes nothing. */
export class NetworkGateway {
  readonly #environment: Environment;
  readonly #read: ReadGateway | null;
  readonly #onSeen: () => void;
  #seen: SeenGateway = { address: null, at: null, error: null };
  #timer: Cancel | null = null;
  #isAsking = false;
  #ended = false;

  constructor(environment: Environment, read: ReadGateway | null, onSeen: () => void) {
    this.#environment = environment;
    this.#read = read;
    this.#onSeen = onSeen;
    if (read === null) this.#seen.error = 'This program cannot tell the address of the network’s router.';
  }

  get seen(): SeenGateway {
    return this.#seen;
  }

  /** Looks at once, and every minute from then on where the profile hangs on it. */
  watch(isNeeded: boolean): void {
    this.#timer?.();
    this.#timer = null;
    void this.#look();
    if (isNeeded && this.#read !== null && !this.#ended)
      this.#timer = this.#environment.after(lookEveryMs, () => this.watch(true));
  }

  stop(): void {
    this.#ended = true;
    this.#timer?.();
  }

  async #look(): Promise<void> {
    if (this.#read === null || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const address = await this.#read();
      this.#seen = { address, at: this.#environment.now(), error: null };
    } catch (cause) {
      const error = cause instanceof Error ? cause.message : String(cause);
      // The last one known is still the best that is known.
      this.#seen = { ...this.#seen, at: this.#environment.now(), error };
      this.#environment.log.info({ err: cause }, 'the address of the network’s router could not be read');
    } finally {
      this.#isAsking = false;
    }
    if (!this.#ended) this.#onSeen();
  }
}
