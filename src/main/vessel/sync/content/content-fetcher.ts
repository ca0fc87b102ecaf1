import type { Cancel } from '#shared/ports.ts';
import { isWhole, missingSpans, missingWithin, withSpan } from '#shared/sync/content/byte-ranges.ts';
import type { Piece } from '#shared/sync/content/messages.ts';
import type { PaceLimits } from '#shared/sync/pace.ts';
import type { Contents } from '../../attachments/contents.ts';
import type { ContentTask } from '../../store/content-table.ts';
import { InFlightChunks, type InFlightChunksDependencies } from './in-flight-chunks.ts';

/** What one question brings. */
const wants: PaceLimits = { smallest: 4 * 1024, largest: 64 * 1024, ms: 1_000, aheadMs: 500 };
/** Of what shore said it lacks it is asked again after this, or on the next connection. */
const askAgainMs = 600_000;
/** How often the same content may arrive damaged before it waits as long. */
const mostDamaged = 3;

export interface ContentFetcherDependencies extends InFlightChunksDependencies {
  contents: Contents;
  /** Bytes up to which contents come unasked. */
  fetchUpTo(): number;
  /** Whether anything may be asked for now. */
  mayAsk(): boolean;
  /** More of a content is held here, or shore lacks it. */
  onMoved(sha256: string): void;
  onTrouble(sha256: string, reason: string): void;
}

/**
 * Takes contents from shore that this node lacks: asks for some bytes of one, stores each piece, asks on. What is held
 * is on the disk, so a cut or a crash costs what was on its way.
 */
export class ContentFetcher {
  readonly #dependencies: ContentFetcherDependencies;
  readonly #asked: InFlightChunks;
  /** What is wanted, in order; null when it has to be looked up. */
  #due: readonly ContentTask[] | null = null;
  /** What shore lacks, and until when it is not asked (monotonic ms). */
  #lacking = new Map<string, number>();
  #damaged = new Map<string, number>();
  #next: Cancel | null = null;
  #again: Cancel | null = null;

  constructor(dependencies: ContentFetcherDependencies) {
    this.#dependencies = dependencies;
    this.#asked = new InFlightChunks(wants, dependencies, () => {
      this.#asked.forget();
      this.poke();
    });
  }

  onUp(): void {
    this.#asked.onUp();
    this.#lacking.clear();
    this.#damaged.clear();
    this.poke();
  }

  onDown(): void {
    this.#asked.onDown();
    this.#next?.();
    this.#next = null;
    this.#again?.();
    this.#again = null;
  }

  /** Another gateway, or one that was away: what is on its way may be lost, what was lacking may be there. */
  restart(): void {
    this.#asked.forget();
    this.#lacking.clear();
    this.poke();
  }

  /** Something may be wanted that was not. */
  poke(): void {
    this.#due = null;
    this.#pumpSoon();
  }

  #pumpSoon(): void {
    if (!this.#asked.isUp) return;
    this.#next ??= this.#dependencies.environment.after(0, () => {
      this.#next = null;
      this.#pump();
    });
  }

  isLacking(sha256: string): boolean {
    return this.#lacking.has(sha256);
  }

  /** Something is on its way, or can be asked for. */
  get isBusy(): boolean {
    return !this.#asked.isEmpty || this.#wanted().some(({ sha256 }) => !this.#lacking.has(sha256));
  }

  onLacking(sha256: string): void {
    if (this.#asked.of(sha256).length === 0) return;
    this.#putOff(sha256);
    this.#dependencies.onMoved(sha256);
    this.poke();
  }

  /** Stores a piece of a content that is wanted; others are meant for another computer of this ship. */
  onPiece({ sha256, size, offset, bytes }: Piece): void {
    const { contents, onMoved } = this.#dependencies;
    const known = contents.get(sha256);
    const isWanted = this.#wanted().some((task) => task.sha256 === sha256 && task.size === size);
    if (known === null || known.complete || !isWanted) return;
    const content = contents.write(known, offset, bytes);
    this.#asked.settle(sha256, (span) => missingWithin(content.received, span).length === 0);
    if (isWhole(content.received, size)) this.#finish(sha256);
    onMoved(sha256);
    this.#pumpSoon();
    this.#asked.watch();
  }

  #finish(sha256: string): void {
    this.#due = null;
    const { contents, onTrouble } = this.#dependencies;
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
    this.#due ??= this.#dependencies.contents.table.toFetch(this.#dependencies.fetchUpTo());
    return this.#due;
  }

  #pump(): void {
    if (!this.#dependencies.mayAsk()) return this.#asked.watch();
    const now = this.#dependencies.environment.monotonic();
    for (const [sha256, until] of this.#lacking) if (until <= now) this.#lacking.delete(sha256);
    for (const task of this.#wanted()) {
      if (this.#lacking.has(task.sha256)) continue;
      while (this.#asked.hasRoom && this.#ask(task));
      if (!this.#asked.hasRoom) break;
    }
    if (this.#lacking.size > 0) {
      this.#again?.();
      this.#again = this.#dependencies.environment.after(askAgainMs, () => this.poke());
    }
    this.#asked.watch();
  }

  /** @returns whether there was something to ask for */
  #ask({ sha256, size }: ContentTask): boolean {
    const content = this.#dependencies.contents.begin(sha256, size);
    if (content.complete) return false;
    const [gap] = missingSpans(this.#asked.of(sha256).reduce(withSpan, content.received), size);
    if (gap === undefined) return false;
    const span = this.#asked.portionOf(gap);
    this.#asked.send({ kind: 'want', sha256, ...span }, sha256, span);
    return true;
  }

  /** It is not there now: nothing of it is awaited. */
  #putOff(sha256: string): void {
    this.#lacking.set(sha256, this.#dependencies.environment.monotonic() + askAgainMs);
    this.#asked.settle(
      sha256,
      () => false,
      () => true,
    );
  }
}
