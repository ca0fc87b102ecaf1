import type { Environment } from '#shared/ports.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import type { Ack, Hello } from '#shared/sync/frame.ts';
import type { ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { beforeFirstHello, helloOf } from './hello.ts';

export interface HandshakeOptions {
  environment: Environment;
  vesselName: string;
  /** What the records come to, where both ends are to compare; null where they are not. */
  digest: () => Hello['digest'];
  wantsSnapshot: () => boolean;
  send: (hello: Hello) => void;
}

/**
 * The handshake with shore: the ship's hellos, each with a number of its own, and shore's answer to the last one.
 * A hello may be lost, and shore would go by an older one. So it is said again until it is answered.
 */
export class Handshake {
  readonly #store: VesselStore;
  readonly #options: HandshakeOptions;
  readonly #timer: AcknowledgementTimer;
  /** Number of the last hello. */
  #number: number;
  /** What shore had acknowledged when it went out. */
  #askedWith: ReceivedRanges | null = null;
  #isAnswered = false;

  constructor(store: VesselStore, options: HandshakeOptions) {
    this.#store = store;
    this.#options = options;
    this.#number = beforeFirstHello(options.environment);
    this.#timer = new AcknowledgementTimer(options.environment, () => {
      this.#timer.backOff();
      this.say();
    });
  }

  say(): void {
    const { vesselName, digest, wantsSnapshot, send } = this.#options;
    this.#number += 1;
    this.#isAnswered = false;
    this.#askedWith = this.#store.heads.acknowledged(this.#store.own.origin);
    this.#timer.watch();
    send(
      helloOf(this.#store, {
        vesselName,
        acknowledged: this.#askedWith,
        attempt: this.#number,
        digest: digest(),
        wantsSnapshot: wantsSnapshot(),
      }),
    );
  }

  /** Shore has answered the last hello, on this connection. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Whether shore answers the last hello with this, and not an earlier one. */
  isAnswer({ outcome, attempt }: Ack): boolean {
    return outcome === 'status' && attempt === this.#number;
  }

  /** What shore had acknowledged when the hello went out that `ack` answers; null where it answers another one, or none. */
  askedWith(ack: Ack): ReceivedRanges | null {
    return this.isAnswer(ack) ? this.#askedWith : null;
  }

  onAnswer(): void {
    this.#timer.progressed([]);
    this.#isAnswered = true;
  }

  /** The connection is gone, and with it what was said on it. */
  onDown(): void {
    this.#isAnswered = false;
  }

  /** Waits for an answer that may take days: the hello is said again, ever more seldom. */
  wait(): void {
    this.#timer.watch();
  }

  /** Waits for no answer any more. */
  rest(): void {
    this.#timer.reset();
  }
}
