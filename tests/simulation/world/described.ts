import type { LinkMessage } from '#shared/ports.ts';
import { decodeFrame, type Message } from '#shared/sync/frame.ts';
import { parseTopic } from '#shared/sync/topics.ts';
import { plainCodec } from './plain-codec.ts';

/** What a message says, for the reader of a trace. */
export function described({ topic, payload, retained }: LinkMessage): string {
  const vessel = parseTopic(topic)?.vessel;
  const isFrame = vessel !== undefined && payload[0] === 0xa7;
  const text = isFrame
    ? summary(decodeFrame(payload, vessel, plainCodec))
    : Buffer.from(payload).toString('utf8');
  return `${retained ? 'retained ' : ''}${topic} ${text.length > 600 ? `${text.slice(0, 600)}…` : text}`;
}

function summary({ ...message }: Message): string {
  if (message.kind === 'batch') {
    const { origin, after, attempt, hash, proof, changes } = message;
    const numbers = changes.map(({ number }) => number).join(' ');
    return `${origin}# ${numbers} after ${after}, hash ${hash.slice(0, 8)}, attempt ${attempt}, proof ${JSON.stringify(proof)}`;
  }
  return JSON.stringify(message, (key, value: unknown) => {
    if (key === 'kind' || key === 'vessel' || value === null) return undefined;
    return typeof value === 'string' && /^[0-9a-f]{32,}$/.test(value) ? value.slice(0, 8) : value;
  });
}
