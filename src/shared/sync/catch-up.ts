import type { Environment } from '../ports.ts';
import { AcknowledgementTimer } from './acknowledgement-timer.ts';
import type { ChainHash } from './chain.ts';
import type { Change } from './change.ts';
import { batchSizeToSend, unfoldedSize } from './columns/unfolded.ts';
import { batchLimit, type Ack, type Batch } from './frame.ts';
import {
  differenceOf,
  furthestOf,
  receivedFromJson,
  hasReceived,
  unionOf,
  type ReceivedRanges,
} from './received-ranges.ts';
import { fingerprintsFor } from './head-fingerprints.ts';
import type { Origin } from './causal-context.ts';

/** An entry as it stands in the sender's journal. */
export interface HeldEntry {
  change: Change;
  hash: ChainHash | null;
  claimed: ChainHash | null;
}

export interface CatchUpDependencies {
  environment: Environment;
  vesselId: string;
  /** Entries of an origin after a number, in order, at most `limit`. */
  entries(origin: Origin, after: number, limit: number): Promise<readonly HeldEntry[]> | readonly HeldEntry[];
  /** Hands a batch to the link; rejects when the link is down. */
  send(batch: Batch): Promise<void>;
  /** Under these numbers the other end holds another journal. Left out at the end that leaves it to the other. */
  onFork?(origin: Origin, fork: Ack['fork']): void;
  /** A transfer came to nothing, and may be offered again after so long: whatever would let it through may have been lost. */
  onRest?(ms: number): void;
}

const changesPerBatch = 250;
/** Read at a time: those of several lanes, of which each batch's hash is known at its end alone, may be mixed. */
const entriesAtATime = 1_000;
const plainBytesPerBatch = 64 * 1024;
/** Batches on their way at once. */
const windowSize = 4;
/** So often a transfer may come to nothing before it is left to the next hello. */
const mostFailures = 4;
/** What came to nothing is offered again after so long, as long as neither end holds anything else; doubles. */
const firstRestMs = 60_000;
const longestRestMs = 900_000;

/** Where a journal begins here after a snapshot, or records that came without their changes. */
export interface JournalBegin {
  readonly number: number;
  readonly hash: ChainHash;
}

interface Transfer {
  readonly origin: Origin;
  readonly begin: JournalBegin | null;
  ours: ReceivedRanges;
  theirs: ReceivedRanges;
  /** Number up to which the journal has been handed to the link. */
  sentUpTo: number;
  attempt: number;
  failures: number;
  flights: { last: number; hash: ChainHash; sentAt: number }[];
}

/** A transfer that came to nothing, and until when, by the monotonic clock, it rests. */
interface Resting {
  readonly ours: ReceivedRanges;
  readonly theirs: ReceivedRanges;
  readonly until: number;
  readonly forMs: number;
}

/**
 * Gives the other end what it lacks of journals that neither end writes on: of computers that were replaced, restored
 * or copied, and of an earlier life of shore's database. In order of numbers, straight from the journal; nothing is
 * queued, and what is forgotten here begins anew with the next hello.
 */
export class CatchUp {
  readonly #dependencies: CatchUpDependencies;
  readonly #transfers = new Map<Origin, Transfer>();
  readonly #resting = new Map<Origin, Resting>();
  readonly #timer: AcknowledgementTimer;
  #attempts = 0;
  #pumping = false;
  #pumpAgain = false;

  constructor(dependencies: CatchUpDependencies) {
    this.#dependencies = dependencies;
    this.#timer = new AcknowledgementTimer(dependencies.environment, () => this.#onSilence());
  }

  /** Origins of which something is still on its way. */
  get underWay(): readonly Origin[] {
    return [...this.#transfers.keys()];
  }

  /** The other end holds `theirs` of an origin, this one `ours`: sends what is missing there. */
  want(
    origin: Origin,
    theirs: ReceivedRanges,
    ours: ReceivedRanges,
    begin: JournalBegin | null = null,
  ): void {
    if (isCovered(ours, theirs)) {
      this.#transfers.delete(origin);
      this.#resting.delete(origin);
      return;
    }
    const rested = this.#restOf(origin, theirs, ours);
    if (rested !== null && rested.until > this.#dependencies.environment.monotonic()) return;
    this.#attempts += 1;
    this.#transfers.set(origin, {
      origin,
      begin,
      ours,
      theirs,
      sentUpTo: theirs.upTo,
      attempt: this.#attempts,
      // It was sent often enough before.
      failures: rested === null ? 0 : mostFailures,
      flights: [],
    });
    this.#pump();
  }

