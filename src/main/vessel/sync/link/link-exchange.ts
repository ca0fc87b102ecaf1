import type { Lane } from '#shared/records/record.ts';
import type { Ack, Batch, Message } from '#shared/sync/frame.ts';
import { isExchangeIdle } from '../../link-policy/exchange-idle.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { BaseUpload } from '../base/base-upload.ts';
import { ConsistencyCheck } from '../consistency/consistency-check.ts';
import { JournalBackfill } from '../consistency/journal-backfill.ts';
import { ContentSession } from '../content/content-session.ts';
import { acknowledgement, applyBatch } from '../intake/apply-batch.ts';
import { SnapshotSession } from '../snapshot/snapshot-session.ts';
import { takeAcknowledgement } from '../uplink/take-acknowledgement.ts';
import { Uplink } from '../uplink/uplink.ts';
import { Handshake } from './handshake.ts';
import { Identity } from './identity.ts';
import type { LinkMessages } from './link-messages.ts';
import type { LinkSessionDependencies, LinkSessionOptions } from './link-options.ts';
import type { LinkStanding } from './link-standing.ts';
import { FileTransferSession } from './take-file-transfer.ts';
import { TelemetryReports } from './telemetry.ts';

/** An answer to shore's question, and to no batch. */
const toHello = { outcome: 'status', attempt: null, problems: [] } as const satisfies Partial<Ack>;

export interface LinkExchangeDependencies extends LinkSessionDependencies {
  options: LinkSessionOptions;
  messages: LinkMessages;
  standing: LinkStanding;
  /** A new connection, in the place of one that leads nowhere or stands under a former name. */
  reopenLink(): void;
  sayPresence(): void;
}

/** By kind of message, who takes it. */
type Takers = { [K in Message['kind']]?: (message: Extract<Message, { kind: K }>) => void };

/**
 * What is exchanged with shore while a link stands, each part with its own messages: who this is, changes both ways, records for
 * a computer that holds nothing, records that nobody has as changes, the comparison, contents, telemetry. Where a link comes from
 * and when it may stand is not known here.
 */
export class LinkExchange {
  readonly #store: VesselStore;
  readonly #dependencies: LinkExchangeDependencies;
  readonly #messages: LinkMessages;
  readonly #uplink: Uplink;
  readonly #snapshot: SnapshotSession;
  readonly #handshake: Handshake;
  readonly #identity: Identity;
  readonly #backfill: JournalBackfill;
  readonly #consistency: ConsistencyCheck;
  readonly #base: BaseUpload;
  readonly #telemetry: TelemetryReports;
  readonly #takers: Takers;
  readonly contents: ContentSession;

