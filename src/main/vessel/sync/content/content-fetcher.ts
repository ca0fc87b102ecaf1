import type { Cancel, Environment } from '#shared/ports.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import {
  isWhole,
  missingSpans,
  missingWithin,
  withSpan,
  type Span,
} from '#shared/sync/content/byte-ranges.ts';
import type { ContentMessage, Piece } from '#shared/sync/content/messages.ts';
import { Pace, type Departure, type PaceLimits } from '#shared/sync/pace.ts';
import type { Contents } from '../../attachments/contents.ts';
import type { ContentTask } from '../../store/content-table.ts';

/** What one question brings. */
const wants: PaceLimits = { smallest: 4 * 1024, largest: 64 * 1024, ms: 1_000 };
/** Of what shore said it lacks it is asked again after this, or on the next connection. */
const askAgainMs = 600_000;
/** How often the same content may arrive damaged before it waits as long. */
const mostDamaged = 3;

export interface ContentFetcherParts {
  environment: Environment;
  contents: Contents;
  publish(message: ContentMessage): Promise<void>;
  /** Bytes up to which contents come unasked. */
  fetchUpTo(): number;
  /** Whether anything may be asked for now. */
  mayAsk(): boolean;
  /** More of a content is held here, or shore lacks it. */
  onMoved(sha256: string): void;
  onTrouble(sha256: string, reason: string): void;
  onDead(): void;
}

interface Asked extends Span {
  sha256: string;
  at: number;
  departure: Departure;
}

/**
 * Takes contents from shore that this node lacks: asks for some bytes of one, stores each piece, asks on. What is held
 * is on the disk, so a cut or a crash costs what was on its way.
 */
export class ContentFetcher {
  readonly #parts: ContentFetcherParts;
  readonly #timer: AcknowledgementTimer;
  #pace = new Pace(wants);
  #up = false;
  #asked: Asked[] = [];
  /** What is wanted, in order; null when it has to be looked up. */
  #due: readonly ContentTask[] | null = null;
  /** What shore lacks, and until when it is not asked (monotonic ms). */
  #lacking = new Map<string, number>();
  #damaged = new Map<string, number>();
  #unconfirmed = 0;
  #connection = 0;
  #next: Cancel | null = null;
  #again: Cancel | null = null;

  constructor(parts: ContentFetcherParts) {
    this.#parts = parts;
    this.#timer = new AcknowledgementTimer(parts.environment, () => this.#onSilence());
  }

  onUp(): void {
    this.#up = true;
    this.#pace = new Pace(wants);
    this.#lacking.clear();
    this.#damaged.clear();
    this.#timer.reset();
    this.poke();
  }

  onDown(): void {
    this.#up = false;
    this.#connection += 1;
    this.#unconfirmed = 0;
    this.#asked = [];
    this.#next?.();
    this.#next = null;
    this.#again?.();
    this.#again = null;
    this.#timer.stop();
  }

  /** Another gateway, or one that was away: what is on its way may be lost, what was lacking may be there. */
  restart(): void {
    this.#asked = [];
    this.#lacking.clear();
    this.poke();
  }

  /** Something may be wanted that was not. */
  poke(): void {
    this.#due = null;
    this.#pumpSoon();
  }

