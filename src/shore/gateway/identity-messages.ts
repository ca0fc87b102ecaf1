import type { Codec, Environment, PublishOptions } from '#shared/ports.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { encodeFrame, plainAck, type Ack } from '#shared/sync/frame.ts';
import { receivedToJson, nothingReceived } from '#shared/sync/received-ranges.ts';
import type { IdentityMessage } from '#shared/sync/identity.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { ShoreStore } from '../store/shore-store.ts';
import type { Sender } from './sender-gate.ts';

export interface IdentityMessagesDependencies {
  store: Pick<ShoreStore, 'identity'>;
  environment: Environment;
  codec: Codec;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
}

/** What was decided longer ago was told then, or is told in answer to the next hello. */
const newForMs = 60_000;

/** Tells computers that bear a vessel's id what the office says of them. */
export class IdentityMessages {
  readonly #dependencies: IdentityMessagesDependencies;

  constructor(dependencies: IdentityMessagesDependencies) {
    this.#dependencies = dependencies;
  }

  /** Lost on the way, it is told again in answer to the next hello. */
  tell(message: IdentityMessage): void {
    this.#send(message);
  }

  /**
   * Programs that know nothing of this take a gap for it: shore holds nothing of this journal, so they look what it does.
   */
  askForHello(vesselId: string, { origin, attempt }: Sender): void {
    this.tell({ kind: 'identity', vessel: vesselId, origin, state: 'unknown', name: '', knownAs: '' });
    this.#send({
      kind: 'ack',
      vessel: vesselId,
      origin,
      held: receivedToJson(nothingReceived),
      hash: chainStart(vesselId, origin),
      problems: [],
      ...plainAck,
      outcome: 'gap',
      attempt,
    });
  }

  /** Something was decided of the vessel's computers, by this gateway or another one: they are told at once. */
  onMoved(vesselId: string): void {
    const { store, environment } = this.#dependencies;
    store.identity(vesselId).then(
      ({ knownAs, claims }) => {
        const since = environment.now() - newForMs;
        for (const { origin, name, state, decidedAt } of claims)
          if (decidedAt !== null && decidedAt >= since)
            this.tell({ kind: 'identity', vessel: vesselId, origin, state, name, knownAs: knownAs ?? '' });
      },
      (error: unknown) =>
        environment.log.warn(
          { err: error, vessel: vesselId },
          "what the office decided of a vessel's computers could not be read",
        ),
    );
  }

  #send(message: IdentityMessage | Ack): void {
    const { publish, codec, environment } = this.#dependencies;
    publish(topicOf(message.vessel, 'down', message.kind), encodeFrame(message, codec), { qos: 1 }).catch(
      (error: unknown) =>
        environment.log.debug(
          { err: error, vessel: message.vessel },
          'a word on a computer could not be handed to the broker',
        ),
    );
  }
}
