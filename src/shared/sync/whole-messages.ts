import type { Environment, LinkMessage } from '../ports.ts';
import { contentFrameLimit } from './content/messages.ts';
import { keyTextLimit, messageLimits } from './message-limits.ts';
import { PieceCollector } from './pieces.ts';
import {
  framesOn,
  parsePieceTopic,
  parseTopic,
  topicOf,
  type ParsedTopic,
  type TopicKind,
} from './topics.ts';

/** The topic of a message, or of the one that a piece belongs to; null for one that is not ours. */
export function topicOfMessage({ topic }: LinkMessage): ParsedTopic | null {
  return parseTopic(topic) ?? parsePieceTopic(topic);
}

/** Makes whole messages of what comes from the broker, whether in one or in pieces. */
export class WholeMessages {
  readonly #pieces: PieceCollector;

  constructor(environment: Pick<Environment, 'monotonic' | 'after'>) {
    this.#pieces = new PieceCollector(environment);
  }

  /**
   * @param of what `topicOfMessage` says
   * @returns null for a piece of a message of which more is to come
   * @throws WireError for what is no piece
   */
  take({ vessel, direction, kind }: ParsedTopic, message: LinkMessage): LinkMessage | null {
    const topic = topicOf(vessel, direction, kind);
    const payload = this.#pieces.take(
      { sender: vessel, kind, isOwn: message.topic === topic, most: longestOf(kind) },
      message.payload,
    );
    return payload === null ? null : { ...message, payload, topic };
  }

  /** Forgets what is incomplete. */
  close(): void {
    this.#pieces.close();
  }
}

/** Bytes of the longest message that comes in pieces on a topic. */
function longestOf(kind: TopicKind): number {
  if (kind === 'content') return contentFrameLimit;
  if (kind === 'key') return keyTextLimit;
  // Presence is retained, and what is retained is one message.
  return Math.max(0, ...framesOn(kind).map((frame) => messageLimits[frame].packed));
}
