import type { Cancel, Environment } from '#shared/ports.ts';
import type { Telemetry } from '#shared/sync/frame.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** How often a node that is online tells how it is doing. */
const everyMs = 900_000;
const firstMs = 5_000;

/** Tells the office now and then how the node is doing, while the link stands. */
export class TelemetryReports {
  readonly #store: VesselStore;
  readonly #environment: Environment;
  readonly #bytes: () => { sent: number; received: number };
  readonly #send: (report: Telemetry) => void;
  #next: Cancel | null = null;

  constructor(
    store: VesselStore,
    environment: Environment,
    dependencies: { bytes: () => { sent: number; received: number }; send: (report: Telemetry) => void },
  ) {
    this.#store = store;
    this.#environment = environment;
    this.#bytes = dependencies.bytes;
    this.#send = dependencies.send;
  }

  start(): void {
    this.#after(firstMs);
  }

  stop(): void {
    this.#next?.();
  }

  #after(milliseconds: number): void {
    this.#next?.();
    this.#next = this.#environment.after(milliseconds, () => {
      this.#report();
      this.#after(everyMs);
    });
  }

  #report(): void {
    const now = this.#environment.now();
    const { depth, oldestAt } = this.#store.outbox.counts();
    const { sent, received } = this.#bytes();
    this.#send({
      kind: 'telemetry',
      vessel: this.#store.vesselId,
      at: now,
      queueDepth: depth,
      oldestAgeMs: oldestAt === null ? null : Math.max(0, now - oldestAt),
      bytesSent: sent,
      bytesReceived: received,
    });
  }
}
