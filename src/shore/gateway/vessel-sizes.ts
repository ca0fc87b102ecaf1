import type { Environment } from '#shared/ports.ts';
import { MessageSize } from '#shared/sync/message-size.ts';

interface KnownOf {
  /** Largest packet that the vessel's own broker takes, as it said in its presence. */
  packetLimit: number | undefined;
  size: MessageSize;
  heardAt: number;
  /** The page that it asked for last, and how many bytes that had. */
  page: { name: string; bytes: number } | null;
}

/**
 * How large a message may be for each vessel: its own broker may take less than the gateway's, and what is too large for
 * a receiver brokers drop without a word. It says what its broker announced; what it does not know shows in that it
 * hears nothing of large messages while it goes on talking.
 */
export class VesselSizes {
  readonly #environment: Pick<Environment, 'monotonic'>;
  readonly #byVessel = new Map<string, KnownOf>();

  constructor(environment: Pick<Environment, 'monotonic'>) {
    this.#environment = environment;
  }

  onPresence(vesselId: string, packetLimit: number | undefined): void {
    this.#of(vesselId).packetLimit = packetLimit;
  }

  /** Something came from it. */
  heard(vesselId: string): void {
    const known = this.#byVessel.get(vesselId);
    if (known !== undefined) known.heardAt = this.#environment.monotonic();
  }

  packetLimitOf(vesselId: string): number | undefined {
    return this.#byVessel.get(vesselId)?.packetLimit;
  }

  /** Bytes of payload. */
  mostOf(vesselId: string): number {
    return this.#byVessel.get(vesselId)?.size.most ?? Infinity;
  }

  /** It has not acknowledged a batch of so many bytes. @param sentAt monotonic ms */
  onSilence(vesselId: string, bytes: number, sentAt: number): void {
    const known = this.#of(vesselId);
    if (known.heardAt > sentAt) known.size.lost(Math.min(bytes, known.size.most));
  }

  onAcknowledged(vesselId: string, bytes: number): void {
    this.#byVessel.get(vesselId)?.size.taken(bytes);
  }

  /** A page goes out. The same one is asked for again when it did not come. */
  onPage(vesselId: string, name: string, bytes: number): void {
    const known = this.#of(vesselId);
    if (known.page?.name === name) known.size.lost(Math.min(known.page.bytes, known.size.most));
    else if (known.page !== null) known.size.taken(Math.min(known.page.bytes, known.size.most));
    known.page = { name, bytes };
  }

  #of(vesselId: string): KnownOf {
    const known = this.#byVessel.get(vesselId) ?? {
      packetLimit: undefined,
      size: new MessageSize(this.#environment),
      heardAt: 0,
      page: null,
    };
    this.#byVessel.set(vesselId, known);
    return known;
  }
}
