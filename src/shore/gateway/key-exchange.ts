import type { Environment, PublishOptions, Qos } from '#shared/ports.ts';
import { WireError } from '#shared/sync/frame.ts';
import { keyTextLimit } from '#shared/sync/message-limits.ts';
import { topicOf } from '#shared/sync/topics.ts';

/** Keys for files that travel by hand, as the gateway needs them. */
export interface KeyOffice {
  /** A vessel showed its key. @returns the office's, to be shown to it */
  onKey(vesselId: string, text: string): Promise<string | null>;
  /** The office's key, where this vessel is not known to have been told it. */
  keyToTell(vesselId: string): Promise<string | null>;
}

export interface KeyExchangeDependencies {
  environment: Environment;
  /** Null where there are no keys. */
  office: KeyOffice | null;
  qos: Qos;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
}

/** Ship and office show each other their keys while the link stands: once, and again when one of them is new. */
export class KeyExchange {
  readonly #dependencies: KeyExchangeDependencies;

  constructor(dependencies: KeyExchangeDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws WireError for what is too long to be one */
  async onKey(vesselId: string, payload: Uint8Array): Promise<void> {
    if (payload.length > keyTextLimit)
      throw new WireError('oversize', `A key of ${payload.length} bytes; at most ${keyTextLimit} are taken`);
    this.#show(
      vesselId,
      (await this.#dependencies.office?.onKey(vesselId, new TextDecoder().decode(payload))) ?? null,
    );
  }

  async onHello(vesselId: string): Promise<void> {
    this.#show(vesselId, (await this.#dependencies.office?.keyToTell(vesselId)) ?? null);
  }

  /** Lost on the way, the vessel shows its own again on its next connection. */
  #show(vesselId: string, text: string | null): void {
    if (text === null) return;
    const { publish, qos, environment } = this.#dependencies;
    publish(topicOf(vesselId, 'down', 'key'), new TextEncoder().encode(text), { qos }).catch(
      (error: unknown) =>
        environment.log.debug({ err: error, vessel: vesselId }, 'a key could not be handed to the broker'),
    );
  }
}
