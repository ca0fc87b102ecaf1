import type { Cancel } from '#shared/ports.ts';
import type { Lane } from '#shared/records/record.ts';
import type { Ack } from '#shared/sync/frame.ts';
import { VesselSender, type SenderDependencies } from './vessel-sender.ts';

/** How often to look for queues that nobody told of, should a notice have been lost. */
const lookEveryMs = 30_000;

/** Sends what the office writes to its vessels: one sender for each, made when there is something to do. */
export class Downlink {
  readonly #dependencies: SenderDependencies;
  readonly #senders = new Map<string, VesselSender>();
  #up = false;
  #cancelLook: Cancel | null = null;

  constructor(dependencies: SenderDependencies) {
    this.#dependencies = dependencies;
  }

  get inFlight(): number {
    let sum = 0;
    for (const sender of this.#senders.values()) sum += sender.inFlight;
    return sum;
  }

  onUp(): void {
    this.#up = true;
    for (const sender of this.#senders.values()) sender.onUp();
    this.look();
  }

  onDown(): void {
    this.#up = false;
    this.#cancelLook?.();
    this.#cancelLook = null;
    for (const sender of this.#senders.values()) sender.onDown();
  }

  onHello(vesselId: string, maySend: boolean): void {
    this.#sender(vesselId).onHello(maySend);
  }

  /**
   * @param since when its connection came up, as it says
   * @param takes the lanes that the vessel takes now; null for all
   */
  onPresence(
    vesselId: string,
    { online, since, takes }: { online: boolean; since: string; takes: readonly Lane[] | null },
  ): void {
    if (online) this.#sender(vesselId).onPresence(since, takes);
    else this.#senders.get(vesselId)?.onGone();
  }

  onAcknowledged(ack: Ack, believed: boolean): void {
    // Without a sender nothing is on its way, and what a stranger sends makes none.
    this.#senders.get(ack.vessel)?.onAcknowledged(ack, believed);
  }

  /** Whether a vessel takes a lane now, as far as it has said. */
  mayTake(vesselId: string, lane: Lane): boolean {
    return this.#senders.get(vesselId)?.mayTake(lane) ?? true;
  }

  /** The queue of a vessel has changed. */
  poke(vesselId: string): void {
    this.#sender(vesselId).poke();
  }

  #sender(vesselId: string): VesselSender {
    const known = this.#senders.get(vesselId);
    if (known !== undefined) return known;
    const sender = new VesselSender(vesselId, this.#dependencies);
    this.#senders.set(vesselId, sender);
    if (this.#up) sender.onUp();
    return sender;
  }

  /** Looks at every vessel's queue. */
  look(): void {
    if (!this.#up) return;
    this.#cancelLook?.();
    this.#cancelLook = this.#dependencies.environment.after(lookEveryMs, () => this.look());
    this.#dependencies.store.vesselsWithQueue().then(
      (vessels) => {
        if (this.#up) for (const vesselId of vessels) this.poke(vesselId);
      },
      (error: unknown) =>
        this.#dependencies.environment.log.warn(
          { err: error },
          'the queues to the vessels could not be read',
        ),
    );
  }
}