  /** The rest that still holds for an origin: that of the very transfer which came to nothing; null for none. */
  #restOf(origin: Origin, theirs: ReceivedRanges, ours: ReceivedRanges): Resting | null {
    const rest = this.#resting.get(origin);
    if (rest === undefined) return null;
    if (isSame(rest.theirs, theirs) && isSame(rest.ours, ours)) return rest;
    this.#resting.delete(origin);
    return null;
  }

  /** What the other end says it holds of an origin. @returns whether that is about a transfer of ours */
  onAnswer(ack: Ack): boolean {
    const transfer = this.#transfers.get(ack.origin);
    if (transfer === undefined) return false;
    const received = receivedFromJson(ack.held);
    const now = this.#dependencies.environment.monotonic();
    if (ack.outcome === 'fork') {
      this.#dependencies.environment.log.warn(
        { origin: ack.origin, fork: ack.fork },
        'the other end holds another journal under the name of one that ended',
      );
      this.#transfers.delete(ack.origin);
      // Another computer of that name hears of its own forks on the same topic, and so does this one of those.
      if (ack.attempt === transfer.attempt) this.#dependencies.onFork?.(ack.origin, ack.fork);
    } else if (ack.outcome === 'gap') {
      if (ack.attempt === transfer.attempt && !this.#startAgain(transfer, received))
        this.#rest(transfer, received);
    } else {
      const before = transfer.theirs;
      transfer.theirs = unionOf(before, received);
      if (!isCovered(transfer.theirs, before)) transfer.failures = 0;
      const done = transfer.flights.filter((flight) => hasReceived(received, flight.last));
      transfer.flights = transfer.flights.filter((flight) => !done.includes(flight));
      this.#timer.progressed(done.map((flight) => now - flight.sentAt));
      if (isCovered(transfer.ours, transfer.theirs)) this.#transfers.delete(ack.origin);
    }
    this.#pump();
    return true;
  }

  /** The link is down or closed. */
  stop(): void {
    this.#transfers.clear();
    this.#resting.clear();
    this.#timer.reset();
  }

  /** @returns false where that was done often enough */
  #startAgain(transfer: Transfer, theirs: ReceivedRanges): boolean {
    transfer.failures += 1;
    if (transfer.failures > mostFailures) {
      this.#transfers.delete(transfer.origin);
      return false;
    }
    this.#attempts += 1;
    transfer.attempt = this.#attempts;
    transfer.theirs = theirs;
    transfer.sentUpTo = theirs.upTo;
    transfer.flights = [];
    return true;
  }

  /** Offered again with each hello, it would be refused again. */
  #rest({ origin, ours }: Transfer, theirs: ReceivedRanges): void {
    const before = this.#restOf(origin, theirs, ours);
    const forMs = before === null ? firstRestMs : Math.min(longestRestMs, before.forMs * 2);
    const until = this.#dependencies.environment.monotonic() + forMs;
    this.#resting.set(origin, { ours, theirs, until, forMs });
    // From the longest rest on, the hello that comes anyway is enough.
    if (forMs < longestRestMs) this.#dependencies.onRest?.(forMs);
  }

  #pump(): void {
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    this.#fill()
      .catch((cause: unknown) => {
        this.#dependencies.environment.log.info({ err: cause }, 'what the other end lacks could not be sent');
        this.#transfers.clear();
      })
      .finally(() => {
        this.#pumping = false;
        if (this.#inFlight > 0) this.#timer.watch();
        else this.#timer.stop();
        if (!this.#pumpAgain) return;
        this.#pumpAgain = false;
        this.#pump();
      });
  }

  async #fill(): Promise<void> {
    for (const transfer of this.#transfers.values()) {
      while (this.#inFlight < windowSize) {
        const { attempt } = transfer;
        const entries = cut(await this.#next(transfer));
        if (transfer.attempt !== attempt || !this.#transfers.has(transfer.origin)) break;
        const last = entries.at(-1);
        const hash = last?.hash ?? last?.claimed ?? null;
        if (last === undefined || hash === null) break;
        const batch = await this.#batchOf(transfer, entries, hash);
        if (transfer.attempt !== attempt) break;
        const number = last.change.number;
        transfer.sentUpTo = number;
        transfer.flights.push({ last: number, hash, sentAt: this.#dependencies.environment.monotonic() });
        this.#dependencies.send(batch).catch(() => {
          if (transfer.attempt === attempt) transfer.flights = [];
        });
      }
    }
  }

  /** The next entries that this end holds and the other does not. */
  async #next({ origin, theirs, sentUpTo }: Transfer): Promise<readonly HeldEntry[]> {
    let after = sentUpTo;
    for (;;) {
      const entries = await this.#dependencies.entries(origin, after, entriesAtATime);
      const first = entries.findIndex(({ change }) => !hasReceived(theirs, change.number));
      if (first !== -1) return entries.slice(first);
      const last = entries.at(-1);
      if (last === undefined) return [];
      after = last.change.number;
    }
  }

  async #batchOf(transfer: Transfer, entries: readonly HeldEntry[], hash: ChainHash): Promise<Batch> {
    const numbers = entries.map(({ change }) => change.number);
    const furthest = furthestOf(transfer.theirs);
    const [known] = await this.#dependencies.entries(transfer.origin, furthest - 1, 1);
    const entryEnd = known?.change.number === furthest ? (known.hash ?? known.claimed) : null;
    const theirEnd = entryEnd ?? (transfer.begin?.number === furthest ? transfer.begin.hash : null);
    const reached = new Map(transfer.flights.map(({ last, hash: at }) => [last, at]));
    if (theirEnd !== null) reached.set(furthest, theirEnd);
    return {
      kind: 'batch',
      vessel: this.#dependencies.vesselId,
      origin: transfer.origin,
      lane: 'bulk',
      after: transfer.sentUpTo,
      hash,
      attempt: transfer.attempt,
      proof: fingerprintsFor(numbers, reached),
      changes: entries.map(({ change }) => change),
    };
  }

  #onSilence(): void {
    this.#timer.backOff();
    for (const transfer of this.#transfers.values())
      if (transfer.flights.length > 0) this.#startAgain(transfer, transfer.theirs);
    this.#pump();
  }

  get #inFlight(): number {
    let sum = 0;
    for (const { flights } of this.#transfers.values()) sum += flights.length;
    return sum;
  }
}

