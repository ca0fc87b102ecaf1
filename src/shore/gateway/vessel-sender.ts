import { RareLog } from '#shared/rare-log.ts';
import type { Cancel, Codec, Environment, PublishOptions, Qos } from '#shared/ports.ts';
import type { Lane } from '#shared/records/record.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import { batchSizeToSend, unfoldedSize } from '#shared/sync/columns/unfolded.ts';
import { encodeFrame, type Ack, type Batch } from '#shared/sync/frame.ts';
import { furthestOf, receivedFromJson } from '#shared/sync/received-ranges.ts';
import { fingerprintsFor } from '#shared/sync/head-fingerprints.ts';
import { SendWindow } from '#shared/sync/send-window.ts';
import { topicOf } from '#shared/sync/topics.ts';
import type { JournalEntry, ShoreStore, VesselHead } from '../store/shore-store.ts';
import type { Counters } from './counters.ts';
import { goesPastTakenAlong } from './taken-along.ts';

/** Most changes in a batch, and about how many bytes of JSON before compression. */
const changesPerBatch = 250;
const plainBytesPerBatch = 64 * 1024;
/** Batches on their way at once. */
const windowSize = 4;
/** For so long other gateways leave this vessel to us; taken anew at every look. */
const senderForMs = 60_000;
const lookAgainMs = 5_000;
/** A vessel that has come up says hello right behind its presence; one whose hello is lost is not left waiting for longer. */
const helloWithinMs = 10_000;

export interface SenderDependencies {
  store: ShoreStore;
  environment: Environment;
  codec: Codec;
  gateway: string;
  qos: Qos;
  counters: Counters;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
}

/**
 * Sends shore's changes to one vessel: by lane, in batches, several in flight. It remembers nothing that the
 * database does not: when it is forgotten, whoever comes next starts from the queue.
 */
export class VesselSender {
  readonly vesselId: string;
  readonly #dependencies: SenderDependencies;
  readonly #rareLog: RareLog;
  readonly #window = new SendWindow(windowSize);
  readonly #timer: AcknowledgementTimer;
  #origin: string | null = null;
  #attempt = 0;
  /** The furthest number that the vessel said it holds, when its word was last heard here. */
  #saidEnd = 0;
  #up = false;
  /** The vessel is being given everything at once. */
  #halted = false;
  #takeOver = false;
  /** The lanes that the vessel's link policy lets through now; null for all. Said again whenever it connects. */
  #takes: readonly Lane[] | null = null;
  /** Since when the vessel's connection stands, as its presence said last. */
  #connectedSince: string | null = null;
  /** What is sent before the hello of a new connection would be sent again after it: until when it is waited for. */
  #helloBy = Number.NEGATIVE_INFINITY;
  #pumping = false;
  #pumpAgain = false;
  #cancelLook: Cancel | null = null;

  constructor(vesselId: string, dependencies: SenderDependencies) {
    this.vesselId = vesselId;
    this.#dependencies = dependencies;
    const { environment } = dependencies;
    this.#rareLog = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
    this.#timer = new AcknowledgementTimer(dependencies.environment, () => this.#onSilence());
  }

  get inFlight(): number {
    return this.#window.inFlight.length;
  }

  /** The broker has us. */
  onUp(): void {
    this.#up = true;
    this.#timer.reset();
    this.#restart();
  }

  onDown(): void {
    this.#up = false;
    this.#stop();
  }

  /** The vessel has just come up and said what it holds: from now on this gateway sends to it. */
  onHello(maySend: boolean): void {
    this.#helloBy = Number.NEGATIVE_INFINITY;
    this.#halted = !maySend;
    this.#takeOver = true;
    this.#timer.reset();
    this.#restart();
  }

  /**
   * The vessel is there. What is on its way in a lane that it takes no more is not called back.
   * @param since when its connection came up; another than before: a hello follows
   * @param lanes what it takes from now on; null for all
   */
  onPresence(since: string, lanes: readonly Lane[] | null): void {
    this.#takes = lanes;
    if (since !== this.#connectedSince) {
      this.#connectedSince = since;
      this.#helloBy = this.#dependencies.environment.monotonic() + helloWithinMs;
    }
    this.poke();
  }

  mayTake(lane: Lane): boolean {
    return this.#takes?.includes(lane) ?? true;
  }

  /** The vessel is gone: what is sent now is lost. */
  onGone(): void {
    this.#stop();
  }

