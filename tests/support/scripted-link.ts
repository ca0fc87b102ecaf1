import { linkCodec } from '#link/link-codec.ts';
import { LinkError } from '#link/link-failure.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import type { LinkEvents, LinkFailure, LinkSettings, OpenLink, PublishOptions } from '#shared/ports.ts';
import type { Creation } from '#shared/sync/columns/record-references.ts';
import { encodeFrame, type Ack, type Batch, type Message } from '#shared/sync/frame.ts';
import { positionName, type Ask } from '#shared/sync/snapshot/messages.ts';
import { parseTopic, topicOf } from '#shared/sync/topics.ts';
import { FrameReader } from './frame-reader.ts';

export interface Published {
  topic: string;
  payload: Uint8Array;
  options: PublishOptions;
  /** The broker has it. */
  confirm(): Promise<void>;
  /** The connection went before the broker said so. */
  fail(): Promise<void>;
}

/** A link in the test's hands: it goes up and down when told, and shows what was handed to it. */
export class ScriptedLink {
  readonly published: Published[] = [];
  settings: LinkSettings | null = null;
  connected = false;
  /** Larger batches of changes are not taken, though the link stands. Bytes. */
  largestTaken = Infinity;
  /** Batches that were not taken. */
  refused = 0;
  opened = 0;
  readonly #reader: FrameReader;
  #events: LinkEvents | null = null;

  /** @param recordOf knows records that no message creates: those of a snapshot */
  constructor(recordOf: (creation: Creation) => string | null = () => null) {
    this.#reader = new FrameReader(linkCodec, recordOf);
  }

  readonly open: OpenLink = (settings, events) => {
    this.settings = settings;
    this.#events = events;
    const isConnected = (): boolean => this.connected;
    return {
      publish: (topic, payload, options) => this.#publish(topic, payload, options),
      open: () => void (this.opened += 1),
      close: () => {
        this.down(null);
        return Promise.resolve();
      },
      get connected() {
        return isConnected();
      },
    };
  };

  up(): void {
    this.connected = true;
    this.#events?.onUp();
  }

  down(reason: LinkFailure | null = { code: 'lost', message: 'The connection was lost.' }): void {
    if (!this.connected) return;
    this.connected = false;
    this.#events?.onDown(reason);
  }

  /** A frame from shore. */
  receive(vessel: string, message: Message): void {
    this.#reader.learn(message);
    const kind = message.kind === 'batch' ? message.lane : message.kind;
    this.receiveBytes(topicOf(vessel, 'down', kind), encodeFrame(message, linkCodec));
  }

  receiveBytes(topic: string, payload: Uint8Array, retained = false): void {
    this.#events?.onMessage({ topic, payload, retained });
  }

  /** What was handed over since the last call, decoded; presence and asks for a snapshot are left out. */
  take(): Message[] {
    return this.#takeDecoded().filter((message) => message.kind !== 'ask');
  }

  /** Shore's answer to a node that asks for the ship's records: there are none. */
  answerAsk(): void {
    const ask = this.takeAsks().at(-1);
    if (ask === undefined) throw new Error('The node has not asked');
    const { vessel, origin, attempt, after } = ask;
    this.receive(vessel, {
      kind: 'page',
      vessel,
      origin,
      attempt,
      start: { heads: [], time: 0, total: 0, numbers: [] },
      at: positionName({}),
      after,
      next: null,
      runEnd: null,
      version: recordsVersion,
      records: { origins: [], seens: [], groups: [] },
    });
  }

  takeAsks(): Ask[] {
    return this.#takeDecoded().filter((message) => message.kind === 'ask');
  }

  #takeDecoded(): Message[] {
    return this.takePublished().flatMap(({ topic, payload }) => {
      const parsed = parseTopic(topic);
      return parsed === null || parsed.kind === 'presence' ? [] : [this.#reader.read(payload, parsed.vessel)];
    });
  }

  takePublished(): Published[] {
    return this.published.splice(0);
  }

  takeBatches(): Batch[] {
    return this.take().filter((message) => message.kind === 'batch');
  }

  takeAcks(): Ack[] {
    return this.take().filter((message) => message.kind === 'ack');
  }

  #publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void> {
    if (!this.connected) return Promise.reject(new Error('The link is down'));
    if (payload.length > this.largestTaken && /\/(urgent|normal|bulk)$/.test(topic)) {
      this.refused += 1;
      return Promise.reject(
        new LinkError({ code: 'refused', message: 'The message is larger than the broker takes' }),
      );
    }
    return new Promise((resolve, reject) => {
      if (topic.endsWith('/presence')) resolve();
      this.published.push({
        topic,
        payload,
        options,
        confirm: async () => {
          resolve();
          await Promise.resolve();
          await Promise.resolve();
        },
        fail: async () => {
          reject(new Error('The link went down'));
          await Promise.resolve();
          await Promise.resolve();
        },
      });
    });
  }
}
