import type { Cancel, Codec, Environment, LinkFailure, PublishOptions, Qos } from '#shared/ports.ts';
import type { Lane } from '#shared/records/record.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import { isCovered } from '#shared/sync/catch-up.ts';
import { encodeFrame, packFrame, type Ack, type Batch } from '#shared/sync/frame.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import { furthestOf, nothingReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { fingerprintsFor } from '#shared/sync/head-fingerprints.ts';
import { Pace, type Departure } from '#shared/sync/pace.ts';
import { SendWindow, type Flight } from '#shared/sync/send-window.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { JournalEntry } from '../../store/journal/journal.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { Attempts } from './attempts.ts';
import { GatheredBatch, fewChanges, largestFrame, packedAtFirst, plainBytesOf } from './gathered-batch.ts';
import { KnownCreations } from './known-creations.ts';
import type { TakenRanges } from './take-acknowledgement.ts';

/** Read at a turn of the event loop, so that gathering a batch does not keep the screens waiting. */
const changesPerTurn = 100;
/** A link that refuses batches gets ever smaller ones, down to these; bytes. */
const smallestTried = 1_024;
/** So many numbers at which shore holds another journal are shown to it, the latest that it named. */
const mostDisputed = 4;
/** Batches on their way at once. */
const windowSize = 4;

export interface UplinkDependencies {
  environment: Environment;
  codec: Codec;
  qos: Qos;
  /** Whether the link policy lets a lane go now. */
  mayUse(lane: Lane): boolean;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
  /** A batch has left the ship, was acknowledged or refused. */
  onMoved(): void;
  /** Shore lacks what it had acknowledged. */
  onLost(): void;
  /** The link does not take a batch, though it stands. */
  onRefused(failure: LinkFailure): void;
  /** It takes one again. */
  onTaken(): void;
  /** Not even the broker has answered for several round trips: the connection leads nowhere. */
  onDead(): void;
}

/**
 * Sends the outbox: by lane, in batches, several in flight; a change leaves the queue on nothing but
 * shore's acknowledgement. While the link is down it does nothing at all: the queue is the database.
 */
export class Uplink {
  readonly #store: VesselStore;
  readonly #dependencies: UplinkDependencies;
  readonly #window = new SendWindow<Flight & { departure: Departure }>(windowSize);
  readonly #timer: AcknowledgementTimer;
  #up = false;
  #nextTurn: Cancel | null = null;
  #known: KnownCreations;
  #pace = new Pace();
  /** The batch of each lane that is being put together. */
  readonly #gathered = new Map<Lane, GatheredBatch>();
  /** Bytes of a frame for each byte of what it is made of, as it was lately. */
  #packed = packedAtFirst;
  /** The batch that is being packed. One that is not this any more is dropped, to be read and sent in its turn. */
  #packing: Batch | null = null;
  /** Batches that the broker has not confirmed on this connection. */
  #unconfirmed = new Set<Uint8Array>();
  /** The link did not take the last batch: nothing goes before something has changed, or some time has passed. */
  #isRefused = false;
  /** Batches are no larger than this on this connection, as one that was has been refused; bytes. */
  #mostBytes = Infinity;
  /** Numbers at which shore said it holds another journal. Each batch shows what is here, so that it can tell. */
  #disputed: readonly number[] = [];
  /** Counts connections and restarts: what a promise of an earlier one brings is not ours any more. */
  #round = 0;
  readonly #attempts: Attempts;
  /** The furthest number that shore said it holds, and of which its hash is ours. */
  #saidEnd = 0;

  constructor(store: VesselStore, dependencies: UplinkDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#attempts = new Attempts(dependencies.environment);
    this.#known = new KnownCreations(store);
    this.#timer = new AcknowledgementTimer(dependencies.environment, () => this.#onSilence());
  }

  onUp(): void {
    this.#up = true;
    this.#known = new KnownCreations(this.#store);
    this.#pace = new Pace();
    this.#unconfirmed = new Set();
    this.#mostBytes = Infinity;
    this.#saidEnd = 0;
    this.#timer.reset();
    this.restart();
  }

  onDown(): void {
    this.#up = false;
    this.#forget();
    this.#round += 1;
    this.#nextTurn?.();
    this.#nextTurn = null;
    this.#timer.stop();
  }

  /** Shore came up or a person asked: send everything unacknowledged again from the start. */
  restart(): void {
    this.#forget();
    this.#isRefused = false;
    this.#round += 1;
    this.pump();
  }

