import type { Codec, LinkMessage } from '#shared/ports.ts';
import { decodeFrame, decodePresence, type Message } from '#shared/sync/frame.ts';
import { framesOn, type ParsedTopic } from '#shared/sync/topics.ts';

/** @throws WireError for what does not belong on its topic */
export function readFrame({ payload }: LinkMessage, { vessel, kind }: ParsedTopic, codec: Codec): Message {
  return decodeFrame(payload, vessel, codec, framesOn(kind));
}

/** What a gateway's presence says: it came up or went just now; null for what says neither. @throws WireError */
export function gatewayMoved({ topic, payload, retained }: LinkMessage): 'up' | 'down' | null {
  if (!topic.startsWith('arus/shore/presence/')) return null;
  const { online } = decodePresence(payload);
  return retained ? null : online ? 'up' : 'down';
}
