import type { Cancel, Environment } from '#shared/ports.ts';
import { CatchUp, isCovered } from '#shared/sync/catch-up.ts';
import { isWrong } from '#shared/sync/clock-difference.ts';
import { plainAck, type Ack, type Batch } from '#shared/sync/frame.ts';
import {
  countOf,
  differenceOf,
  furthestOf,
  receivedFromJson,
  receivedToJson,
  nothingReceived,
  unionOf,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { sideOf, type Origin, type CausalContext } from '#shared/sync/causal-context.ts';
import { knownHash } from '../../store/journal/known-hash.ts';
import { detachBase } from '../../store/records/detach-base.ts';
import { detachForkedTail } from '../../store/journal/detach-forked-tail.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { clockProblem, notGivenBackProblem } from '../incarnation-problems.ts';
import { learnWhatShoreLacks } from './only-on-board.ts';

/** While something is missing here, shore is asked for it again after so long. */
const askAgainMs = 20_000;
/** Asked because of something overheard, shore is asked at most this often. */
const leastBetweenAsksMs = 5_000;
/**
 * A journal that stands still at both ends by so many answers is parted. If the office still writes under that name, it
 * begins a new epoch before that.
 */
const stillAnswers = { computer: 2, office: 3 };
/** So many times shore has to have sent otherwise what is held as records alone. */
const forkedBaseAnswers = 4;
/** Changes of a journal's end by which shore is asked where it parts from its own. */
const shownAtMost = 50;

export interface JournalBackfillDependencies {
  environment: Environment;
  store: VesselStore;
  /** How this computer signs, for people. */
  device: string;
  sendBatch(batch: Batch): Promise<void>;
  sendAck(ack: Ack): void;
  /** Says hello, which brings shore's answer and what is missing here. */
  ask(): void;
  /** Says that this ship is there, and what it takes. */
  sayPresence(): void;
  /** False while some lanes have to wait: what is missing here does not come then, and nothing is given. */
  mayExchange(): boolean;
}

/**
 * Backfills the ranges that either end's journals lack: of earlier incarnations, of other computers on board, and of
 * earlier lives of shore's database. What shore lacks is sent; what is missing here is asked for until it has come.
 */
export class JournalBackfill {
  readonly #dependencies: JournalBackfillDependencies;
  readonly #catchUp: CatchUp;
  #askAgain: Cancel | null = null;
  #askSoon: Cancel | null = null;
  #askRested: Cancel | null = null;
  #askGap: Cancel | null = null;
  /** Journals in which something was taken in across a gap since shore was asked about one. */
  readonly #withGap = new Set<Origin>();
  #asks = 0;
  #wanted: ReadonlyMap<Origin, ReceivedRanges> = new Map();
  #up = false;
  /** Journals of others whose end shore was shown, to learn where they part. */
  readonly #shown = new Set<Origin>();
  /** Journals of the office that shore sent otherwise than they are held here; kept where a connection ends before the next answer. */
  readonly #doubted = new Set<Origin>();
  /** How often shore sent a journal otherwise than it is held here, by its name. */
  readonly #forkedBases = new Map<Origin, number>();
  /**
   * Journals of others of which neither end could take what the other holds, by so many answers in a row. Kept over
   * connections: two computers of one name end each other's before the next answer.
   */
  #standingStill: ReadonlyMap<Origin, number> = new Map();

  constructor(dependencies: JournalBackfillDependencies) {
    this.#dependencies = dependencies;
    const { environment, store } = dependencies;
    this.#catchUp = new CatchUp({
      environment,
      vesselId: store.vesselId,
      entries: (origin, after, limit) => store.journal.range(origin, Math.max(0, after), limit),
      send: (batch) => dependencies.sendBatch(batch),
      onFork: (origin, fork) => this.#onFork(origin, fork),
      onRest: (ms) => this.#askAfterRest(ms),
    });
  }

  onUp(): void {
    this.#up = true;
    this.#asks = 0;
  }

  onDown(): void {
    this.#up = false;
    this.#catchUp.stop();
    this.#shown.clear();
    this.#wanted = new Map();
    for (const cancel of [this.#askAgain, this.#askSoon, this.#askRested, this.#askGap]) cancel?.();
    this.#askAgain = this.#askSoon = this.#askRested = this.#askGap = null;
    this.#withGap.clear();
  }

  /**
   * Shore's answer to a hello, of whatever this node holds.
   * @param isLast whether it answers the last one: only that says what shore has lost
   */
  onStatus(ack: Ack, isLast: boolean): void {
    if (ack.at !== null) this.#compareClocks(ack.at);
    if (ack.holding === null) return;
    const { held } = ack.holding;
    if (isLast) learnWhatShoreLacks(this.#dependencies.store, held);
    const mayExchange = this.#dependencies.mayExchange();
    if (mayExchange) this.#offer(held);
    if (mayExchange && isLast) {
      this.#showDoubted();
      this.#partWhatStandsStill(held);
    }
    if (isLast) this.#tellWhatCannotBeGiven(held);
    this.#expect(mayExchange ? held : {});
  }

  /** An acknowledgement of a journal that is not this node's own. */
  onForeign(ack: Ack): void {
    if (this.#catchUp.onAnswer(ack) || ack.outcome === 'fork') return;
    // Another computer of this ship has been heard of, or what it wrote.
    const theirs = { ...ack.holding?.held, [ack.origin]: ack.held };
    if (this.#missingOf(theirs).size > 0) this.askSoon();
  }

  /** Something that shore holds has not come yet. */
  get isExpecting(): boolean {
    return this.#wanted.size > 0;
  }

  /** Asks shore where both stand, soon and not too often. */
  askSoon(): void {
    if (!this.#up) return;
    const wait = Math.min(askAgainMs, leastBetweenAsksMs * 2 ** Math.min(this.#asks, 4));
    this.#askSoon ??= this.#dependencies.environment.after(wait, () => {
      this.#askSoon = null;
      this.#asks += 1;
      this.#dependencies.ask();
    });
  }

  /** Shore did not take what it lacks. It may not have heard why it should, and nothing else asks for hours. */
  #askAfterRest(milliseconds: number): void {
    this.#askRested ??= this.#dependencies.environment.after(milliseconds, () => {
      this.#askRested = null;
      this.#dependencies.ask();
    });
  }

  /**
   * What shore sent of another computer's journal does not go on from what is held of it here: under that name it holds
   * what a copy of that computer wrote. Shown the end of what is here, it answers where the two part.
   */
  onForked(origin: Origin): void {
    if (!this.#dependencies.mayExchange()) return;
    if (this.#detachBase(origin)) return;
    if (sideOf(origin) === 'shore') {
      // If the office still writes under that name, it begins a new epoch, and says so by then.
      this.#doubted.add(origin);
      this.askSoon();
      return;
    }
    if (this.#shown.has(origin)) this.#detachForkedTail(origin, 0);
    else this.#showEnd(origin);
    this.#shown.add(origin);
  }

  /** Where records alone tell of it, nothing here shows where the two part. The office has its time to begin a new epoch. */
  #detachBase(origin: Origin): boolean {
    const { store, environment, ask } = this.#dependencies;
    if (!store.base.heads().some((head) => head.origin === origin)) return false;
    const times = 1 + (this.#forkedBases.get(origin) ?? 0);
    this.#forkedBases.set(origin, times);
    if (times < forkedBaseAnswers) return false;
    const now = detachBase(store, origin);
    if (now === null) return false;
    this.#forkedBases.delete(origin);
    environment.log.warn(
      { origin, now },
      'what records alone tell of another computer, and shore holds otherwise, goes on under a name of its own',
    );
    ask();
    return true;
  }

  #showEnd(origin: Origin): void {
    const { received } = this.#dependencies.store.headOf(origin);
    this.#catchUp.want(origin, { upTo: Math.max(0, received.upTo - shownAtMost), beyond: [] }, received);
  }

  /** Only under a name that the office has given up does it answer where the two part. */
  #showDoubted(): void {
    for (const origin of this.#doubted) this.#showEnd(origin);
    this.#doubted.clear();
  }

  /** Seen in several answers, as what is on its way could close the gap. */
  #partWhatStandsStill(theirs: CausalContext): void {
    const { store } = this.#dependencies;
    const found = store.otherOrigins().filter((origin) => this.#standsStill(origin, theirs));
    const now = new Map(found.map((origin) => [origin, 1 + (this.#standingStill.get(origin) ?? 0)]));
    for (const [origin, times] of now)
      if (times >= (sideOf(origin) === 'shore' ? stillAnswers.office : stillAnswers.computer))
        this.#detachForkedTail(
          origin,
          Math.min(store.headOf(origin).received.upTo, receivedIn(theirs, origin).upTo),
        );
    this.#standingStill = now;
  }

  /**
   * Whether each end holds of a journal what the other lacks, with a gap that neither can close, and neither can show the
   * other that it has the same one: it knows no hash where the other's ends.
   */
  #standsStill(origin: Origin, theirs: CausalContext): boolean {
    const { store } = this.#dependencies;
    const ours = store.headOf(origin).received;
    const received = receivedIn(theirs, origin);
    const [ourEnd, theirEnd] = [furthestOf(ours), furthestOf(received)];
    if (ourEnd === 0 || theirEnd === 0 || unionOf(ours, received).beyond.length === 0) return false;
    const entry = store.journal.get(origin, theirEnd);
    const ourHash = entry?.claimed ?? knownHash(store, origin, theirEnd);
    return ourHash === null && !isEnd(received, ourEnd);
  }

  #onFork(origin: Origin, fork: Ack['fork']): void {
    if (fork === null) return;
    const kept = fork.number - 1;
    this.#detachForkedTail(
      origin,
      knownHash(this.#dependencies.store, origin, kept) === fork.hash ? kept : 0,
    );
  }

  #detachForkedTail(origin: Origin, kept: number): void {
    const { store, environment, ask } = this.#dependencies;
    const apart = detachForkedTail(store, origin, kept);
    if (apart === null) return;
    environment.log.warn(
      { origin, kept, ...apart },
      'what is held of another computer, and shore holds otherwise, goes on under a name of its own',
    );
    this.#shown.delete(origin);
    ask();
  }

  /** Something of another's journal has been taken in. */
  onTaken(origin: Origin): void {
    this.#asks = 0;
    if (this.#wanted.size > 0) this.#keepAsking();
    if (this.#hasGap(origin)) this.#askAboutGapOf(origin);
  }

  /** What fills a gap is on its way; where it does not come, whoever sent what lies beyond may not be who it says. */
  #askAboutGapOf(origin: Origin): void {
    this.#withGap.add(origin);
    this.#askGap ??= this.#dependencies.environment.after(askAgainMs, () => {
      this.#askGap = null;
      const stays = [...this.#withGap].some((each) => this.#hasGap(each));
      this.#withGap.clear();
      if (stays) this.#dependencies.ask();
    });
  }

  #hasGap(origin: Origin): boolean {
    return this.#dependencies.store.headOf(origin).received.beyond.length > 0;
  }

  /** Sends what shore lacks of journals that are not this node's own. */
  #offer(theirs: CausalContext): void {
    const { store } = this.#dependencies;
    for (const origin of store.otherOrigins()) {
      const ours = store.headOf(origin).received;
      const received = receivedIn(theirs, origin);
      if (isCovered(ours, received)) continue;
      // An earlier life of shore's database wrote it. Shore has to learn where that one ended before it writes on.
      if (sideOf(origin) === 'shore') this.#tellEnd(origin, received, ours);
      const begin = store.base.heads().find((head) => head.origin === origin) ?? null;
      this.#catchUp.want(origin, received, ours, begin);
    }
  }

  /** Changes of which a snapshot brought the outcome alone: shore, restored to a copy from before them, lacks both. */
  #tellWhatCannotBeGiven(theirs: CausalContext): void {
    const { store, environment } = this.#dependencies;
    const missing = store.base.heads().flatMap(({ origin, number }) => {
      const lost = differenceOf({ upTo: number, beyond: [] }, receivedIn(theirs, origin));
      return origin === store.own.origin ? [] : [countOf(lost)];
    });
    const count = missing.reduce((sum, each) => sum + each, 0);
    if (count > 0) store.problems.add(notGivenBackProblem(count, environment.now()));
  }

  #tellEnd(origin: Origin, theirs: ReceivedRanges, ours: ReceivedRanges): void {
    const { store } = this.#dependencies;
    const last = furthestOf(theirs);
    const hash = knownHash(store, origin, last);
    if (last > ours.upTo || hash === null) return;
    this.#dependencies.sendAck({
      kind: 'ack',
      ...plainAck,
      vessel: store.vesselId,
      origin,
      held: receivedToJson(ours),
      hash: store.headOf(origin).hash,
      outcome: 'status',
      attempt: null,
      problems: [],
      fork: { number: last + 1, hash },
    });
  }

  #expect(theirs: CausalContext): void {
    this.#wanted = this.#missingOf(theirs);
    this.#keepAsking();
  }

  /** What shore holds of journals that are not this node's own, of those of which something is missing here. */
  #missingOf(theirs: CausalContext): ReadonlyMap<Origin, ReceivedRanges> {
    const { store } = this.#dependencies;
    return new Map(
      Object.keys(theirs)
        .filter((origin) => origin !== store.own.origin)
        .map((origin): [Origin, ReceivedRanges] => [origin, receivedIn(theirs, origin)])
        .filter(([origin, received]) => !isCovered(received, store.headOf(origin).received)),
    );
  }

  /** Should what is expected stop coming, the next hello brings it. */
  #keepAsking(): void {
    this.#askAgain?.();
    this.#askAgain = null;
    const { store, environment } = this.#dependencies;
    const isMissing = [...this.#wanted].some(
      ([origin, received]) => !isCovered(received, store.headOf(origin).received),
    );
    if (!isMissing) this.#wanted = new Map();
    else if (this.#up)
      this.#askAgain = environment.after(askAgainMs, () => {
        this.#askAgain = null;
        // Shore may take this ship for gone, or think that it takes less than it does: that is no part of a hello.
        this.#dependencies.sayPresence();
        this.#dependencies.ask();
        this.#keepAsking();
      });
  }

  #compareClocks(shoreAt: number): void {
    const { environment, store, device } = this.#dependencies;
    const now = environment.now();
    store.problems.forget('clock_off');
    if (isWrong(now - shoreAt)) store.problems.add(clockProblem(device, now - shoreAt, now));
  }
}

/** Whether whoever holds this has a hash at a number: within what came across a gap there is one at its end alone. */
function isEnd({ upTo, beyond }: ReceivedRanges, number: number): boolean {
  return number <= upTo || beyond.some(([, last]) => last === number);
}

function receivedIn(context: CausalContext, origin: Origin): ReceivedRanges {
  const received = context[origin];
  return received === undefined ? nothingReceived : receivedFromJson(received);
}
