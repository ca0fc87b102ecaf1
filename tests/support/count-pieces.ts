import { connectAsync } from 'mqtt';
import { systemEnvironment } from '#link/system-environment.ts';
import { missingWithin, withSpan } from '#shared/sync/content/byte-ranges.ts';
import { decodeContent } from '#shared/sync/content/messages.ts';
import { nothingReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { pieceTopic, topicOf } from '#shared/sync/topics.ts';
import { topicOfMessage, WholeMessages } from '#shared/sync/whole-messages.ts';
import { silentLog } from './silent-log.ts';

export interface CountedPieces {
  /** `twice`: pieces of which at least a byte had been there before, and how many bytes those were. */
  readonly counted: { pieces: number; bytes: number; twice: number; bytesTwice: number };
  end(): Promise<void>;
}

/** Hears every piece as the broker hands it to shore: a stranger to the programs that send and store them. */
export async function countPieces(url: string, vesselId: string): Promise<CountedPieces> {
  const counted = { pieces: 0, bytes: 0, twice: 0, bytesTwice: 0 };
  const heard = new Map<string, ReceivedRanges>();
  const client = await connectAsync(url);
  // What a broker cuts off again and again goes in smaller messages, the last of them on the topic of the whole.
  const whole = new WholeMessages(systemEnvironment(silentLog));
  client.on('message', (topic, payload) => {
    const sent = { topic, payload, retained: false };
    const parsed = topicOfMessage(sent);
    const content = parsed === null ? null : whole.take(parsed, sent);
    if (content === null) return;
    const message = decodeContent(content.payload);
    if (message.kind !== 'piece') return;
    const { sha256, offset, bytes } = message;
    const received = heard.get(sha256) ?? nothingReceived;
    const span = { offset, length: bytes.length };
    const fresh = missingWithin(received, span).reduce((sum, { length }) => sum + length, 0);
    heard.set(sha256, withSpan(received, span));
    counted.pieces += 1;
    counted.bytes += bytes.length;
    counted.bytesTwice += bytes.length - fresh;
    if (fresh < bytes.length) counted.twice += 1;
  });
  const topic = topicOf(vesselId, 'up', 'content');
  const ofPieces = pieceTopic({ vessel: vesselId, direction: 'up', kind: 'content' });
  await client.subscribeAsync([topic, ofPieces], { qos: 1 });
  return {
    counted,
    async end() {
      whole.close();
      await client.endAsync(true);
    },
  };
}
