import type { LinkMessage } from '#shared/ports.ts';
import { openFrame, type Message, type SealedBatch } from '#shared/sync/frame.ts';
import { parseTopic } from '#shared/sync/topics.ts';
import { plainCodec } from './plain-codec.ts';

/** What a message says, for the reader of a trace. */
export function described({ topic, payload, retained }: LinkMessage): string {
  const vessel = parseTopic(topic)?.vessel;
  const isFrame = vessel !== undefined && payload[0] === 0xa7;
  const text = isFrame ? summaryOf(payload, vessel) : Buffer.from(payload).toString('utf8');
  return `${retained ? 'retained ' : ''}${topic} ${text.length > 600 ? `${text.slice(0, 600)}…` : text}`;
}

function summaryOf(payload: Uint8Array, vessel: string): string {
  try {
    return summary(openFrame(payload, vessel, plainCodec));
  } catch (error) {
    return `what is no message: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function summary({ ...message }: Message | SealedBatch): string {
  if (message.kind === 'batch' || message.kind === 'sealed') {
    const { origin, after, attempt, hash, proof } = message;
    const numbers =
      message.kind === 'batch'
        ? message.changes.map(({ number }) => number).join(' ')
        : 'of records by their creation';
    return `${origin}# ${numbers} after ${after}, hash ${hash.slice(0, 8)}, attempt ${attempt}, proof ${JSON.stringify(proof)}`;
  }
  return JSON.stringify(message, (key, value: unknown) => {
    if (key === 'kind' || key === 'vessel' || value === null) return undefined;
    return typeof value === 'string' && /^[0-9a-f]{32,}$/.test(value) ? value.slice(0, 8) : value;
  });
}