  /**
   * @param believed false when the vessel holds another journal of ours, or less than it had confirmed: what is sent
   *   now would be refused again, until a hello or a new epoch has brought both together
   */
  onAcknowledged(ack: Ack, believed: boolean): void {
    if (!believed) return;
    if (ack.origin === this.#origin) this.#saidEnd = furthestOf(receivedFromJson(ack.held));
    if (ack.outcome === 'gap' && ack.attempt === this.#attempt) {
      this.#restart();
    } else {
      this.poke();
    }
  }

  /** Something may have changed in the queue: looks, and sends what there is room for. */
  poke(): void {
    if (!this.#up || this.#halted) return;
    if (this.#waitsForHello()) return;
    if (this.#pumping) {
      this.#pumpAgain = true;
      return;
    }
    this.#pumping = true;
    this.#pump()
      .catch((error: unknown) => {
        this.#rareLog.warn(
          'queue',
          { err: error, vessel: this.vesselId },
          'the queue to a vessel could not be read; trying again',
        );
        this.#lookAfter(lookAgainMs);
      })
      .finally(() => {
        this.#pumping = false;
        if (!this.#pumpAgain) return;
        this.#pumpAgain = false;
        this.poke();
      });
  }

  /** True while a new connection's hello is to come; looks again when it has not come in time. */
  #waitsForHello(): boolean {
    const left = this.#helloBy - this.#dependencies.environment.monotonic();
    if (left <= 0) return false;
    this.#lookAfter(left);
    return true;
  }

  #restart(): void {
    this.#window.rewind();
    this.#attempt += 1;
    this.poke();
  }

  #stop(): void {
    this.#window.rewind();
    this.#attempt += 1;
    this.#timer.stop();
    this.#cancelLook?.();
    this.#cancelLook = null;
  }

