import type { Environment, LinkFailure, PublishOptions } from '../ports.ts';
import { MessageSize, smallestMessage } from './message-size.ts';
import { piecesOf } from './pieces.ts';
import { parseTopic, pieceTopic } from './topics.ts';

/** Pieces of one message that wait for the broker's word at a time. */
const piecesAtOnce = 16;
/** Fixed header, lengths, packet id and properties of a PUBLISH, with room to spare; bytes. */
const packetOverhead = 16;

export interface SizedMessagesDependencies {
  environment: Pick<Environment, 'monotonic' | 'log'>;
  /** Largest packet that the broker said it takes on this connection, bytes. */
  packetLimit(): number | undefined;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
  /** The broker has so many bytes more. */
  onSent(bytes: number): void;
}

/**
 * Publishes messages no larger than the broker takes, in pieces where they are larger: as it announced, and as was learnt
 * from what it refused. So there is no message that it refuses for its size, unless it takes none at all.
 */
export class SizedMessages {
  readonly #dependencies: SizedMessagesDependencies;
  readonly #size: MessageSize;

  constructor(dependencies: SizedMessagesDependencies) {
    this.#dependencies = dependencies;
    this.#size = new MessageSize(dependencies.environment);
  }

  /** Bytes of payload that go in one message on a topic; infinity where nothing holds them up. */
  mostOn(topic: string): number {
    const limit = this.#dependencies.packetLimit() ?? Infinity;
    const carried = limit - packetOverhead - topic.length - '/piece'.length;
    return Math.max(smallestMessage, Math.min(carried, this.#size.most));
  }

  /**
   * @returns when the broker has all of it. Rejects as the link does; for its size only when no size is taken.
   */
  async publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    for (;;) {
      const most = this.mostOn(topic);
      const size = Math.min(payload.length, most);
      try {
        const pieces = payload.length > most ? piecesFor(topic, payload, options, most) : null;
        // One that fits, as nearly all do, waits for nothing but the link.
        await (pieces === null
          ? this.#dependencies.publish(topic, payload, options)
          : this.#send(pieces, options));
        this.#size.taken(size);
        this.#dependencies.onSent(payload.length);
        return;
      } catch (cause) {
        const reason = reasonOf(cause);
        if (reason === 'perhaps') this.#size.cut(size);
        if (reason !== 'said') throw cause;
        this.#size.refused(size);
        this.#dependencies.environment.log.warn(
          { topic, bytes: size },
          'the broker takes no message of this size',
        );
        if (size <= smallestMessage) throw cause;
      }
    }
  }

  async #send({ side, own, pieces, last }: Pieces, options: PublishOptions): Promise<void> {
    const { publish } = this.#dependencies;
    for (let index = 0; index < pieces.length; index += piecesAtOnce) {
      const some = pieces.slice(index, index + piecesAtOnce);
      // One that is thrown rather than rejected would leave the pieces before it with nobody who hears how they went.
      await Promise.all(some.map(async (piece) => publish(side, piece, options)));
    }
    await publish(own, last, options);
  }
}

interface Pieces {
  side: string;
  own: string;
  pieces: Uint8Array[];
  last: Uint8Array;
}

/** Null for what goes in one message however large it is. */
function piecesFor(topic: string, payload: Uint8Array, options: PublishOptions, most: number): Pieces | null {
  const parsed = parseTopic(topic);
  if (parsed === null || options.retain === true) return null;
  const pieces = piecesOf(payload, most);
  const last = pieces.pop();
  return last === undefined ? null : { side: pieceTopic(parsed), own: topic, pieces, last };
}

function reasonOf(cause: unknown): LinkFailure['tooLarge'] {
  if (!(cause instanceof Error) || !('tooLarge' in cause)) return undefined;
  return cause.tooLarge === 'said' || cause.tooLarge === 'perhaps' ? cause.tooLarge : undefined;
}
