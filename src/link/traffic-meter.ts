import type { Socket } from 'node:net';
import { noTraffic, type Traffic } from '#shared/link-policy/traffic.ts';

/** Adds up what all connections of a link took: those that are over, and the one that stands. */
export class TrafficMeter {
  readonly #over: Traffic = { ...noTraffic };
  readonly #open = new Set<Socket>();

  /** A connection begins. */
  watch(tcp: Socket): void {
    // What waits to be written on a connection that never comes to be has not left.
    tcp.once('connect', () => {
      this.#open.add(tcp);
      this.#over.connections += 1;
    });
    tcp.once('close', () => {
      if (!this.#open.has(tcp)) return;
      this.#open.delete(tcp);
      this.#over.sent += tcp.bytesWritten;
      this.#over.received += tcp.bytesRead;
    });
  }

  packetSent(): void {
    this.#over.packetsSent += 1;
  }

  packetReceived(): void {
    this.#over.packetsReceived += 1;
  }

  total(): Traffic {
    const total = { ...this.#over };
    for (const tcp of this.#open) {
      total.sent += tcp.bytesWritten;
      total.received += tcp.bytesRead;
    }
    return total;
  }
}
