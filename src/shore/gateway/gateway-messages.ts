import type { Codec, Environment, Link, PublishOptions, Qos } from '#shared/ports.ts';
import type { Question } from '../compare/answer-question.ts';
import { encodeFrame, encodePresence, type Ack } from '#shared/sync/frame.ts';
import { SizedMessages } from '#shared/sync/sized-messages.ts';
import { gatewayPresence, topicOf } from '#shared/sync/topics.ts';
import type { Counters } from './counters.ts';

export interface GatewayMessagesDependencies {
  environment: Environment;
  codec: Codec;
  counters: Counters;
  gateway: string;
  version: string;
  qos: { changes: Qos; presence: Qos };
  link(): Link;
}

/** What a gateway says on the link, in messages as large as the broker takes. */
export class GatewayMessages {
  readonly #dependencies: GatewayMessagesDependencies;
  readonly #sized: SizedMessages;
  readonly #startedAt: string;

  constructor(dependencies: GatewayMessagesDependencies) {
    this.#dependencies = dependencies;
    const { environment } = dependencies;
    this.#startedAt = new Date(environment.now()).toISOString();
    this.#sized = new SizedMessages({
      environment,
      packetLimit: () => dependencies.link().packetLimit,
      publish: (topic, payload, options) => dependencies.link().publish(topic, payload, options),
      onSent: (bytes) => {
        dependencies.counters.sent += 1;
        dependencies.counters.bytesSent += bytes;
      },
    });
  }

  /** In pieces where it is larger than the broker takes. */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    return this.#sized.publish(topic, payload, options);
  }

  /** Sent only after the commit. Lost, it is no harm: the vessel sends the batch, or asks, again. */
  answer(message: Ack | Question): void {
    const { codec, environment, qos } = this.#dependencies;
    const { vessel, kind } = message;
    this.publish(topicOf(vessel, 'down', kind), encodeFrame(message, codec), { qos: qos.changes }).catch(
      (error: unknown) =>
        environment.log.debug({ err: error, vessel }, 'an answer could not be handed to the broker'),
    );
  }

  async sayPresence(online: boolean): Promise<void> {
    const { gateway, environment, qos } = this.#dependencies;
    try {
      const options = { qos: qos.presence, retain: true };
      await this.publish(gatewayPresence(gateway), this.presence(online), options);
    } catch (error) {
      environment.log.debug({ err: error }, 'the gateway could not tell the broker that it is there');
    }
  }

  presence(online: boolean): Uint8Array {
    const { gateway, version } = this.#dependencies;
    return encodePresence({ online, name: gateway, version, since: this.#startedAt });
  }
}
