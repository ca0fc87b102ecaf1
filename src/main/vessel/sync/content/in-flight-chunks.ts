import type { Environment } from '#shared/ports.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import type { Span } from '#shared/sync/content/byte-ranges.ts';
import type { ContentMessage } from '#shared/sync/content/messages.ts';
import { Pace, type Departure, type PaceLimits } from '#shared/sync/pace.ts';

export interface InFlightChunksDependencies {
  environment: Environment;
  /** Hands a message to the link; rejects when it is down. */
  publish(message: ContentMessage): Promise<void>;
  /** Not even the broker has answered for several round trips. */
  onDead(): void;
}

/** A chunk of a content in flight: its bytes were sent or asked for, and nobody has acknowledged them. */
export interface InFlightChunk extends Span {
  sha256: string;
  /** Monotonic ms. */
  at: number;
  departure: Departure;
  /** The last offer that went out before it. */
  after: number;
}

/** The chunks in flight on one connection, in either direction: how many bytes may be, and for how long. */
export class InFlightChunks {
  readonly #dependencies: InFlightChunksDependencies;
  readonly #limits: PaceLimits;
  readonly #timer: AcknowledgementTimer;
  #pace: Pace;
  #chunks: readonly InFlightChunk[] = [];
  #isUp = false;
  /** Messages that the broker has not confirmed on this connection. */
  #unconfirmed = 0;
  #connection = 0;

  /** @param onSilence nothing came back in time, though the broker answers; what was on its way is asked about anew */
  constructor(limits: PaceLimits, dependencies: InFlightChunksDependencies, onSilence: () => void) {
    this.#dependencies = dependencies;
    this.#limits = limits;
    this.#pace = new Pace(limits);
    this.#timer = new AcknowledgementTimer(dependencies.environment, () => {
      if (!this.#isUp) return;
      this.#timer.backOff();
      if (this.#unconfirmed === 0) {
        onSilence();
        return;
      }
      dependencies.environment.log.info({}, 'the broker does not answer; connecting anew');
      dependencies.onDead();
    });
  }

  onUp(): void {
    this.#isUp = true;
    this.#pace = new Pace(this.#limits);
    this.#timer.reset();
  }

  onDown(): void {
    this.#isUp = false;
    this.#connection += 1;
    this.#unconfirmed = 0;
    this.#chunks = [];
    this.#timer.stop();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Whether more may go out before anything has come back. */
  get hasRoom(): boolean {
    return this.isEmpty || this.#bytes < this.#pace.mostInFlight;
  }

  /** Of a stretch of bytes, how many should go at once. */
  portionOf(stretch: Span): Span {
    return { offset: stretch.offset, length: Math.min(stretch.length, Math.round(this.#pace.batchBytes)) };
  }

  of(sha256: string): readonly InFlightChunk[] {
    return this.#chunks.filter((chunk) => chunk.sha256 === sha256);
  }

  /** Hands over a message that puts these bytes on their way. */
  send(message: ContentMessage, sha256: string, span: Span, after = 0): void {
    const at = this.#dependencies.environment.monotonic();
    const departure = this.#pace.departs(at, span.length, this.#bytes);
    this.#chunks = [...this.#chunks, { sha256, ...span, at, departure, after }];
    this.publish(message);
  }

  /** Hands over a message that is answered, or has to be. */
  publish(message: ContentMessage): void {
    const connection = this.#connection;
    this.#unconfirmed += 1;
    const confirmed = (): void => {
      if (connection === this.#connection) this.#unconfirmed -= 1;
    };
    this.#dependencies.publish(message).then(confirmed, (cause: unknown) => {
      this.#dependencies.environment.log.info(
        { err: cause, kind: message.kind },
        'a message about a content could not be handed over',
      );
      confirmed();
    });
    this.#timer.watch();
  }

  /** The other end has answered. What of a content has `arrived` goes, and what is known to be `lost` as well. */
  settle(
    sha256: string,
    arrived: (span: Span) => boolean,
    lost: (chunk: InFlightChunk) => boolean = () => false,
  ): void {
    const now = this.#dependencies.environment.monotonic();
    const done = this.of(sha256).filter(arrived);
    this.#chunks = this.#chunks.filter(
      (chunk) => chunk.sha256 !== sha256 || !(done.includes(chunk) || lost(chunk)),
    );
    for (const { departure } of done) this.#pace.arrived(now, departure);
    this.#timer.progressed(done.map(({ at }) => now - at));
  }

  /** Nothing is awaited any more of what is on its way. */
  forget(): void {
    this.#chunks = [];
  }

  /** Looks after answers as long as any is due. @param isAwaited also when nothing is on its way */
  watch(isAwaited = false): void {
    if (this.#isUp && (isAwaited || !this.isEmpty)) this.#timer.watch();
    else this.#timer.stop();
  }

  get #bytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }
}
