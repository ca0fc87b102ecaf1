import type { Environment, LinkFailure, PublishOptions } from '../ports.ts';
import { MessageSize, smallestMessage } from './message-size.ts';
import { piecesOf } from './pieces.ts';
import { parseTopic, pieceTopic } from './topics.ts';

/** Pieces of one message that wait for the broker's word at a time. */
const piecesAtOnce = 16;
/** Fixed header, lengths, packet id and properties of a PUBLISH, with room to spare; bytes. */
const packetOverhead = 16;

export interface SizedMessagesParts {
  environment: Pick<Environment, 'monotonic' | 'log'>;
  /** Largest packet that the broker said it takes on this connection, bytes. */
  packetLimit(): number | undefined;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
}

/** What is known of the other end's connection to its broker, which may be another. */
export interface Receiver {
  /** Largest packet that its broker said it takes; bytes. */
  packetLimit: number | undefined;
  /** Bytes of payload that it gets, as far as was learnt. */
  most: number;
}
const anyReceiver: Receiver = { packetLimit: undefined, most: Infinity };

/**
 * Publishes messages no larger than the broker takes, in pieces where they are larger: as it announced, and as was learnt
 * from what it refused. A refusal for its size is therefore none of the message, whatever its size.
 */
export class SizedMessages {
  readonly #parts: SizedMessagesParts;
  readonly #size: MessageSize;

  constructor(parts: SizedMessagesParts) {
    this.#parts = parts;
    this.#size = new MessageSize(parts.environment);
  }

  /** Bytes of payload that go in one message on a topic; infinity where nothing holds them up. */
  mostOn(topic: string, receiver: Receiver = anyReceiver): number {
    const limit = Math.min(this.#parts.packetLimit() ?? Infinity, receiver.packetLimit ?? Infinity);
    const carried = limit - packetOverhead - topic.length - '/piece'.length;
    return Math.max(smallestMessage, Math.min(carried, this.#size.most, receiver.most));
  }

  /** A message of so many bytes reached the broker, and not the other end, from which others came meanwhile. */
  lost(bytes: number): void {
    this.#size.lost(Math.min(bytes, this.#size.most));
  }

  /** A message of so many bytes reached the other end. */
  arrived(bytes: number): void {
    this.#size.taken(bytes);
  }

  /**
   * @returns when the broker has all of it. Rejects as the link does; for its size only when no size is taken.
   */
  async publish(
    topic: string,
    payload: Uint8Array,
    options: PublishOptions,
    receiver: Receiver = anyReceiver,
  ): Promise<void> {
    for (;;) {
      const most = this.mostOn(topic, receiver);
      try {
        await this.#send(topic, payload, options, most);
        return;
      } catch (cause) {
        const size = Math.min(payload.length, most);
        const reason = reasonOf(cause);
        if (reason === 'perhaps') this.#size.lost(size);
        if (reason !== 'said') throw cause;
        this.#size.refused(size);
        this.#parts.environment.log.info({ bytes: size }, 'the broker takes no message of this size');
        if (size <= smallestMessage) throw cause;
      }
    }
  }

  async #send(topic: string, payload: Uint8Array, options: PublishOptions, most: number): Promise<void> {
    const { publish } = this.#parts;
    const parsed = parseTopic(topic);
    if (payload.length <= most || parsed === null || options.retain === true) {
      await publish(topic, payload, options);
      return;
    }
    const pieces = piecesOf(payload, most);
    const last = pieces.pop();
    const side = pieceTopic(parsed);
    while (pieces.length > 0)
      await Promise.all(pieces.splice(0, piecesAtOnce).map((piece) => publish(side, piece, options)));
    if (last !== undefined) await publish(topic, last, options);
  }
}

function reasonOf(cause: unknown): LinkFailure['tooLarge'] {
  if (!(cause instanceof Error) || !('tooLarge' in cause)) return undefined;
  return cause.tooLarge === 'said' || cause.tooLarge === 'perhaps' ? cause.tooLarge : undefined;
}
