import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Cancel, Environment } from '#shared/ports.ts';
import type { Compare } from '#shared/sync/compare.ts';
import { isSamePosition, type Digest } from '#shared/sync/digest.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { Ack } from '#shared/sync/frame.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { LastConsistencyResult } from './last-consistency-result.ts';
import { Comparison } from './comparison.ts';

/** Nothing has moved for so long: people who write one thing after the other are one drain. */
const quietMs = 3_000;
/** Between two comparisons of a ship that is written on all day; doubles from the first to the last. */
const firstGapMs = 10_000;
const longestGapMs = 900_000;
/** While records differ that could not be repaired, looking again finds the same and costs bytes. */
const gapWhileDifferingMs = 3_600_000;
/** A hello whose answer does not come is said again. */
const firstPatienceMs = 60_000;
const longestPatienceMs = 900_000;
/** All records are read again this often, should one have been altered behind the journal's back. */
const readAgainEveryMs = 86_400_000;
/** With nothing new on either end: shore may have been restored, and the word that it is up again lost on the way. */
const confirmAgainMs = 3 * 3_600_000;
/** So many comparisons in a row leave it to the journals to part; the next tells people what differs. */
const mostForks = 3;
/** Slices of digest work before a hello that goes out with the first batches. */
const slicesAtOnce = 4;

export interface ConsistencyCheckDependencies {
  environment: Environment;
  sayHello(): void;
  /** False while records are still to come that what is held already counts: a snapshot is being taken. */
  isComplete(): boolean;
  send(message: Compare): void;
  /** Shore holds the journal otherwise than it is held here. */
  onForked(origin: Origin): void;
  /** Something to be shown has changed. */
  onStatus(): void;
}

/**
 * The consistency check between ship and shore. When everything was exchanged and nothing moves, a hello goes with the
 * digest of all records. Where the answer's digest is another, a comparison begins; it ends with the records repaired,
 * or with people told of them. What holds of it:
 * - Digests tell something only where both ends hold the same journals up to the same numbers.
 * - There is no digest to say while own changes wait, nor is one compared while a snapshot still brings records.
 * - One comparison runs at a time, and it outlives the connection.
 * - What was found holds until the next answer to a hello: a word of shore's that answers nothing confirms nothing.
 *
 * Both hold `v1` up to 20 and `s1` up to 7, and the digests differ: a record was altered behind the journal's back, and the
 * comparison finds it. With `s1` up to 8 ashore they differ as well, and nothing follows from it.
 */
export class ConsistencyCheck {
  readonly #store: VesselStore;
  readonly #dependencies: ConsistencyCheckDependencies;
  readonly #lastResult: LastConsistencyResult;
  #up = false;
  #comparison: Comparison | null = null;
  #timer: Cancel | null = null;
  #turn: Cancel | null = null;
  #patience: Cancel | null = null;
  #again: Cancel | null = null;
  #patienceMs = firstPatienceMs;
  #gapMs = 0;
  /** Comparisons in a row that ended where journals had parted. */
  #forks = 0;
  #movedAt = 0;
  #helloAt = Number.NEGATIVE_INFINITY;
  /** Nobody has compared on this connection, or since a person asked. */
  #unconfirmed = true;

  constructor(store: VesselStore, dependencies: ConsistencyCheckDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#lastResult = new LastConsistencyResult(store);
  }

  onUp(): void {
    this.#up = true;
    this.#unconfirmed = true;
    this.#gapMs = 0;
    this.#patienceMs = firstPatienceMs;
    this.#comparison?.resume();
    this.onMoved();
  }

