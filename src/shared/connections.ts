/** A socket as far as it is counted here. */
export interface CountedSocket {
  readonly remoteAddress?: string | undefined;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export interface ConnectionLimits {
  /** Sockets of any kind at once. */
  readonly total: number;
  /** Of them from one address. */
  readonly perAddress: number;
  /** Addresses that speak for many: proxies. They are held to the total alone. */
  readonly proxies?: readonly string[];
}

/**
 * Who is connected to a server. Where there is no more room the socket that has waited longest without showing that it
 * may be here makes room for the new one, of the same address where that has too many: sockets that say nothing shut
 * nobody out. Only where all have shown it is a new one turned away.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #onFull: (address: string) => void;
  readonly #perAddress = new Map<string, number>();
  /** Sockets that have shown nothing yet, the oldest first, and their addresses. */
  readonly #strangers = new Map<CountedSocket, string>();
  #total = 0;

  /** @param onFull hears of a socket that had to go, or was not let in */
  constructor(limits: ConnectionLimits, onFull: (address: string) => void) {
    this.#limits = limits;
    this.#onFull = onFull;
  }

  get total(): number {
    return this.#total;
  }

  add(socket: CountedSocket): void {
    const address = plainAddress(socket.remoteAddress);
    const isProxy = this.#limits.proxies?.includes(address) === true;
    const isFull =
      (!isProxy &&
        this.#countOf(address) >= this.#limits.perAddress &&
        !this.#makeRoom((other) => other === address)) ||
      (this.#total >= this.#limits.total && !this.#makeRoom(() => true));
    if (isFull) {
      this.#onFull(address);
      socket.destroy();
      return;
    }
    this.#total += 1;
    this.#perAddress.set(address, this.#countOf(address) + 1);
    this.#strangers.set(socket, address);
    socket.once('close', () => this.#gone(socket, address));
  }

  /** Whoever is at the other end has shown that it may be here. */
  admit(socket: CountedSocket): void {
    this.#strangers.delete(socket);
  }

  #makeRoom(isMeant: (address: string) => boolean): boolean {
    for (const [socket, address] of this.#strangers) {
      if (!isMeant(address)) continue;
      this.#onFull(address);
      this.#strangers.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  #gone(socket: CountedSocket, address: string): void {
    this.#strangers.delete(socket);
    this.#total -= 1;
    const left = this.#countOf(address) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }

  #countOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }
}

/** An IPv4 address as it is written, also where it came through an IPv6 socket. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}

const mostAddresses = 10_000;

/** Attempts without a right key, by address and minute. */
export class FailedAttempts {
  readonly #monotonic: () => number;
  readonly #aMinute: number;
  #since = 0;
  #counts = new Map<string, number>();

  constructor(monotonic: () => number, aMinute: number) {
    this.#monotonic = monotonic;
    this.#aMinute = aMinute;
  }

  /** Counts one. @returns whether there have been too many from there */
  isTooMany(address: string): boolean {
    const now = this.#monotonic();
    if (now - this.#since >= 60_000) {
      this.#since = now;
      this.#counts = new Map();
    }
    const name = this.#counts.has(address) || this.#counts.size < mostAddresses ? address : '';
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count > this.#aMinute;
  }
}
