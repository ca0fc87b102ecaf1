import type { Codec, Environment, Link, LinkMessage, PublishOptions, Qos } from '#shared/ports.ts';
import { encodeFrame, type Batch, type Message } from '#shared/sync/frame.ts';
import { SizedMessages } from '#shared/sync/sized-messages.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { LinkGate } from '../../link-policy/gate.ts';
import type { LinkSessionOptions } from './link-options.ts';

export interface LinkMessagesDependencies {
  vesselId: string;
  environment: Environment;
  codec: Codec;
  qos: LinkSessionOptions['qos'];
  gate: LinkGate;
  /** The link that is used now; null where no broker is configured. */
  link(): Link | null;
}

/** What this node says on the link, and how many bytes that took. */
export class LinkMessages {
  readonly #dependencies: LinkMessagesDependencies;
  readonly #sized: SizedMessages;
  #sent = 0;
  #received = 0;

  constructor(dependencies: LinkMessagesDependencies) {
    this.#dependencies = dependencies;
    this.#sized = new SizedMessages({
      environment: dependencies.environment,
      packetLimit: () => dependencies.link()?.packetLimit,
      publish: (topic, payload, options) => this.#publish(topic, payload, options),
      onSent: (bytes) => (this.#sent += bytes),
    });
  }

  /** Payload handed over since the program began, bytes. */
  get sent(): number {
    return this.#sent;
  }

  /** Payload since the program began, bytes. */
  get bytes(): { sent: number; received: number } {
    return { sent: this.#sent, received: this.#received };
  }

  onReceived({ topic, payload }: LinkMessage): void {
    this.#received += payload.length;
    this.#dependencies.gate.onMessage('received', topic, payload.length);
  }

  sendBatch(batch: Batch): Promise<void> {
    const { vesselId, codec, qos } = this.#dependencies;
    return this.publish(topicOf(vesselId, 'up', batch.lane), encodeFrame(batch, codec), qos.changes);
  }

  /** In pieces where it is larger than the broker takes. Rejects where the broker does not take it. */
  publish(topic: string, payload: Uint8Array, qos: Qos, retain = false): Promise<void> {
    return this.#sized.publish(topic, payload, { qos, retain });
  }

  #publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    const link = this.#dependencies.link();
    if (link === null) return Promise.reject(new Error('No broker is configured'));
    if (link.connected) this.#dependencies.gate.onMessage('sent', topic, payload.length);
    return link.publish(topic, payload, options);
  }

  /** For what is said again anyway when the connection stands again. */
  send(kind: 'hello' | 'ack' | 'compare' | 'telemetry' | 'ask' | 'base', message: Message): void {
    const { vesselId, codec, qos } = this.#dependencies;
    const frame = encodeFrame(message, codec);
    void this.#quietly(
      topicOf(vesselId, 'up', kind),
      frame,
      kind === 'telemetry' ? qos.telemetry : qos.changes,
    );
  }

  sayPresence(presence: Uint8Array): Promise<void> {
    const { vesselId, qos } = this.#dependencies;
    return this.#quietly(topicOf(vesselId, 'up', 'presence'), presence, qos.presence, true);
  }

  /** Once in the life of a key; older ends of the link pass it over. */
  showKey(text: string | null | undefined): void {
    if (text === null || text === undefined) return;
    const { vesselId, qos } = this.#dependencies;
    void this.#quietly(topicOf(vesselId, 'up', 'key'), new TextEncoder().encode(text), qos.changes);
  }

  async #quietly(topic: string, payload: Uint8Array, qos: Qos, retain = false): Promise<void> {
    try {
      await this.publish(topic, payload, qos, retain);
    } catch (cause) {
      this.#dependencies.environment.log.debug(
        { err: cause, topic },
        'a message could not be handed to the broker',
      );
    }
  }
}
