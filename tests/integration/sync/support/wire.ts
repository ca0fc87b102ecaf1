import type { Environment, LinkEvents, OpenLink } from '#shared/ports.ts';
import { encodeFrame, type Message } from '#shared/sync/frame.ts';
import { linkCodec } from '#link/link-codec.ts';
import { FrameReader } from '#support/frame-reader.ts';
import type { TestBroker } from '../../shore/support/test-broker.ts';

/** A connection between one real vessel node and one real gateway, which the test cuts, mends and counts on. */
export class Wire {
  readonly #broker: TestBroker;
  readonly #vessel: string;
  readonly #reader = new FrameReader(linkCodec);
  #events: LinkEvents | null = null;
  #connected = false;
  /** Every message that passed, presence left out. */
  readonly passed: { up: boolean; bytes: number; message: Message }[] = [];
  /** Told of every message before it arrives; false to lose it. */
  onMessage: (message: Message, up: boolean) => boolean = () => true;

  constructor(broker: TestBroker, vessel: string) {
    this.#broker = broker;
    this.#vessel = vessel;
    broker.onPublish = ({ topic, payload }) => {
      if (topic.startsWith(`arus/${vessel}/down/`)) this.#carry(topic, payload, false);
    };
  }

  readonly openLink: OpenLink = (_settings, events) => {
    this.#events = events;
    const isUp = (): boolean => this.#connected;
    return {
      get connected() {
        return isUp();
      },
      publish: (topic, payload) => {
        if (!isUp()) return Promise.reject(new Error('The wire is cut'));
        this.#carry(topic, payload, true);
        return Promise.resolve();
      },
      open: () => this.mend(),
      close: () => {
        this.cut(true);
        return Promise.resolve();
      },
    };
  };

  cut(isGoodbye = false): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#events?.onDown(isGoodbye ? null : { code: 'lost', message: 'The wire was cut' });
  }

  mend(): void {
    if (this.#connected) return;
    this.#connected = true;
    setImmediate(() => {
      if (this.#connected) this.#events?.onUp();
    });
  }

  /** Speaks to the ship as somebody other than shore. */
  forge(topic: string, message: Message): void {
    this.#carry(topic, encodeFrame(message, linkCodec), false);
  }

  /** What passed since this was last asked. */
  take(): { up: boolean; bytes: number; message: Message }[] {
    return this.passed.splice(0);
  }

  #carry(topic: string, payload: Uint8Array, up: boolean): void {
    if (!this.#connected) return;
    if (!topic.endsWith('/presence')) {
      const message = this.#reader.read(payload, this.#vessel);
      this.passed.push({ up, bytes: payload.length, message });
      if (!this.onMessage(message, up)) return;
    }
    setImmediate(() => {
      if (up) this.#broker.send(topic, payload);
      else if (this.#connected) this.#events?.onMessage({ topic, payload, retained: false });
    });
  }
}

/** `environment` in which time passes `factor` times as fast, for waits that people never sit through. */
export function hurried(environment: Environment, factor: number): Environment {
  return {
    ...environment,
    monotonic: () => environment.monotonic() * factor,
    after: (milliseconds, action) => environment.after(milliseconds / factor, action),
  };
}
