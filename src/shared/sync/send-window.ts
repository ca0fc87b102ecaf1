import { lanes, type Lane } from '../records/record.ts';
import type { ChainHash } from './chain.ts';
import { hasReceived, type ReceivedRanges } from './received-ranges.ts';

/** A batch that has been handed to the link and not yet acknowledged by the other end. */
export interface Flight {
  readonly lane: Lane;
  readonly first: number;
  readonly last: number;
  /** Of the sender's journal at `last`. */
  readonly hash: ChainHash;
  readonly changes: number;
  readonly bytes: number;
  /** Monotonic milliseconds when it was handed over. */
  readonly sentAt: number;
}

/**
 * Which batches are on their way: at most `size` at once, per lane in order. It holds no changes, only numbers:
 * the outbox on disk is the queue, and forgetting everything here costs a resend, never a change.
 */
export class SendWindow<F extends Flight = Flight> {
  readonly size: number;
  #flights: F[] = [];
  #sentUpTo = new Map<Lane, number>();

  constructor(size: number) {
    this.size = size;
  }

  /** True while another batch may be sent. An urgent one may always use one slot more. */
  hasRoom(lane: Lane): boolean {
    return this.#flights.length < this.size + (lane === 'urgent' ? 1 : 0);
  }

  /** Number after which the lane goes on. */
  sentUpTo(lane: Lane): number {
    return this.#sentUpTo.get(lane) ?? 0;
  }

  sent(flight: F): void {
    this.#flights.push(flight);
    this.#sentUpTo.set(flight.lane, flight.last);
  }

  /** Whether a batch of the lane that may have this number has not been acknowledged. */
  isOnItsWay(lane: Lane, number: number): boolean {
    return this.#flights.some(
      (flight) => flight.lane === lane && flight.first <= number && number <= flight.last,
    );
  }

  /** Frees the slots of everything that the other end holds. */
  acknowledge(received: ReceivedRanges): F[] {
    const done = this.#flights.filter(
      (flight) => hasReceived(received, flight.last) && hasReceived(received, flight.first),
    );
    this.#flights = this.#flights.filter((flight) => !done.includes(flight));
    return done;
  }

  /** Starts again from the oldest change that is still in the outbox. */
  rewind(): void {
    this.#flights = [];
    this.#sentUpTo.clear();
  }

  /** Starts one lane again from before `number`, when a change was moved into it. */
  rewindLane(lane: Lane, number: number): void {
    if (this.sentUpTo(lane) >= number) this.#sentUpTo.set(lane, number - 1);
  }

  /**
   * Where the receiver's journal of ours may end when the next batch arrives, for `fingerprintsFor`.
   * @param acknowledged the highest number that it said it holds (0 for nothing) and our hash there
   */
  reached(acknowledged: { number: number; hash: ChainHash }): ReadonlyMap<number, ChainHash> {
    return new Map([
      [acknowledged.number, acknowledged.hash],
      ...this.#flights.map(({ last, hash }): [number, ChainHash] => [last, hash]),
    ]);
  }

  get bytesInFlight(): number {
    return this.#flights.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get inFlight(): readonly F[] {
    return this.#flights;
  }

  /** Lanes in the order in which they are served. */
  static readonly order: readonly Lane[] = lanes;
}
