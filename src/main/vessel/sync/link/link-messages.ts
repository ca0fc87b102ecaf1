import type { Codec, Environment, Link, LinkMessage, PublishOptions, Qos } from '#shared/ports.ts';
import { decodePresence, encodeFrame, type Batch, type Message, type Presence } from '#shared/sync/frame.ts';
import { SizedMessages, type Receiver } from '#shared/sync/sized-messages.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { LinkGate } from '../../link-policy/gate.ts';
import type { LinkSessionOptions } from './link-options.ts';

/** An office has a few; what else is retained under their topic is none of ours. */
const mostGateways = 100;

export interface LinkMessagesParts {
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
  readonly #parts: LinkMessagesParts;
  readonly #sized: SizedMessages;
  /** The largest packet that the broker of any gateway takes, as they say; bytes. */
  readonly #gateways = new Map<string, number>();
  #sent = 0;
  #received = 0;

  constructor(parts: LinkMessagesParts) {
    this.#parts = parts;
    this.#sized = new SizedMessages({
      environment: parts.environment,
      packetLimit: () => parts.link()?.packetLimit,
      publish: (topic, payload, options) => this.#publish(topic, payload, options),
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
    this.#parts.gate.onMessage('received', topic, payload.length);
  }

  sendBatch(batch: Batch): Promise<void> {
    const { vesselId, codec, qos } = this.#parts;
    return this.publish(topicOf(vesselId, 'up', batch.lane), encodeFrame(batch, codec), qos.changes);
  }

  /** In pieces where it is larger than a broker takes. Rejects where the broker does not take it. */
  publish(topic: string, payload: Uint8Array, qos: Qos, retain = false): Promise<void> {
    return this.#sized.publish(topic, payload, { qos, retain }, this.#receiver);
  }

  /** Bytes that go in one message on a topic. */
  mostOn(topic: string): number {
    return this.#sized.mostOn(topic, this.#receiver);
  }

  /** The broker has had so many bytes in one message, and shore, which goes on talking, has not. */
  lost(bytes: number): void {
    this.#sized.lost(bytes);
  }

  /** Shore has had them. */
  arrived(bytes: number): void {
    this.#sized.arrived(bytes);
  }

  /**
   * A gateway says that it is there, and how much its broker takes; or it is gone.
   * @throws WireError for what is no presence
   */
  onGateway({ topic, payload }: LinkMessage): Presence {
    const presence = decodePresence(payload);
    const { online, largest } = presence;
    if (!online || largest === undefined) this.#gateways.delete(topic);
    else if (this.#gateways.has(topic) || this.#gateways.size < mostGateways)
      this.#gateways.set(topic, largest);
    return presence;
  }

  get #receiver(): Receiver {
    const packetLimit = this.#gateways.size === 0 ? undefined : Math.min(...this.#gateways.values());
    return { packetLimit, most: Infinity };
  }

  async #publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    const link = this.#parts.link();
    if (link === null) throw new Error('No broker is configured');
    if (link.connected) this.#parts.gate.onMessage('sent', topic, payload.length);
    await link.publish(topic, payload, options);
    this.#sent += payload.length;
  }

  /** For what is said again anyway when the connection stands again. */
  send(kind: 'hello' | 'ack' | 'compare' | 'telemetry' | 'ask' | 'base', message: Message): void {
    const { vesselId, codec, qos } = this.#parts;
    const frame = encodeFrame(message, codec);
    void this.#quietly(
      topicOf(vesselId, 'up', kind),
      frame,
      kind === 'telemetry' ? qos.telemetry : qos.changes,
    );
  }

  sayPresence(presence: Uint8Array): Promise<void> {
    const { vesselId, qos } = this.#parts;
    return this.#quietly(topicOf(vesselId, 'up', 'presence'), presence, qos.presence, true);
  }

  /** Once in the life of a key; older ends of the link pass it over. */
  showKey(text: string | null | undefined): void {
    if (text === null || text === undefined) return;
    const { vesselId, qos } = this.#parts;
    void this.#quietly(topicOf(vesselId, 'up', 'key'), new TextEncoder().encode(text), qos.changes);
  }

  async #quietly(topic: string, payload: Uint8Array, qos: Qos, retain = false): Promise<void> {
    try {
      await this.publish(topic, payload, qos, retain);
    } catch (cause) {
      this.#parts.environment.log.debug({ err: cause, topic }, 'a message could not be handed to the broker');
    }
  }
}