  /** Other lanes than before may be sent. What is on its way stays so. */
  onLanes(): void {
    this.#dropUnsent();
    this.pump();
    this.#watch();
  }

  /**
   * Local changes were committed.
   * @param promoted the lowest number that an urgent one took along from another lane; null for none
   */
  onWritten(promoted: number | null): void {
    this.#isRefused = false;
    if (promoted !== null) {
      this.#window.rewindLane('urgent', this.#beginOf(promoted));
      this.#dropUnsent();
    }
    this.pump();
  }

  /** Where a batch of the urgent lane that has `number` has to begin, so that it stands on nothing that may be lost. */
  #beginOf(number: number): number {
    const earlier = this.#store.outbox.takenAlongAcross(number);
    return earlier === null ? number : this.#beginOf(earlier);
  }

  /** As in `Attempts`. */
  namedIn(ack: Ack): ReceivedRanges | null {
    return this.#attempts.namedIn(ack);
  }

  /**
   * Shore has said what it holds. For a dispute alone nothing is sent: whoever forges such words could have everything
   * sent over and over. That a batch named what shore does not know is so at most once on a connection.
   * @param taken what shore says it holds, and what of that the outbox has taken; null where nothing was learnt of it
   * @param disputed a number at which shore holds another journal under this node's name; null for none
   */
  onAnswered(ack: Ack, taken: TakenRanges | null, disputed: number | null): void {
    if (taken !== null) this.#onAcknowledged(ack, taken);
    // Shore compares nothing of a batch that it cannot read, so this goes again even where its journal is another.
    else if (ack.outcome === 'unresolved' && this.#attempts.isOfRound(ack)) this.#onUnresolved();
    if (disputed !== null && !this.#disputed.includes(disputed))
      this.#disputed = [...this.#disputed, disputed].slice(-mostDisputed);
  }

  #onAcknowledged(ack: Ack, { said, acknowledged }: TakenRanges): void {
    this.#disputed = [];
    this.#saidEnd = furthestOf(said);
    const now = this.#dependencies.environment.monotonic();
    const done = this.#window.acknowledge(acknowledged);
    for (const { departure } of done) this.#pace.arrived(now, departure);
    if (done.length > 0) this.#timer.progressed(done.map(({ sentAt }) => now - sentAt));
    this.#dependencies.onMoved();
    const isOurs = this.#attempts.isOfRound(ack);
    if (ack.outcome === 'gap' && isOurs) this.#onGap(said);
    else if (ack.outcome === 'unresolved' && isOurs) this.#onUnresolved();
    else if (ack.outcome === 'fork') this.#timer.backOff();
    else this.pump();
    this.#watch();
  }

  /**
   * What was lost on the way is in the outbox and is sent again at once. What shore had acknowledged is not, and all
   * else would be refused again: its answer to a hello brings that back.
   */
  #onGap(received: ReceivedRanges): void {
    const { heads, own } = this.#store;
    if (isCovered(heads.acknowledged(own.origin) ?? nothingReceived, received)) this.restart();
    else this.#dependencies.onLost();
  }

  /** Shore does not hold the records that a batch named by their creation as they are here. */
  #onUnresolved(): void {
    if (this.#known.refused()) this.restart();
  }

  stop(): void {
    this.onDown();
  }

  get inFlight(): number {
    return this.#window.inFlight.length;
  }

  /** Changes that may go wait to be handed over: what is less urgent than any of them lets them go first. */
  get hasUnsent(): boolean {
    if (this.#packing !== null || this.#gathered.size > 0) return true;
    const { outbox } = this.#store;
    return (
      !outbox.isEmpty() &&
      SendWindow.order.some(
        (lane) =>
          this.#dependencies.mayUse(lane) && outbox.next(lane, this.#window.sentUpTo(lane), 1).length > 0,
      )
    );
  }

  /** Fills the window, one batch at a turn of the event loop, so that a drain leaves room for everything else. */
  pump(): void {
    if (!this.#up || this.#packing !== null || this.#isRefused) return;
    this.#nextTurn ??= this.#dependencies.environment.after(0, () => {
      this.#nextTurn = null;
      if (this.#isRefused || this.#store.outbox.isEmpty()) return this.#watch();
      if (SendWindow.order.some((lane) => this.#hasRoom(lane) && this.#advance(lane))) this.pump();
      this.#watch();
    });
  }

  /** What is urgent waits for no rate. */
  #hasRoom(lane: Lane): boolean {
    if (!this.#dependencies.mayUse(lane)) return false;
    const isIdle = this.#window.inFlight.length === 0;
    const mayFollow = lane === 'urgent' || isIdle || this.#window.bytesInFlight < this.#pace.mostInFlight;
    return mayFollow && this.#window.hasRoom(lane);
  }

  /** Gathers more for the lane's next batch, or sends it. @returns whether there was anything to do */
  #advance(lane: Lane): boolean {
    const batch = this.#gathered.get(lane) ?? new GatheredBatch();
    const after = batch.last ?? this.#window.sentUpTo(lane);
    const read = this.#store.outbox.next(lane, after, changesPerTurn);
    const isFull = batch.add(read, Math.min(this.#pace.batchBytes, this.#mostBytes) / this.#packed);
    if (isFull || read.length < changesPerTurn) {
      this.#gathered.delete(lane);
      return this.#send(lane, batch.entries);
    }
    this.#gathered.set(lane, batch);
    return true;
  }

  /**
   * Whether an urgent batch would go past what a change in it, or behind it, took along: shore could take it by what it
   * holds from earlier, and lack that. It waits for the word on what is on its way, or goes from there.
   */
  #isAhead(lane: Lane, [first]: readonly JournalEntry[]): 'waits' | 'rewound' | null {
    const number = lane === 'urgent' && first !== undefined ? first.change.number : 0;
    const earlier = number === 0 ? null : this.#store.outbox.takenAlongAcross(number);
    if (earlier === null) return null;
    if (this.#window.isOnItsWay(lane, earlier)) return 'waits';
    this.#window.rewindLane(lane, this.#beginOf(earlier));
    return 'rewound';
  }

  /** The highest number that shore is known to hold of this node's journal, and the journal's hash there. */
  #knownEnd(): { number: number; hash: ChainHash } {
    const { heads, journal, own } = this.#store;
    const acknowledged = furthestOf(heads.acknowledged(own.origin) ?? nothingReceived);
    const number = Math.max(acknowledged, Math.min(this.#saidEnd, own.last));
    return { number, hash: journal.get(own.origin, number)?.hash ?? '' };
  }

  /** Packs and hands over a batch, beside everything else. @returns false where there is nothing to send */
  #send(lane: Lane, entries: readonly JournalEntry[]): boolean {
    const ahead = this.#isAhead(lane, entries);
    if (ahead !== null) return ahead === 'rewound';
    const batch = this.#batchOf(lane, entries);
    if (batch === null) return false;
    const { codec } = this.#dependencies;
    const known = this.#known.now();
    if (codec.pack === undefined) {
      this.#handOver(batch, entries, encodeFrame(batch, codec, known));
      return true;
    }
    this.#packing = batch;
    let isPacked = false;
    packFrame(batch, codec, { creationOf: known, pause: () => this.#pause() })
      .then((frame) => {
        if (this.#packing !== batch) return;
        isPacked = true;
        this.#packing = null;
        this.#handOver(batch, entries, frame);
        this.pump();
      })
      .catch((cause: unknown) => {
        // Of a batch that was dropped meanwhile, as when the node closes, nobody wants to know.
        if (!isPacked && this.#packing !== batch) return;
        this.#packing = null;
        this.#dependencies.environment.log.error(
          { err: cause },
          'a batch could not be packed; it stays queued',
        );
        this.#watch();
      });
    return true;
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#dependencies.environment.after(0, resolve);
    });
  }

  #batchOf(lane: Lane, entries: readonly JournalEntry[]): Batch | null {
    const first = entries[0];
    const last = entries.at(-1);
    if (first === undefined || last === undefined || last.hash === null) return null;
    const changes = entries.map((entry) => entry.change);
    const numbers = changes.map(({ number }) => number);
    return {
      kind: 'batch',
      vessel: this.#store.vesselId,
      origin: this.#store.own.origin,
      lane,
      after: this.#store.outbox.predecessor(lane, first.change.number),
      hash: last.hash,
      attempt: this.#attempts.next(),
      proof: fingerprintsFor(
        numbers,
        this.#window.reached(this.#knownEnd()),
        hashesAt(this.#store, this.#disputed),
      ),
      changes,
    };
  }

  #handOver(batch: Batch, entries: readonly JournalEntry[], frame: Uint8Array): void {
    const { lane, changes, hash } = batch;
    const [first, last] = [changes[0]?.number ?? 0, changes.at(-1)?.number ?? 0];
    if (changes.length >= fewChanges) this.#packed = frame.length / plainBytesOf(entries);
    if (frame.length > largestFrame && changes.length > 1) {
      // Texts that do not compress as those before them: half as many changes, and the others in the next.
      this.#send(lane, entries.slice(0, Math.ceil(entries.length / 2)));
      return;
    }
    const sentAt = this.#dependencies.environment.monotonic();
    const departure = this.#pace.departs(sentAt, frame.length, this.#window.bytesInFlight);
    const flight = { lane, first, last, hash, changes: changes.length, bytes: frame.length, sentAt };
    this.#window.sent({ ...flight, departure });
    this.#attempts.sent(batch);
    const round = this.#round;
    const unconfirmed = this.#unconfirmed;
    unconfirmed.add(frame);
    this.#dependencies
      .publish(topicOf(this.#store.vesselId, 'up', lane), frame, { qos: this.#dependencies.qos })
      .then(
        () => {
          unconfirmed.delete(frame);
          this.#onBrokerHasIt(batch);
        },
        (cause: unknown) => {
          unconfirmed.delete(frame);
          this.#onPublishFailed(round, frame.length, cause);
        },
      );
  }

  /** What is on its way or half gathered is begun again from the outbox. */
  #forget(): void {
    this.#window.rewind();
    this.#attempts.beginRound();
    this.#dropUnsent();
  }

  /** What is half gathered or being packed may not be what has to go next. */
  #dropUnsent(): void {
    this.#gathered.clear();
    this.#packing = null;
  }

  /** The broker's word is not shore's: the changes wait on, and are known to have left the ship. */
  #onBrokerHasIt(batch: Batch): void {
    if (this.#mostBytes < Infinity) this.#dependencies.onTaken();
    const store = this.#store;
    try {
      const records = store.transaction({ kind: 'apply' }, () =>
        store.outbox.markSent(batch, this.#dependencies.environment.now()),
      );
      if (records.length > 0) store.announce({ cause: 'sync', records, lanes: new Set() });
      this.#dependencies.onMoved();
    } catch (cause) {
      this.#dependencies.environment.log.error(
        { err: cause },
        'a batch left the ship but could not be marked as sent',
      );
    }
  }

  #onPublishFailed(round: number, bytes: number, cause: unknown): void {
    if (round !== this.#round) return;
    this.#dependencies.environment.log.info(
      { err: cause },
      'a batch could not be handed to the broker; it stays queued',
    );
    this.#isRefused = true;
    if (isRefusal(cause)) {
      // It may be its size: a broker may take less than we know of.
      this.#mostBytes = Math.max(smallestTried, Math.min(this.#mostBytes, bytes) / 2);
      this.#dependencies.onRefused(cause);
      this.#dependencies.onMoved();
    }
    this.#forget();
    this.#watch();
  }

  /** Nothing came back in time: a batch or its acknowledgement is lost, or shore is away. */
  #onSilence(): void {
    if (!this.#up) return;
    if (this.#unconfirmed.size > 0) {
      this.#dependencies.environment.log.info({}, 'the broker has not answered either; connecting anew');
      this.#timer.backOff();
      this.#dependencies.onDead();
      return;
    }
    this.#dependencies.environment.log.info(
      { inFlight: this.#window.inFlight.length },
      'shore has not acknowledged; sending again',
    );
    this.#timer.backOff();
    this.restart();
  }

  #watch(): void {
    if (this.#up && (this.#window.inFlight.length > 0 || this.#isAnythingToSend())) this.#timer.watch();
    else this.#timer.stop();
  }

  #isAnythingToSend(): boolean {
    const { outbox } = this.#store;
    if (outbox.isEmpty()) return false;
    const open = SendWindow.order.filter((lane) => this.#dependencies.mayUse(lane));
    return open.length === SendWindow.order.length || open.some((lane) => outbox.next(lane, 0, 1).length > 0);
  }
}

const isRefusal = (cause: unknown): cause is Error & LinkFailure =>
  cause instanceof Error && 'code' in cause && cause.code === 'refused';

function hashesAt({ journal, own }: VesselStore, numbers: readonly number[]): Map<number, ChainHash> {
  const entries = numbers.map((number) => [number, journal.get(own.origin, number)?.hash ?? null] as const);
  return new Map(entries.filter((entry): entry is [number, ChainHash] => entry[1] !== null));
}