  #pumpSoon(): void {
    if (!this.#up) return;
    this.#next ??= this.#parts.environment.after(0, () => {
      this.#next = null;
      this.#pump();
    });
  }

  isLacking(sha256: string): boolean {
    return this.#lacking.has(sha256);
  }

  /** Something is on its way, or can be asked for. */
  get isBusy(): boolean {
    return this.#asked.length > 0 || this.#wanted().some(({ sha256 }) => !this.#lacking.has(sha256));
  }

  onLacking(sha256: string): void {
    if (!this.#asked.some((asked) => asked.sha256 === sha256)) return;
    this.#putOff(sha256);
    this.#timer.progressed([]);
    this.#parts.onMoved(sha256);
    this.poke();
  }

  /** Stores a piece of a content that is wanted; others are meant for another computer of this ship. */
  onPiece({ sha256, size, offset, bytes }: Piece): void {
    const { contents, environment, onMoved } = this.#parts;
    const known = contents.get(sha256);
    const isWanted = this.#wanted().some((task) => task.sha256 === sha256 && task.size === size);
    if (known === null || known.complete || !isWanted) return;
    const content = contents.write(known, offset, bytes);
    const now = environment.monotonic();
    const done = this.#asked.filter(
      (asked) => asked.sha256 === sha256 && missingWithin(content.held, asked).length === 0,
    );
    this.#asked = this.#asked.filter((asked) => !done.includes(asked));
    for (const { departure } of done) this.#pace.arrived(now, departure);
    this.#timer.progressed(done.map(({ at }) => now - at));
    if (isWhole(content.held, size)) this.#finish(sha256);
    onMoved(sha256);
    this.#pumpSoon();
    this.#watch();
  }

  #finish(sha256: string): void {
    this.#due = null;
    const { contents, onTrouble } = this.#parts;
    if (contents.finish(sha256).outcome === 'damaged') {
      const times = (this.#damaged.get(sha256) ?? 0) + 1;
      this.#damaged.set(sha256, times);
      if (times >= mostDamaged) this.#putOff(sha256);
      onTrouble(
        sha256,
        'An attachment from shore arrived damaged and was dropped; it is asked for again from the beginning.',
      );
      return;
    }
    const kept = contents.get(sha256);
    // It came from there.
    if (kept !== null) contents.table.put({ ...kept, isAshore: true });
  }

  #wanted(): readonly ContentTask[] {
    this.#due ??= this.#parts.contents.table.toFetch(this.#parts.fetchUpTo());
    return this.#due;
  }

  #pump(): void {
    if (!this.#parts.mayAsk()) return this.#watch();
    const now = this.#parts.environment.monotonic();
    for (const [sha256, until] of this.#lacking) if (until <= now) this.#lacking.delete(sha256);
    for (const task of this.#wanted()) {
      if (this.#lacking.has(task.sha256)) continue;
      while (this.#hasRoom && this.#ask(task));
      if (!this.#hasRoom) break;
    }
    if (this.#lacking.size > 0) {
      this.#again?.();
      this.#again = this.#parts.environment.after(askAgainMs, () => this.poke());
    }
    this.#watch();
  }

  get #hasRoom(): boolean {
    return this.#asked.length === 0 || this.#bytesAsked < this.#pace.mostOnTheWay;
  }

  get #bytesAsked(): number {
    return this.#asked.reduce((sum, { length }) => sum + length, 0);
  }

  /** @returns whether there was something to ask for */
  #ask({ sha256, size }: ContentTask): boolean {
    const { contents, environment } = this.#parts;
    const content = contents.begin(sha256, size);
    if (content.complete) return false;
    const asked = this.#asked.filter((each) => each.sha256 === sha256);
    const [gap] = missingSpans(asked.reduce(withSpan, content.held), size);
    if (gap === undefined) return false;
    const span = { offset: gap.offset, length: Math.min(gap.length, Math.round(this.#pace.batchBytes)) };
    const at = environment.monotonic();
    this.#asked.push({
      sha256,
      ...span,
      at,
      departure: this.#pace.departs(at, span.length, this.#bytesAsked),
    });
    const connection = this.#connection;
    this.#unconfirmed += 1;
    const confirmed = (): void => {
      if (connection === this.#connection) this.#unconfirmed -= 1;
    };
    this.#parts.publish({ kind: 'want', sha256, ...span }).then(confirmed, (cause: unknown) => {
      environment.log.info({ err: cause }, 'a question for a content could not be handed over');
      confirmed();
    });
    this.#timer.watch();
    return true;
  }

  #putOff(sha256: string): void {
    this.#lacking.set(sha256, this.#parts.environment.monotonic() + askAgainMs);
    this.#asked = this.#asked.filter((asked) => asked.sha256 !== sha256);
  }

  #onSilence(): void {
    if (!this.#up) return;
    this.#timer.backOff();
    if (this.#unconfirmed > 0) {
      this.#parts.environment.log.info({}, 'the broker does not answer; connecting anew');
      this.#parts.onDead();
      return;
    }
    this.#asked = [];
    this.poke();
  }

  #watch(): void {
    if (this.#up && this.#asked.length > 0) this.#timer.watch();
    else this.#timer.stop();
  }
}
