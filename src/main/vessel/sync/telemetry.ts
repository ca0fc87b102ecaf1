import type { Cancel, Environment } from '#shared/ports.ts';
import type { Telemetry as TelemetryMessage } from '#shared/sync/frame.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** How often a node that is online tells how it is doing. */
const everyMs = 900_000;
const firstMs = 5_000;

/** Tells the office now and then how this node is doing, while it is online. */
export class Telemetry {
  readonly #store: VesselStore;
  readonly #environment: Environment;
  readonly #send: (message: TelemetryMessage) => void;
  readonly #bytes: () => { sent: number; received: number };
  #next: Cancel | null = null;

  constructor(
    store: VesselStore,
    parts: {
      environment: Environment;
      send: (message: TelemetryMessage) => void;
      /** Payload since the program began. */
      bytes: () => { sent: number; received: number };
    },
  ) {
    this.#store = store;
    this.#environment = parts.environment;
    this.#send = parts.send;
    this.#bytes = parts.bytes;
  }

  start(): void {
    this.stop();
    this.#next = this.#environment.after(firstMs, () => this.#tell());
  }

  stop(): void {
    this.#next?.();
  }

  #tell(): void {
    const figures = this.#store.outbox.figures();
    const now = this.#environment.now();
    const bytes = this.#bytes();
    this.#send({
      kind: 'telemetry',
      vessel: this.#store.vesselId,
      at: now,
      queueDepth: figures.depth,
      oldestAgeMs: figures.oldestAt === null ? null : Math.max(0, now - figures.oldestAt),
      bytesSent: bytes.sent,
      bytesReceived: bytes.received,
    });
    this.#next = this.#environment.after(everyMs, () => this.#tell());
  }
}
