import { z } from 'zod';
import { lanes, type Lane } from '../records/record.ts';
import { frameKinds, type FrameKind } from './message-limits.ts';

/**
 * MQTT topics. The vessel's id and the direction stand in the topic, so that a broker's access list can hold a
 * vessel to `arus/<vessel>/up/#` (write) and `arus/<vessel>/down/#` (read).
 */
export const vesselId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{1,39}$/, 'Letters, digits, - and _, 2 to 40 of them')
  .refine((id) => id !== 'shore', "'shore' is the office's own name");

const kinds = [
  ...lanes,
  'ack',
  'hello',
  'compare',
  'telemetry',
  'presence',
  'ask',
  'page',
  'base',
  'content',
  'key',
  'identity',
] as const;
export type TopicKind = (typeof kinds)[number];
export type Direction = 'up' | 'down';

export function topicOf(vessel: string, direction: Direction, kind: TopicKind): string {
  return `arus/${vessel}/${direction}/${kind}`;
}

/** Pieces of a message that is larger than a broker takes (`pieces.ts`); the last of them goes on the message's own topic. */
export function pieceTopic({ vessel, direction, kind }: ParsedTopic): string {
  return `arus/${vessel}/${direction}/piece/${kind}`;
}

/** Every vessel's pieces: all gateways of a group have to have them, as any may get the last. */
export const pieceInbox = 'arus/+/up/piece/#';

/** Null for a topic that is not one for pieces. */
export function parsePieceTopic(topic: string): ParsedTopic | null {
  const [root, vessel, direction, word, kind, ...rest] = topic.split('/');
  if (word !== 'piece' || rest.length > 0) return null;
  return parseTopic([root, vessel, direction, kind].join('/'));
}

/** Everything that shore sends to one vessel. */
export function vesselInbox(vessel: string): string {
  return `arus/${vessel}/down/#`;
}

/** Everything that any vessel sends. */
export const shoreInbox = 'arus/+/up/#';

/** Retained presence of one gateway; vessels send again at once when one comes up. */
export function gatewayPresence(gateway: string): string {
  return `arus/shore/presence/${gateway}`;
}
export const gatewayPresences = 'arus/shore/presence/+';

export interface ParsedTopic {
  vessel: string;
  direction: Direction;
  kind: TopicKind;
}

/** Null for a topic that is not ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  const [root, vessel, direction, kind, ...rest] = topic.split('/');
  if (root !== 'arus' || rest.length > 0 || (direction !== 'up' && direction !== 'down')) return null;
  const known = kinds.find((name) => name === kind);
  if (known === undefined || !vesselId.safeParse(vessel).success || vessel === undefined) return null;
  return { vessel, direction, kind: known };
}

/** What comes in a frame on a topic; empty for topics with something else on them. */
export function framesOn(kind: TopicKind): readonly FrameKind[] {
  if (laneOfKind(kind) !== null) return ['batch'];
  return frameKinds.filter((each) => each === kind);
}

export function laneOfKind(kind: TopicKind): Lane | null {
  return lanes.find((lane) => lane === kind) ?? null;
}
