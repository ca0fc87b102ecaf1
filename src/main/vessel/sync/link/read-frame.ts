import type { Codec, LinkMessage } from '#shared/ports.ts';
import { decodeFrame, type Message } from '#shared/sync/frame.ts';
import { framesOn, type ParsedTopic } from '#shared/sync/topics.ts';

/** @throws WireError for what does not belong on its topic */
export function readFrame({ payload }: LinkMessage, { vessel, kind }: ParsedTopic, codec: Codec): Message {
  return decodeFrame(payload, vessel, codec, framesOn(kind));
}
