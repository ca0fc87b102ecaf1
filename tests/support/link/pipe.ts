import type { Socket } from 'node:net';
import { Arrivals, type ArrivalsDependencies } from './arrivals.ts';
import type { Turns } from './turns.ts';
import { packetBytes, type Way } from './way.ts';

/** What one direction of a link has carried. */
export interface Meter {
  /** Application bytes that left the sender, each counted once however often TCP had to send it. */
  sent: number;
  /** Application bytes that reached the receiver. */
  delivered: number;
  packets: number;
  /** Packets that were lost and sent again, counted once for each loss. */
  lost: number;
  /** When the last byte arrived, milliseconds since the link began. */
  lastAt: number;
}

export interface PipeDependencies extends ArrivalsDependencies {
  from: Socket;
  to: Socket;
  way: Way;
  turns: Turns;
  meter: Meter;
  /** From here on bytes may leave, milliseconds since the link began: a connection takes a round trip to open. */
  opensAt: number;
}

/** One direction of one connection. Bytes arrive late or not at all, but never in another order. */
export class Pipe {
  readonly #dependencies: PipeDependencies;
  readonly #arrivals: Arrivals;
  #waiting: Buffer[] = [];
  #timer: NodeJS.Timeout | null = null;
  #pumping = false;
  #blocked = false;
  #ended = false;
  #silent = false;
  #started = false;

  constructor(dependencies: PipeDependencies) {
    this.#dependencies = dependencies;
    this.#arrivals = new Arrivals(dependencies);
    const { from, to } = dependencies;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => {
      this.#ended = true;
      this.#pump();
    });
    from.on('error', () => this.#passOn(() => to.resetAndDestroy()));
    to.on('drain', () => {
      this.#blocked = false;
      this.#pump();
    });
  }

  /** Passes on nothing any more, and closes nothing. */
  silence(): void {
    this.#silent = true;
    this.#waiting = [];
    this.#arrivals.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    // The sender goes on believing that somebody takes what it sends.
    this.#dependencies.from.resume();
  }

  #take(bytes: Buffer): void {
    if (this.#silent) return;
    this.#waiting.push(bytes);
    this.#dependencies.from.pause();
    this.#pump();
  }

  /** Asks for a turn on the line. The sender's socket is read again once all of its bytes have left. */
  #pump(): void {
    const { from, to, now, opensAt, turns, gaps, retransmissionMs, onVanished } = this.#dependencies;
    if (this.#silent || this.#blocked || this.#pumping) return;
    if (this.#waiting.length === 0) {
      if (this.#ended) this.#passOn(() => to.end());
      else from.resume();
      return;
    }
    const at = now();
    const gap = gaps.at(at);
    // A connection that is only opening loses nothing: it asks again until somebody answers.
    if (gap?.kind === 'black hole' && this.#started) return onVanished();
    const readyAt = gap === null ? opensAt : gap.to + retransmissionMs;
    this.#pumping = true;
    if (readyAt > at) {
      this.#timer = setTimeout(() => this.#pumpAgain(), Math.ceil(readyAt - at));
      return;
    }
    turns.ask(() => {
      const packet = this.#waiting[0]?.subarray(0, packetBytes);
      if (packet !== undefined && gaps.at(now()) === null) {
        this.#consume(packet.length);
        this.#send(packet, now());
      }
      this.#pumpAgain();
    });
  }

  #pumpAgain(): void {
    this.#pumping = false;
    this.#pump();
  }

  #send(packet: Buffer, at: number): void {
    const { way, meter, to, now } = this.#dependencies;
    const { arrivesAt, losses } = way.send(packet.length, at);
    this.#started = true;
    meter.sent += packet.length;
    meter.packets += 1;
    meter.lost += losses;
    this.#arrivals.push(arrivesAt, () => {
      meter.delivered += packet.length;
      meter.lastAt = now();
      if (to.writable && !to.write(packet)) this.#blocked = true;
    });
  }

  /** The end of a connection travels as its bytes do, and behind them. */
  #passOn(action: () => void): void {
    if (this.#silent) return;
    this.#arrivals.push(this.#dependencies.now() + this.#dependencies.way.empty(), action);
  }

  #consume(bytes: number): void {
    const [first] = this.#waiting;
    if (first === undefined) return;
    if (first.length > bytes) this.#waiting[0] = first.subarray(bytes);
    else this.#waiting.shift();
  }
}
