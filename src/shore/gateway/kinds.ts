import { lanes, type Lane } from '#shared/records/record.ts';
import { WireError, type Message, type SealedBatch } from '#shared/sync/frame.ts';
import type { Sender } from './sender-gate.ts';
import { laneOfKind, type ParsedTopic } from '#shared/sync/topics.ts';

/**
 * Lanes of a newer program are none of ours.
 * @param names as a presence has them; an older program says none and takes all
 * @returns null for all
 */
export function knownLanes(names: readonly string[] | undefined): Lane[] | null {
  return names === undefined ? null : lanes.filter((lane) => names.includes(lane));
}

/** @throws {WireError} for a message on the topic of another kind */
export function checkKind(topic: ParsedTopic, frame: Message | SealedBatch): void {
  const lane = laneOfKind(topic.kind);
  const isBatch = frame.kind === 'batch' || frame.kind === 'sealed';
  const fits = isBatch ? frame.lane === lane : frame.kind === topic.kind;
  if (!fits) throw new WireError('malformed', `A ${frame.kind} on the topic for ${topic.kind}`);
}

type OfSender = Extract<Message, { kind: 'batch' | 'base' | 'ask' }> | SealedBatch;

/** What is of the computer that its `origin` names: its own changes, or a question that it asks for itself. */
export function isOfSender(frame: Message | SealedBatch): frame is OfSender {
  return frame.kind === 'batch' || frame.kind === 'sealed' || frame.kind === 'base' || frame.kind === 'ask';
}

export function senderOf(frame: OfSender): Sender {
  const isBatch = frame.kind === 'batch' || frame.kind === 'sealed';
  return { origin: frame.origin, attempt: isBatch ? frame.attempt : null };
}