function isSame(a: ReceivedRanges, b: ReceivedRanges): boolean {
  return isCovered(a, b) && isCovered(b, a);
}

/** Whether `whole` holds all that `part` does. */
export function isCovered(part: ReceivedRanges, whole: ReceivedRanges): boolean {
  const { upTo, beyond } = differenceOf(part, whole);
  return upTo === 0 && beyond.length === 0;
}

/**
 * As much as fits a batch, up to where the journal's hash is known. What an urgent batch brought across gaps is known
 * at its end alone, so it goes as it came; otherwise a batch ends at a gap.
 */
export function cut(
  entries: readonly HeldEntry[],
  most = { changes: changesPerBatch, plainBytes: plainBytesPerBatch },
): readonly HeldEntry[] {
  let bytes = 0;
  let unfolded = 0;
  let end = 0;
  for (const [index, { change, hash, claimed }] of entries.entries()) {
    const before = entries[index - 1];
    const isGap = before !== undefined && change.number !== before.change.number + 1;
    if ((isGap && end === index) || index >= batchLimit) break;
    bytes += 120 + JSON.stringify(change.fields).length;
    unfolded += unfoldedSize(change);
    const isTooMuch = bytes > most.plainBytes || unfolded > batchSizeToSend || index >= most.changes;
    if (end > 0 && isTooMuch) break;
    if (hash !== null || claimed !== null) end = index + 1;
  }
  return entries.slice(0, end);
}