  async #pump(): Promise<void> {
    const { store, gateway } = this.#dependencies;
    const head = await store.vessel(this.vesselId);
    if (head === null) return;
    this.#takeProgress(head);
    if (this.#takeOver) {
      await store.claimSender(this.vesselId, gateway, senderForMs, true);
      this.#takeOver = false;
    }
    const lanes = SendWindow.order.filter((lane) => this.mayTake(lane));
    if (head.last === 0 || (await this.#nextIn(lanes, head, 1)) === null) {
      if (this.#window.inFlight.length === 0) this.#timer.stop();
      return;
    }
    const contact = await store.contact(this.vesselId);
    if (contact?.online !== true || contact.hello?.wants === 'snapshot') return;
    const wait = await store.claimSender(this.vesselId, gateway, senderForMs, false);
    // Its presence may have come while the database was asked.
    if (this.#waitsForHello()) return;
    if (wait > 0) {
      this.#lookAfter(wait);
      return;
    }
    for (const lane of lanes) {
      while (this.mayTake(lane) && this.#up && !this.#halted && this.#window.hasRoom(lane)) {
        const attempt = this.#attempt;
        const next = await this.#nextIn([lane], head, changesPerBatch);
        // Started again meanwhile: what was read may be behind the window now.
        if (attempt !== this.#attempt) this.#pumpAgain = true;
        if (next === null || attempt !== this.#attempt) break;
        await this.#send(lane, next, head);
      }
    }
    this.#watch();
  }

  /** What the vessel has acknowledged, whichever gateway heard it. */
  #takeProgress(head: VesselHead): void {
    if (this.#origin !== head.origin) {
      this.#origin = head.origin;
      this.#saidEnd = 0;
      this.#window.rewind();
    }
    const now = this.#dependencies.environment.monotonic();
    const done = this.#window.acknowledge(head.acknowledged);
    if (done.length === 0) return;
    this.#timer.progressed(done.map((flight) => now - flight.sentAt));
    this.#dependencies.counters.changesAcknowledged += done.reduce((sum, flight) => sum + flight.changes, 0);
    this.#watch();
  }

  /** The first of these lanes' changes that are not on their way, as many as fit a batch; null where there are none. */
  async #nextIn(lanes: readonly Lane[], head: VesselHead, limit: number): Promise<JournalEntry[] | null> {
    for (const lane of lanes) {
      const flights = this.#window.inFlight.filter((flight) => flight.lane === lane);
      const flying = flights.reduce((sum, flight) => sum + flight.changes, 0);
      // A change that was drawn into the urgent lane stands before what has left already: look from the beginning.
      const after = lane === 'urgent' ? 0 : Math.max(this.#window.sentUpTo(lane), head.acknowledged.upTo);
      const most = (lane === 'urgent' ? changesPerBatch : limit) + flying;
      const queued = await this.#dependencies.store.queued(this.vesselId, lane, after, most);
      const isFlying = ({ change }: JournalEntry): boolean =>
        flights.some((flight) => covers(flight, change.number));
      const first = queued.findIndex((entry) => !isFlying(entry));
      if (first === -1) continue;
      if (lane === 'urgent') {
        const changes = queued.map(({ change }) => change);
        // It waits for the word on what is on its way. What is drawn in before that takes it along once more.
        if (goesPastTakenAlong(changes, first)) continue;
        return cut(queued.slice(first));
      }
      const end = queued.findIndex((entry, index) => index > first && isFlying(entry));
      return cut(queued.slice(first, end === -1 ? undefined : end));
    }
    return null;
  }

  async #send(lane: Lane, entries: readonly JournalEntry[], head: VesselHead): Promise<void> {
    const first = entries[0];
    const last = entries.at(-1);
    if (first === undefined || last === undefined || last.hash === null) return;
    const { store, codec, qos, counters, environment } = this.#dependencies;
    const attempt = this.#attempt;
    const after = await store.predecessor(this.vesselId, lane, first.change.number);
    const numbers = entries.map(({ change }) => change.number);
    const proof = fingerprintsFor(numbers, this.#window.reached(await this.#acknowledgedEnd(head)));
    if (attempt !== this.#attempt) return;
    const batch: Batch = {
      kind: 'batch',
      vessel: this.vesselId,
      origin: first.change.origin,
      lane,
      after,
      hash: last.hash,
      attempt,
      proof,
      changes: entries.map((entry) => entry.change),
    };
    const frame = encodeFrame(batch, codec);
    this.#window.sent({
      lane,
      first: first.change.number,
      last: last.change.number,
      hash: last.hash,
      changes: entries.length,
      bytes: frame.length,
      sentAt: environment.monotonic(),
    });
    counters.changesSent += entries.length;
    this.#dependencies
      .publish(topicOf(this.vesselId, 'down', lane), frame, { qos })
      .catch((error: unknown) => {
        environment.log.info(
          { err: error, vessel: this.vesselId },
          'a batch could not be handed to the broker',
        );
        if (attempt === this.#attempt) this.#window.rewind();
        this.#watch();
      });
  }

  /** The highest number that the vessel said it holds of shore's journal, as far as known, and the journal's hash there. */
  async #acknowledgedEnd({
    origin,
    acknowledged,
    last,
  }: VesselHead): Promise<{ number: number; hash: string }> {
    const number = Math.max(furthestOf(acknowledged), Math.min(this.#saidEnd, last));
    const hash = await this.#dependencies.store.hashAt(this.vesselId, origin, number);
    return { number, hash: hash ?? '' };
  }

  /** Nothing came back in time: a batch or its acknowledgement is lost, or the vessel is away. */
  #onSilence(): void {
    if (!this.#up || this.#halted) return;
    this.#dependencies.environment.log.info(
      { vessel: this.vesselId },
      'the vessel has not acknowledged; sending again',
    );
    this.#timer.backOff();
    this.#restart();
  }

  #watch(): void {
    if (this.#up && this.#window.inFlight.length > 0) this.#timer.watch();
  }

  #lookAfter(milliseconds: number): void {
    this.#cancelLook?.();
    this.#cancelLook = this.#dependencies.environment.after(milliseconds, () => {
      this.#cancelLook = null;
      this.poke();
    });
  }
}

function covers(flight: { first: number; last: number }, number: number): boolean {
  return flight.first <= number && number <= flight.last;
}

/** As many entries as fit a batch; always at least one. */
function cut(entries: readonly JournalEntry[]): JournalEntry[] {
  let bytes = 0;
  let unfolded = 0;
  const taken: JournalEntry[] = [];
  for (const entry of entries) {
    bytes += 120 + JSON.stringify(entry.change.fields).length;
    unfolded += unfoldedSize(entry.change);
    const isTooMuch =
      bytes > plainBytesPerBatch || unfolded > batchSizeToSend || taken.length >= changesPerBatch;
    if (taken.length > 0 && isTooMuch) break;
    taken.push(entry);
  }
  return taken;
}