  constructor(store: VesselStore, dependencies: LinkExchangeDependencies) {
    const { environment, options, gate, messages, standing } = dependencies;
    this.#store = store;
    this.#dependencies = dependencies;
    this.#messages = messages;
    this.#handshake = new Handshake(store, {
      environment,
      vesselName: options.vesselName,
      digest: () => this.#consistency.digestForHello(),
      wantsSnapshot: () => this.#snapshot.isWanted,
      send: (hello) => messages.send('hello', hello),
    });
    this.#identity = new Identity(store, {
      handshake: this.#handshake,
      rest: () => this.rest(),
      begin: () => this.#begin(),
      takeFrame: (frame) => this.#takeFrame(frame),
      askSoon: () => this.#backfill.askSoon(),
    });
    this.#uplink = new Uplink(store, {
      ...dependencies,
      qos: options.qos.changes,
      mayUse: (lane) => gate.mayUse(lane),
      publish: (topic, payload, publishOptions) => messages.publish(topic, payload, publishOptions.qos),
      onMoved: () => dependencies.onStatus(),
      onLost: () => this.#backfill.askSoon(),
      onRefused: (failure) => standing.failed(failure),
      onTaken: () => standing.recovered(),
      onDead: () => dependencies.reopenLink(),
    });
    this.#snapshot = new SnapshotSession(store, {
      environment,
      send: (ask) => messages.send('ask', ask),
      onHeld: () => this.#handshake.say(),
      onMoved: () => {
        this.#consistency.onMoved();
        dependencies.onStatus();
      },
    });
    this.#base = new BaseUpload(store, {
      ...dependencies,
      snapshot: this.#snapshot,
      send: (message) => messages.send('base', message),
      // What shore lost it may have lost the contents of as well.
      onLost: () => this.contents.onShoreLost(),
      onDone: () => this.#handshake.say(),
    });
    this.#telemetry = new TelemetryReports(store, environment, {
      bytes: () => messages.bytes,
      send: (report) => messages.send('telemetry', report),
    });
    this.#backfill = new JournalBackfill({
      environment,
      store,
      device: options.device,
      sendBatch: (batch) => messages.sendBatch(batch),
      sendAck: (ack) => messages.send('ack', ack),
      ask: () => this.#handshake.say(),
      sayPresence: () => dependencies.sayPresence(),
      mayExchange: () => gate.only === null,
    });
    this.#consistency = new ConsistencyCheck(store, {
      ...dependencies,
      sayHello: () => this.#handshake.say(),
      isComplete: () => !this.#snapshot.isWanted && !this.#snapshot.isUnderWay,
      send: (message) => messages.send('compare', message),
      onForked: (origin) => this.#backfill.onForked(origin),
    });
    this.contents = new ContentSession(store, {
      ...dependencies,
      publish: (topic, payload) => messages.publish(topic, payload, options.qos.changes),
      mustWait: () => this.#uplink.hasUnsent,
      mayUse: () => gate.mayUse('bulk'),
      onDead: () => dependencies.reopenLink(),
    });
    this.#takers = {
      identity: (message) => this.#identity.take(message),
      batch: (batch) => this.#takeBatch(batch),
      page: (page) => this.#snapshot.takePage(page),
      ack: (ack) => this.#takeAck(ack),
      compare: (message) => this.#consistency.take(message),
      base: (message) => this.#base.take(message),
      hello: ({ origin }) => messages.send('ack', acknowledgement(store, origin, toHello)),
    };
  }

  /** Why nothing is exchanged with this computer, for people; null where it is not so. */
  get identity(): Identity['held'] {
    return this.#identity.held;
  }

  get snapshot(): ReturnType<SnapshotSession['progress']> {
    return this.#snapshot.progress();
  }

  get agreement(): ReturnType<ConsistencyCheck['status']> {
    return this.#consistency.status();
  }

  /** For what comes in files. */
  get fileTransfer(): FileTransferSession {
    const { options, reopenLink } = this.#dependencies;
    const takers = { store: this.#store, uplink: this.#uplink, snapshot: this.#snapshot };
    const own = { consistency: this.#consistency, device: options.device };
    return new FileTransferSession({ ...takers, ...own, onNewName: reopenLink });
  }

  /** A connection stands. */
  onUp(): void {
    this.#identity.onUp();
  }

  onDown(): void {
    this.#handshake.onDown();
    this.#identity.onDown();
    this.rest();
  }

  /** Other lanes may go than before. */
  onLanes(): void {
    if (this.#identity.held !== null) return;
    this.#uplink.onLanes();
    // A snapshot is the records that people work with: where normal changes wait, so does that.
    if (this.#dependencies.gate.mayUse('normal')) this.#snapshot.onUp();
    else this.#snapshot.onDown();
    this.contents.restart();
    this.#handshake.say();
  }

  /** Local changes were committed. */
  onWritten(...written: Parameters<Uplink['onWritten']>): void {
    this.#uplink.onWritten(...written);
  }

  /** Asks for all that may have been missed, and sends what may not have arrived. */
  greet(): void {
    this.#handshake.say();
    if (this.#identity.held !== null) return;
    this.#snapshot.ask();
    this.#uplink.restart();
    this.contents.restart();
  }

  /** The gateway is gone: what was on its way to it is lost, and another one takes it. */
  onGatewayGone(): void {
    if (this.#uplink.inFlight > 0) this.#uplink.restart();
  }

  compareNow(): void {
    this.#consistency.compareNow();
  }

  /** @param quietFor ms since anything last came */
  isIdle(lanes: readonly Lane[], quietFor: number): boolean {
    return isExchangeIdle(this.#store, lanes, {
      isAnswered: this.#handshake.isAnswered,
      inFlight: this.#uplink.inFlight,
      isPartial: this.#dependencies.gate.only !== null,
      isExpecting:
        this.#snapshot.isUnderWay ||
        this.#base.isUnderWay ||
        this.#backfill.isExpecting ||
        this.contents.isBusy,
      isCompared: this.#consistency.isConcluded,
      quietFor,
    });
  }

  /** @param bytes of the message as it came */
  take(message: Message, bytes: number): void {
    if (this.#identity.admits(message, bytes)) this.#takeFrame(message);
  }

  /** @throws WireError for what is no message of contents */
  takeContent(payload: Uint8Array): void {
    if (this.#identity.isLetIn) this.contents.take(payload);
  }

  /** Nobody is asked, told or waited for any more on this connection. */
  rest(): void {
    this.#base.onDown();
    this.#telemetry.stop();
    this.#uplink.onDown();
    this.#handshake.rest();
    this.#snapshot.onDown();
    this.#backfill.onDown();
    this.#consistency.onDown();
    this.contents.onDown();
  }

  close(): void {
    this.#consistency.close();
    this.contents.close();
  }

  #begin(): void {
    const { gate, keys } = this.#dependencies;
    this.#backfill.onUp();
    this.#handshake.say();
    if (gate.mayUse('normal')) this.#snapshot.onUp();
    this.#uplink.onUp();
    this.#consistency.onUp();
    this.contents.onUp();
    this.#messages.showKey(keys()?.toTell);
    this.#telemetry.start();
  }

  #takeFrame(message: Message): void {
    const take = this.#takers[message.kind] as ((taken: Message) => void) | undefined;
    take?.(message);
  }

  #takeBatch(batch: Batch): void {
    if (this.#snapshot.isWanted) return;
    // Meant for another computer of this ship, which lacks them.
    if (batch.origin === this.#store.own.origin) return;
    const ack = applyBatch(this.#store, batch);
    this.#messages.send('ack', ack);
    if (ack.outcome === 'fork') this.#backfill.onForked(batch.origin);
    this.#backfill.onTaken(batch.origin);
    this.#consistency.onMoved();
  }

  #takeAck(ack: Ack): void {
    if (ack.origin !== this.#store.own.origin) {
      this.#backfill.onForeign(ack);
      return;
    }
    const isAnswer = this.#handshake.isAnswer(ack);
    const { received, putBack, ask, disputed, reincarnated } = takeAcknowledgement(this.#store, ack, {
      device: this.#dependencies.options.device,
      askedWith: this.#handshake.askedWith(ack),
      named: this.#uplink.namedIn(ack),
    });
    if (reincarnated !== null) {
      this.#dependencies.reopenLink();
      return;
    }
    if (isAnswer) this.#handshake.onAnswer();
    this.#uplink.onAnswered(ack, received, disputed);
    if (putBack) {
      this.#uplink.restart();
      this.contents.onShoreLost();
    }
    if (ask) this.#backfill.askSoon();
    if (ack.outcome === 'status') this.#backfill.onStatus(ack, isAnswer);
    this.#consistency.onAcknowledged(ack, isAnswer);
    if (isAnswer && ack.holding !== null) this.#base.onHolding();
    if (isAnswer || ack.outcome === 'stored') this.#identity.onAnswer(isAnswer);
  }
}
