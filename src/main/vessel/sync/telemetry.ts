import type { Cancel, Environment } from '#shared/ports.ts';
import type { Telemetry as Message } from '#shared/sync/frame.ts';
import type { VesselStore } from '../store/vessel-store.ts';

/** How often a node that is online tells how it is doing. */
const everyMs = 900_000;
const firstMs = 5_000;

export interface TelemetryParts {
  environment: Environment;
  store: VesselStore;
  /** Since this program started. */
  bytes(): { sent: number; received: number };
  send(message: Message): void;
}

/** Tells shore now and then how much waits here, while the link stands. */
export class Telemetry {
  readonly #parts: TelemetryParts;
  #next: Cancel | null = null;

  constructor(parts: TelemetryParts) {
    this.#parts = parts;
  }

  onUp(): void {
    this.onDown();
    this.#next = this.#parts.environment.after(firstMs, () => this.#tell());
  }

  onDown(): void {
    this.#next?.();
  }

  #tell(): void {
    const { environment, store, send } = this.#parts;
    const { depth, oldestAt } = store.outbox.figures();
    const { sent, received } = this.#parts.bytes();
    send({
      kind: 'telemetry',
      vessel: store.vesselId,
      at: environment.now(),
      queueDepth: depth,
      oldestAgeMs: oldestAt === null ? null : Math.max(0, environment.now() - oldestAt),
      bytesSent: sent,
      bytesReceived: received,
    });
    this.#next = environment.after(everyMs, () => this.#tell());
  }
}