  onDown(): void {
    this.#up = false;
    for (const cancel of [this.#timer, this.#turn, this.#patience, this.#again]) cancel?.();
    this.#timer = this.#turn = this.#patience = this.#again = null;
    this.#comparison?.pause();
  }

  /** The node ends. */
  close(): void {
    this.onDown();
    this.#comparison?.stop();
  }

  /** The digest of all records for a hello, where it can be had within some milliseconds. */
  digestForHello(): Digest | null {
    this.#helloAt = this.#dependencies.environment.monotonic();
    if (!this.#isDrained()) return null;
    this.#readAgainWhenDue();
    for (let slice = 0; slice < slicesAtOnce; slice += 1) if (this.#store.digests.advance()) break;
    return this.#store.digests.current();
  }

  /** Changes came or were acknowledged. */
  onMoved(): void {
    this.#movedAt = this.#dependencies.environment.monotonic();
    this.#plan();
  }

  /** A person wants to know now: every record is read again. */
  compareNow(): void {
    this.#store.digests.rebuild();
    this.#unconfirmed = true;
    this.#gapMs = 0;
    this.#dependencies.onStatus();
    if (this.#up && this.#comparison === null) this.#settle();
  }

  /** A word on what shore holds of this node's own journal. @param isAnswer whether it answers the last hello */
  onAcknowledged({ outcome, holding }: Ack, isAnswer: boolean): void {
    if (isAnswer) return this.#onAnswer(holding);
    // It may have emptied the queue without being shore's: only the answer to a hello that follows tells.
    if (outcome === 'status') this.#unconfirmed = true;
    this.onMoved();
  }

  #onAnswer(holding: Ack['holding']): void {
    this.#patience?.();
    this.#patience = null;
    if (holding !== null && !isSamePosition(holding.held, this.#store.position)) this.#lastResult.noteApart();
    if (holding === null || !this.#up || this.#comparison !== null || !this.#dependencies.isComplete())
      return;
    this.#patienceMs = firstPatienceMs;
    const own = this.#store.digests.current();
    if (own === null || holding.digest === null || !isSamePosition(holding.held, this.#store.position)) {
      // Shore may have lost what it held when both were found equal.
      this.#unconfirmed = true;
      this.#plan();
    } else if (this.#lastResult.isKnownToDiffer(own, holding.digest)) {
      this.#unconfirmed = false;
      this.#gapMs = gapWhileDifferingMs;
    } else {
      this.#unconfirmed = false;
      this.#confirmAgain();
      this.#lastResult.note(own, holding.digest);
      if (own !== holding.digest) this.#compare();
    }
    this.#dependencies.onStatus();
  }

  /** Shore's digest came in a file: at the same position it tells whether both are the same. */
  compareByHand(holding: Ack['holding']): void {
    const own = this.#store.digests.current();
    if (holding === null || holding.digest === null || own === null || !this.#dependencies.isComplete())
      return;
    if (!isSamePosition(holding.held, this.#store.position)) return;
    this.#lastResult.note(own, holding.digest);
    this.#dependencies.onStatus();
  }

  take(message: Compare): void {
    this.#comparison?.take(message);
    this.#dependencies.onStatus();
  }

  /** On this connection both ends have compared all records, and nothing was written since. */
  get isConcluded(): boolean {
    return !this.#unconfirmed && this.#comparison === null && this.#isDrained();
  }

  status(): SyncStatus['agreement'] {
    return this.#lastResult.status(this.#comparison?.found ?? null);
  }

  #plan(): void {
    if (!this.#up || this.#timer !== null || this.#turn !== null || this.#comparison !== null) return;
    if (this.#patience !== null || this.#isAtRest()) return;
    const now = this.#dependencies.environment.monotonic();
    const due = Math.max(this.#movedAt + quietMs, this.#helloAt + this.#gapMs);
    this.#timer = this.#dependencies.environment.after(Math.max(0, due - now), () => {
      this.#timer = null;
      // Nothing to do while something waits: the acknowledgement that empties the queue calls again.
      if (!this.#up || !this.#isDrained() || this.#isAtRest()) return this.#lookWithoutDigest();
      if (this.#dependencies.environment.monotonic() < this.#movedAt + quietMs) this.#plan();
      else this.#settle();
    });
  }

  /**
   * While something waits for a newer program records cannot be compared. What each holds of whose journal can, and what
   * one lacks comes of it.
   */
  #lookWithoutDigest(): void {
    if (!this.#up || this.#store.settings.get('waiting') !== 'yes' || !this.#hasSentAll()) return;
    if (this.#movedAt <= this.#helloAt) return;
    this.#growGap();
    this.#dependencies.sayHello();
    this.#confirmAgain();
  }

  #confirmAgain(): void {
    this.#again?.();
    this.#again = this.#dependencies.environment.after(confirmAgainMs, () => {
      this.#again = null;
      this.#unconfirmed = true;
      this.#movedAt = this.#dependencies.environment.monotonic();
      this.#plan();
    });
  }

  #isDrained(): boolean {
    // What waits for a newer program is held and not shown: both ends' records differ until the update.
    return this.#hasSentAll() && this.#store.settings.get('waiting') !== 'yes';
  }

  #hasSentAll(): boolean {
    return this.#dependencies.isComplete() && this.#store.outbox.isEmpty();
  }

  #isAtRest(): boolean {
    return !this.#unconfirmed && this.#lastResult.isConsistent && this.#store.digests.current() !== null;
  }

  /** Brings the digest up to date, a slice at a turn of the event loop, and says hello with it. */
  #settle(): void {
    if (!this.#up || this.#turn !== null) return;
    if (!this.#store.digests.advance()) {
      this.#turn = this.#dependencies.environment.after(0, () => {
        this.#turn = null;
        if (this.#isDrained()) this.#settle();
      });
      return;
    }
    const { environment } = this.#dependencies;
    this.#growGap();
    this.#dependencies.sayHello();
    this.#patience?.();
    this.#patience = environment.after(this.#patienceMs, () => {
      this.#patience = null;
      this.#patienceMs = Math.min(longestPatienceMs, this.#patienceMs * 2);
      this.#plan();
    });
  }

  #growGap(): void {
    const idle = this.#dependencies.environment.monotonic() - this.#helloAt > 2 * this.#gapMs;
    this.#gapMs = idle ? firstGapMs : Math.min(longestGapMs, Math.max(firstGapMs, this.#gapMs * 2));
  }

  #compare(): void {
    this.#comparison = new Comparison(this.#store, {
      environment: this.#dependencies.environment,
      send: (message) => this.#dependencies.send(message),
      endsAtFork: this.#forks < mostForks,
      onDone: (ended) => {
        this.#comparison = null;
        this.#forks = ended.outcome === 'forked' ? this.#forks + 1 : 0;
        if (ended.outcome === 'forked')
          for (const origin of ended.origins) this.#dependencies.onForked(origin);
        if (ended.outcome === 'compared') {
          this.#lastResult.noteComparison(ended.repaired, ended.differing);
          if (ended.repaired.length > 0)
            this.#store.announce({ cause: 'sync', records: ended.repaired, lanes: new Set() });
          if (ended.differing.length > 0) this.#gapMs = gapWhileDifferingMs;
          else this.#settle();
        } else this.#plan();
        this.#dependencies.onStatus();
      },
    });
    this.#comparison.start();
  }

  #readAgainWhenDue(): void {
    const { digests, environment } = this.#store;
    const since = digests.readAt;
    if (since !== null && Math.abs(environment.now() - since) > readAgainEveryMs) digests.rebuild();
  }
}
