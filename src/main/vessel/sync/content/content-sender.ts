import type { Cancel } from '#shared/ports.ts';
import { isWhole, missingSpans, missingWithin, withSpan } from '#shared/sync/content/byte-ranges.ts';
import type { HeldContent } from '#shared/sync/content/messages.ts';
import { unionOf, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { PaceLimits } from '#shared/sync/pace.ts';
import type { Contents } from '../../attachments/contents.ts';
import type { ContentTask } from '../../store/content-table.ts';
import { InFlightChunks, type InFlightChunksDependencies } from './in-flight-chunks.ts';

/**
 * A connection that breaks costs what is on its way and the rest of a piece, and a change waits behind one: a sixth of a
 * second. Smaller ones than 2 kB would pay more for their heads than that saves.
 */
const pieces: PaceLimits = { smallest: 2 * 1024, largest: 32 * 1024, ms: 150, aheadMs: 100 };
/** Contents that are asked about at once, so that small ones need not wait for an answer each. */
const offeredAtOnce = 8;
/** How often to look whether changes have left room. */
const lookAgainMs = 200;
/** Shore does not know of the attachment yet, or could not take the content: it is asked again after this. */
const askAgainMs = 60_000;

export interface ContentSenderDependencies extends InFlightChunksDependencies {
  contents: Contents;
  /** Changes wait to be sent, or contents may not be sent now. */
  mustWait(): boolean;
  /** Shore holds more of a content, or takes it not. */
  onMoved(sha256: string): void;
  /** Shore will not take it, or found it damaged. @param reason in words */
  onTrouble(sha256: string, reason: string): void;
}

/** A content that shore has been asked about on this connection. */
interface Offered {
  /** Null until shore has answered. */
  received: ReceivedRanges | null;
  /** Monotonic ms; not before then is it sent or offered again. */
  notBefore: number;
}

/**
 * Sends contents ashore, piece by piece, several on their way: what shore said it holds is never sent. After a cut
 * it asks and goes on from there, in the middle of a content. Whatever is urgent, or any change at all, goes first.
 */
export class ContentSender {
  readonly #dependencies: ContentSenderDependencies;
  readonly #flights: InFlightChunks;
  #offered = new Map<string, Offered>();
  #attempt = 0;
  /** What arrived damaged before: once more at once, and then with pauses. */
  readonly #damaged = new Set<string>();
  #next: Cancel | null = null;

  constructor(dependencies: ContentSenderDependencies) {
    this.#dependencies = dependencies;
    // What shore holds is asked; nothing is sent again unasked.
    this.#flights = new InFlightChunks(pieces, dependencies, () => {
      this.restart();
      this.#watch();
    });
  }

  onUp(): void {
    this.#flights.onUp();
    this.restart();
  }

  onDown(): void {
    this.#flights.onDown();
    this.#offered.clear();
    this.#next?.();
    this.#next = null;
  }

  /** Asks shore anew what it holds. */
  restart(): void {
    this.#offered.clear();
    this.poke();
  }

  /** There may be something to send, or room for it. */
  poke(): void {
    this.#pumpAfter(0);
  }

  /** Something is on its way, or can be sent. */
  get isBusy(): boolean {
    if (!this.#flights.isEmpty) return true;
    const now = this.#dependencies.environment.monotonic();
    return this.#dependencies.contents.table
      .toSend(offeredAtOnce)
      .some(({ sha256 }) => (this.#offered.get(sha256)?.notBefore ?? 0) <= now);
  }

  onHeld({ sha256, outcome, attempt, held }: HeldContent): void {
    const { contents, environment, onMoved, onTrouble } = this.#dependencies;
    const content = contents.get(sha256);
    if (content === null) return;
    const now = environment.monotonic();
    const isLost = outcome === 'damaged';
    this.#settle(sha256, { received: held, attempt, isLost });
    const offered = this.#offered.get(sha256) ?? { received: null, notBefore: 0 };
    this.#offered.set(sha256, offered);
    // After a piece, what shore holds only grows; what it says to an offer is all there is.
    offered.received =
      attempt > 0 || isLost || offered.received === null ? held : unionOf(offered.received, held);
    const isAgain = isLost && this.#damaged.has(sha256);
    if (isLost) this.#damaged.add(sha256);
    if (outcome === 'unnamed' || isAgain) offered.notBefore = now + askAgainMs;
    const refused = refusalOf(outcome) ?? (isLost && !contents.isSound(sha256) ? damagedHere : null);
    const isAshore = outcome === 'complete' || (content.isAshore && isWhole(offered.received, content.size));
    contents.table.put({ ...content, ashore: offered.received, isAshore, refused });
    if (refused !== null) onTrouble(sha256, refused);
    else if (isLost) onTrouble(sha256, damagedOnTheWay);
    onMoved(sha256);
    this.poke();
  }

  /** Takes what has arrived, or is known not to have, from what is on its way. */
  #settle(
    sha256: string,
    { received, attempt, isLost }: { received: ReceivedRanges; attempt: number; isLost: boolean },
  ): void {
    this.#flights.settle(
      sha256,
      (span) => missingWithin(received, span).length === 0,
      // Messages keep their order: what went before the offer and is not held when it is answered, is lost.
      ({ after }) => isLost || (attempt > 0 && after < attempt),
    );
    this.#watch();
  }

  #pumpAfter(milliseconds: number): void {
    if (!this.#flights.isUp) return;
    this.#next?.();
    this.#next = this.#dependencies.environment.after(milliseconds, () => {
      this.#next = null;
      this.#pump();
    });
  }

  #pump(): void {
    const { contents, environment, mustWait } = this.#dependencies;
    const due = contents.table.toSend(offeredAtOnce);
    if (due.length === 0) return this.#watch();
    if (mustWait()) return this.#pumpAfter(lookAgainMs);
    const now = environment.monotonic();
    const ready = due.filter(({ sha256 }) => (this.#offered.get(sha256)?.notBefore ?? 0) <= now);
    this.#offer(ready.filter(({ sha256 }) => !this.#offered.has(sha256) || this.#waited(sha256)));
    for (const task of ready) {
      if (!this.#flights.hasRoom) break;
      if (this.#sendPiece(task)) return this.#pumpAfter(0);
    }
    this.#watch();
    if (ready.length < due.length) this.#pumpAfter(askAgainMs);
  }

  /** Whether shore said 'not now' of a content, and now has passed. */
  #waited(sha256: string): boolean {
    const offered = this.#offered.get(sha256);
    return offered !== undefined && offered.notBefore > 0;
  }

  #offer(tasks: readonly ContentTask[]): void {
    if (tasks.length === 0) return;
    this.#attempt += 1;
    for (const { sha256 } of tasks) this.#offered.set(sha256, { received: null, notBefore: 0 });
    this.#flights.publish({
      kind: 'offer',
      attempt: this.#attempt,
      contents: tasks.map(({ sha256, size }) => ({ sha256, size })),
    });
  }

  /** @returns whether there was one to send */
  #sendPiece({ sha256, size }: ContentTask): boolean {
    const { contents, environment } = this.#dependencies;
    const received = this.#offered.get(sha256)?.received ?? null;
    if (received === null) return false;
    const [gap] = missingSpans(this.#flights.of(sha256).reduce(withSpan, received), size);
    if (gap === undefined) return false;
    const { offset, length } = this.#flights.portionOf(gap);
    const bytes = contents.read(sha256, offset, length);
    if (bytes === null || bytes.length === 0) {
      environment.log.error({ sha256 }, 'a content that is to be sent cannot be read');
      this.#offered.set(sha256, { received, notBefore: environment.monotonic() + askAgainMs });
      return false;
    }
    const span = { offset, length: bytes.length };
    this.#flights.send({ kind: 'piece', sha256, size, offset, bytes }, sha256, span, this.#attempt);
    return true;
  }

  #watch(): void {
    this.#flights.watch([...this.#offered.values()].some(({ received }) => received === null));
  }
}

const damagedOnTheWay =
  'An attachment arrived damaged ashore and was dropped there; it is sent again from the beginning.';
const damagedHere =
  'The file of an attachment is damaged on this computer, so it was not sent. Attach the photo or document once more.';

/** In words, why shore will not take a content; null where it does. */
function refusalOf(outcome: HeldContent['outcome']): string | null {
  if (outcome === 'too_large')
    return 'The office does not take an attachment: it is larger than the office allows. It stays on this ship; attach a smaller one.';
  if (outcome === 'wrong_type')
    return 'The office does not take an attachment: it is not what its record says. It stays on this ship; delete it there.';
  return null;
}
