import type { Codec, Environment, Link, PublishOptions, Qos } from '#shared/ports.ts';
import type { Question } from '../compare/answer-question.ts';
import { encodeFrame, encodePresence, largestIn, type Ack } from '#shared/sync/frame.ts';
import { SizedMessages } from '#shared/sync/sized-messages.ts';
import { gatewayPresence, parseTopic, topicOf } from '#shared/sync/topics.ts';
import type { Figures } from './figures.ts';
import { VesselSizes } from './vessel-sizes.ts';

export interface GatewayMessagesParts {
  environment: Environment;
  codec: Codec;
  figures: Figures;
  gateway: string;
  version: string;
  qos: { changes: Qos; presence: Qos };
  link(): Link;
}

/** What a gateway says on the link, in messages as large as the brokers take. */
export class GatewayMessages {
  readonly sizes: VesselSizes;
  readonly #parts: GatewayMessagesParts;
  readonly #sized: SizedMessages;
  readonly #startedAt: string;

  constructor(parts: GatewayMessagesParts) {
    this.#parts = parts;
    const { environment } = parts;
    this.#startedAt = new Date(environment.now()).toISOString();
    this.sizes = new VesselSizes(environment);
    this.#sized = new SizedMessages({
      environment,
      packetLimit: () => parts.link().packetLimit,
      publish: (topic, payload, options) => this.#publish(topic, payload, options),
    });
  }

  /** In pieces where it is larger than a broker takes. */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    const vesselId = parseTopic(topic)?.vessel ?? '';
    const [packetLimit, most] = [this.sizes.packetLimitOf(vesselId), this.sizes.mostOf(vesselId)];
    return this.#sized.publish(topic, payload, options, { packetLimit, most });
  }

  /** Sent only after the commit. Lost, it is no harm: the vessel sends the batch, or asks, again. */
  answer(message: Ack | Question): void {
    const { codec, environment, qos } = this.#parts;
    const { vessel, kind } = message;
    this.publish(topicOf(vessel, 'down', kind), encodeFrame(message, codec), { qos: qos.changes }).catch(
      (error: unknown) =>
        environment.log.debug({ err: error, vessel }, 'an answer could not be handed to the broker'),
    );
  }

  async sayPresence(online: boolean): Promise<void> {
    const { gateway, environment, qos } = this.#parts;
    try {
      const options = { qos: qos.presence, retain: true };
      await this.publish(gatewayPresence(gateway), this.presence(online), options);
    } catch (error) {
      environment.log.debug({ err: error }, 'the gateway could not tell the broker that it is there');
    }
  }

  presence(online: boolean): Uint8Array {
    const { gateway, version, link } = this.#parts;
    const largest = online ? largestIn(link().packetLimit) : {};
    return encodePresence({ online, name: gateway, version, since: this.#startedAt, ...largest });
  }

  async #publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    await this.#parts.link().publish(topic, payload, options);
    this.#parts.figures.sent += 1;
    this.#parts.figures.bytesSent += payload.length;
  }
}
