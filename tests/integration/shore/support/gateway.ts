import {
  decodeFrame,
  encodeFrame,
  encodePresence,
  type Ack,
  type Batch,
  type Message,
} from '#shared/sync/frame.ts';
import { topicOf, type TopicKind } from '#shared/sync/topics.ts';
import { openShore, type Shore, type ShoreOptions } from '#shore/open-shore.ts';
import type { Database } from '#shore/store/database.ts';
import { linkCodec } from '#link/link-codec.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { until } from '#support/until.ts';
import { testEnvironment, type TestEnvironment } from './environment.ts';
import type { Ship } from './ship.ts';
import { TestBroker } from './test-broker.ts';

export const usualOptions: ShoreOptions = {
  gateway: 'test',
  version: '0.0.0',
  group: null,
  qos: { changes: 1, presence: 1 },
  admit: () => true,
};

/** A whole gateway on a database, with a broker that the test plays. */
export interface TestGateway {
  shore: Shore;
  broker: TestBroker;
  environment: TestEnvironment;
  send(vessel: string, kind: TopicKind, message: Message | Uint8Array, index?: number): void;
  /** What the gateway has published to the vessel. */
  sentTo(vessel: string): Message[];
  acks(vessel: string): Ack[];
  batchesTo(vessel: string): Batch[];
  hello(ship: Ship, held?: Record<string, number>, name?: string): void;
  /** Waits for the answer to a batch. */
  exchange(batch: Batch): Promise<Ack>;
}

export async function startGateway(
  database: Database,
  {
    options = {},
    broker = new TestBroker(),
    environment = testEnvironment(),
  }: {
    options?: Partial<ShoreOptions>;
    broker?: TestBroker;
    environment?: TestEnvironment;
  } = {},
): Promise<TestGateway> {
  const shore = openShore(
    { database, openLink: broker.openLink, codec: linkCodec, crypto: packageCrypto, environment },
    { ...usualOptions, ...options },
  );
  await shore.ready;
  const sentTo = (vessel: string): Message[] =>
    broker.published
      .filter(({ topic }) => topic.startsWith(`arus/${vessel}/down/`))
      .map(({ payload }) => decodeFrame(payload, vessel, linkCodec));
  const gateway: TestGateway = {
    shore,
    broker,
    environment,
    send: (vessel, kind, message, index = 0) =>
      broker.send(
        topicOf(vessel, 'up', kind),
        message instanceof Uint8Array ? message : encodeFrame(fitting(message), linkCodec),
        { index },
      ),
    sentTo,
    acks: (vessel) => sentTo(vessel).flatMap((message) => (message.kind === 'ack' ? [message] : [])),
    batchesTo: (vessel) => sentTo(vessel).flatMap((message) => (message.kind === 'batch' ? [message] : [])),
    hello(ship, held = {}, name = `MV ${ship.vessel}`) {
      gateway.send(ship.vessel, 'hello', {
        kind: 'hello',
        vessel: ship.vessel,
        name,
        origin: ship.origin,
        last: ship.journal.length,
        hash: ship.hashes.at(-1) ?? '0'.repeat(64),
        held,
        digest: null,
        acknowledged: 0,
        marks: {},
        recordsVersion: 1,
        at: Date.now(),
      });
    },
    async exchange(batch) {
      const before = gateway.acks(batch.vessel).length;
      gateway.send(batch.vessel, batch.lane, batch);
      return until('an acknowledgement', () => gateway.acks(batch.vessel)[before]);
    },
  };
  return gateway;
}

/** A batch with no more proof than a message has room for. */
function fitting(message: Message): Message {
  return message.kind === 'batch' ? { ...message, proof: message.proof.slice(-16) } : message;
}

export function presence(online: boolean, name = 'MV Nordlys', takes?: string[]): Uint8Array {
  return encodePresence({
    online,
    name,
    version: '1.2.3',
    since: '2026-03-01T10:00:00.000Z',
    ...(takes === undefined ? {} : { takes }),
  });
}
