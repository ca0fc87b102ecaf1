import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Link, LinkFailure, LinkMessage, OpenLink } from '#shared/ports.ts';
import type { Ack, Batch, Message } from '#shared/sync/frame.ts';
import { topicOfMessage, WholeMessages } from '#shared/sync/whole-messages.ts';
import type { Lane } from '#shared/records/record.ts';
import type { Gated } from '../../link-policy/gate.ts';
import { isExchangeIdle } from '../../link-policy/exchange-idle.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { acknowledgement, applyBatch } from '../intake/apply-batch.ts';
import { ContentSession } from '../content/content-session.ts';
import { BaseUpload } from '../base/base-upload.ts';
import { DrainMeter } from '../uplink/drain-meter.ts';
import { Handshake } from './handshake.ts';
import { presenceOf } from './hello.ts';
import { Identity } from './identity.ts';
import { heardOrNot } from './goodbye.ts';
import { gatewayMoved, readFrame } from './read-frame.ts';
import { takeKey } from './link-keys.ts';
import { LinkMessages } from './link-messages.ts';
import { settingsOf, type LinkSessionOptions, type LinkSessionDependencies } from './link-options.ts';
import { MayStand } from './may-stand.ts';
import { databaseDamaged, LinkStanding, type LinkState } from './link-standing.ts';
import { RefusedMessages } from '../intake/refuse-message.ts';
import { SnapshotSession } from '../snapshot/snapshot-session.ts';
import { JournalBackfill } from '../consistency/journal-backfill.ts';
import { ConsistencyCheck } from '../consistency/consistency-check.ts';
import { takeAcknowledgement } from '../uplink/take-acknowledgement.ts';
import { FileTransferSession } from './take-file-transfer.ts';
import { TelemetryReports } from './telemetry.ts';
import { Uplink } from '../uplink/uplink.ts';

/** An answer to shore's question, and to no batch. */
const toHello = { outcome: 'status', attempt: null, problems: [] } as const satisfies Partial<Ack>;

type LinkStatus = Pick<SyncStatus, 'link' | 'identity' | 'bytes' | 'progress' | 'snapshot' | 'agreement'>;

/**
 * The node's life on the link: connects when it may, says hello and sends at once when the broker has it, takes
 * what comes down, and is told in words when something is wrong. Losing the link is not an error.
 */
export class LinkSession implements Gated {
  readonly #store: VesselStore;
  readonly #options: LinkSessionOptions;
  readonly #dependencies: LinkSessionDependencies;
  #link: Link | null;
  readonly #uplink: Uplink;
  readonly #snapshot: SnapshotSession;
  readonly #handshake: Handshake;
  readonly #identity: Identity;
  readonly #meter: DrainMeter;
  readonly #backfill: JournalBackfill;
  readonly #consistency: ConsistencyCheck;
  readonly #base: BaseUpload;
  readonly contents: ContentSession;
  readonly #startedAt: string;
  readonly #mayStand: MayStand;
  readonly #standing: LinkStanding;
  readonly #messages: LinkMessages;
  readonly #telemetry: TelemetryReports;
  readonly #refused: RefusedMessages;
  #ended = false;
  #isClosing = false;
  /** When anything last came from the link, monotonic ms. */
  #movedAt = 0;
  readonly #whole: WholeMessages;
  /** Counts the links that this session has had. */
  #connection = 0;

  constructor(store: VesselStore, options: LinkSessionOptions, dependencies: LinkSessionDependencies) {
    this.#store = store;
    this.#options = options;
    this.#dependencies = dependencies;
    this.#refused = new RefusedMessages(store);
    this.#whole = new WholeMessages(dependencies.environment);
    this.#startedAt = new Date(dependencies.environment.now()).toISOString();
    this.#handshake = new Handshake(store, {
      environment: dependencies.environment,
      vesselName: options.vesselName,
      digest: () => this.#consistency.digestForHello(),
      wantsSnapshot: () => this.#snapshot.isWanted,
      send: (hello) => this.#messages.send('hello', hello),
    });
    this.#identity = new Identity(store, {
      handshake: this.#handshake,
      rest: () => this.#rest(),
      begin: () => this.#begin(),
      takeFrame: (frame) => this.#takeFrame(frame),
      askSoon: () => this.#backfill.askSoon(),
    });
    this.#mayStand = new MayStand(store.settings, dependencies.gate);
    this.#standing = new LinkStanding(store, this.#mayStand.stateWithoutLink);
    const link = (): Link | null => this.#link;
    this.#messages = new LinkMessages({ ...dependencies, vesselId: store.vesselId, qos: options.qos, link });
    this.#meter = new DrainMeter(dependencies.environment);
    this.#uplink = new Uplink(store, {
      ...dependencies,
      qos: options.qos.changes,
      mayUse: (lane) => dependencies.gate.mayUse(lane),
      publish: (topic, payload, publishOptions) => this.#messages.publish(topic, payload, publishOptions.qos),
      onMoved: () => dependencies.onStatus(),
      onLost: () => this.#backfill.askSoon(),
      onRefused: (failure) => this.#standing.failed(failure),
      onTaken: () => this.#standing.recovered(),
      onDead: () => this.#reopenLink(),
    });
    this.#snapshot = new SnapshotSession(store, {
      environment: dependencies.environment,
      send: (ask) => this.#messages.send('ask', ask),
      onHeld: () => this.#handshake.say(),
      onMoved: () => {
        this.#consistency.onMoved();
        dependencies.onStatus();
      },
    });
    this.#base = new BaseUpload(store, {
      ...dependencies,
      snapshot: this.#snapshot,
      send: (message) => this.#messages.send('base', message),
      // What shore lost it may have lost the contents of as well.
      onLost: () => this.contents.onShoreLost(),
      onDone: () => this.#handshake.say(),
    });
    this.#telemetry = new TelemetryReports(store, dependencies.environment, {
      bytes: () => this.#messages.bytes,
      send: (report) => this.#messages.send('telemetry', report),
    });
    this.#backfill = new JournalBackfill({
      environment: dependencies.environment,
      store,
      device: options.device,
      sendBatch: (batch) => this.#messages.sendBatch(batch),
      sendAck: (ack) => this.#messages.send('ack', ack),
      ask: () => this.#handshake.say(),
      sayPresence: () => void this.#messages.sayPresence(this.#presence(true)),
      mayExchange: () => dependencies.gate.only === null,
    });
    this.#consistency = new ConsistencyCheck(store, {
      ...dependencies,
      sayHello: () => this.#handshake.say(),
      isComplete: () => !this.#snapshot.isWanted && !this.#snapshot.isUnderWay,
      send: (message) => this.#messages.send('compare', message),
      onForked: (origin) => this.#backfill.onForked(origin),
    });
    this.contents = new ContentSession(store, {
      ...dependencies,
      publish: (topic, payload) => this.#messages.publish(topic, payload, options.qos.changes),
      mustWait: () => this.#uplink.hasUnsent,
      mayUse: () => dependencies.gate.mayUse('bulk'),
      onDead: () => this.#reopenLink(),
    });
    this.#link = dependencies.openLink === null ? null : this.#openLink(dependencies.openLink);
  }

  start(): void {
    if (!this.#mayStand.now || this.#link === null) return;
    this.#enter('connecting');
    this.#link.open();
  }

  /** Uses the link, or holds it closed until told otherwise; kept across restarts. */
  setEnabled(enabled: boolean): void {
    this.#mayStand.setEnabled(enabled);
    this.#openOrClose();
  }

  get isOnline(): boolean {
    return this.#link?.connected === true;
  }

  /** The policy says otherwise than before: opens or closes the link, or says which lanes go from now on. */
  onPolicy(): void {
    const isOnline = this.#standing.state === 'online';
    this.#openOrClose();
    if (!isOnline || !this.#mayStand.now) return;
    void this.#messages.sayPresence(this.#presence(true));
    if (this.#identity.held !== null) return;
    this.#uplink.onLanes();
    // A snapshot is the records that people work with: where normal changes wait, so does that.
    if (this.#dependencies.gate.mayUse('normal')) this.#snapshot.onUp();
    else this.#snapshot.onDown();
    this.contents.restart();
    this.#handshake.say();
  }

  isExchangeIdle(lanes: readonly Lane[]): boolean {
    return (
      this.isOnline &&
      isExchangeIdle(this.#store, lanes, {
        isAnswered: this.#handshake.isAnswered,
        inFlight: this.#uplink.inFlight,
        isPartial: this.#dependencies.gate.only !== null,
        isExpecting:
          this.#snapshot.isUnderWay ||
          this.#base.isUnderWay ||
          this.#backfill.isExpecting ||
          this.contents.isBusy,
        isCompared: this.#consistency.isConcluded,
        quietFor: this.#dependencies.environment.monotonic() - this.#movedAt,
      })
    );
  }

  /** What came while nothing could be stored is asked for again, and what was to be marked as sent is sent again. */
  onStorageBack(): void {
    if (this.isOnline) this.#greet();
  }

  /** The link is closed until the program is started again. */
  onDamaged(): void {
    this.#mayStand.onDamaged();
    this.#openOrClose();
    this.#standing.failed(databaseDamaged);
    this.#dependencies.onStatus();
  }

  #openOrClose(): void {
    if (this.#mayStand.now) {
      if (this.#standing.state === 'closed' || this.#standing.state === 'waiting') this.#enter('offline');
      if (this.#standing.state === 'offline') this.start();
    } else {
      const wasOpen = this.#standing.state !== 'closed' && this.#standing.state !== 'waiting';
      this.#enter(this.#mayStand.stateWithoutLink);
      if (wasOpen) void this.#leave();
    }
  }

  /** Tries at once: to connect, or to send what waits. */
  sendNow(): void {
    if (!this.#mayStand.now) return;
    if (this.#link?.connected === true) this.#greet();
    else this.start();
  }

  /** The computer slept. */
  readonly resumed = (): void => this.#link?.wake?.();

  /** A person wants all records compared with shore's. */
  readonly compareNow = (): void => this.#consistency.compareNow();

  /** For what comes in files. */
  get fileTransfer(): FileTransferSession {
    const takers = { store: this.#store, uplink: this.#uplink, snapshot: this.#snapshot };
    const own = { consistency: this.#consistency, device: this.#options.device };
    return new FileTransferSession({ ...takers, ...own, onNewName: () => this.#reopenLink() });
  }

  /** Local changes were committed. */
  onWritten(...written: Parameters<Uplink['onWritten']>): void {
    this.#uplink.onWritten(...written);
  }

  status(queueDepth: number): LinkStatus {
    return {
      link: this.#standing.status(this.#options.brokerName, this.#dependencies.openLink?.warning),
      identity: this.#identity.held,
      bytes: this.#messages.bytes,
      snapshot: this.#snapshot.progress(),
      agreement: this.#consistency.status(),
      progress:
        this.#standing.state === 'online' ? this.#meter.progress(queueDepth, this.#messages.sent) : null,
    };
  }

  async close(): Promise<void> {
    this.#standing.close();
    this.#isClosing = true;
    await this.#leave();
    this.#consistency.close();
    this.contents.close();
    this.#whole.close();
    this.#ended = true;
  }

  #openLink(openLink: OpenLink): Link {
    const connection = this.#connection;
    const isCurrent = (): boolean => connection === this.#connection;
    return openLink(settingsOf(this.#store, this.#options, this.#presence(false)), {
      onUp: () => isCurrent() && this.#onUp(),
      onDown: (reason) => isCurrent() && this.#onDown(reason),
      onFailure: (failure) => isCurrent() && this.#onFailure(failure),
      onMessage: (message) => isCurrent() && this.#onMessage(message),
    });
  }

  /**
   * A new connection: for a node that has a new name, as brokers know it by that and would take a copy under the old
   * one for it; and where the one there is leads nowhere (a black hole), which nobody else will say for minutes.
   */
  #reopenLink(): void {
    const { openLink } = this.#dependencies;
    if (openLink === null || this.#link === null) return;
    this.#onDown(null);
    const old = this.#link;
    this.#connection += 1;
    void old.close();
    this.#link = this.#openLink(openLink);
    this.start();
  }

  #onUp(): void {
    this.#standing.letIn();
    this.#enter('online');
    this.#meter.start();
    this.#dependencies.gate.onUp();
    void this.#messages.sayPresence(this.#presence(true));
    this.#identity.onUp();
  }

  #begin(): void {
    this.#backfill.onUp();
    this.#handshake.say();
    if (this.#dependencies.gate.mayUse('normal')) this.#snapshot.onUp();
    this.#uplink.onUp();
    this.#consistency.onUp();
    this.contents.onUp();
    this.#messages.showKey(this.#dependencies.keys()?.toTell);
    this.#telemetry.start();
  }

  #onDown(reason: LinkFailure | null): void {
    this.#dependencies.gate.onDown();
    this.#handshake.onDown();
    this.#identity.onDown();
    this.#rest();
    if (reason !== null) this.#standing.failed(reason);
    if (this.#ended) return;
    this.#enter(this.#mayStand.stateWithoutLink);
  }

  #onFailure(failure: LinkFailure): void {
    this.#standing.failed(failure);
    this.#enter(this.#mayStand.stateWithoutLink);
  }

  #onMessage(message: LinkMessage): void {
    if (this.#ended || this.#refused.arePassedOver) return;
    this.#messages.onReceived(message);
    this.#movedAt = this.#dependencies.environment.monotonic();
    try {
      this.#take(message);
    } catch (cause) {
      this.#refused.refuse(message, cause);
    }
    this.#dependencies.onStatus();
  }

  #take(message: LinkMessage): void {
    const topic = topicOfMessage(message);
    if (topic === null) {
      const moved = gatewayMoved(message);
      // One that has just come up may have missed our hello and our batches.
      if (moved === 'up') this.#greet();
      // What was on its way to one that is gone is lost; another one takes it.
      else if (moved === 'down' && this.#uplink.inFlight > 0) this.#uplink.restart();
      return;
    }
    if (topic.direction !== 'down' || topic.vessel !== this.#store.vesselId) return;
    const whole = this.#whole.take(topic, message);
    if (whole === null) return;
    if (topic.kind === 'key') {
      this.#messages.showKey(takeKey(this.#dependencies.keys(), whole));
      return;
    }
    if (topic.kind === 'content') {
      if (this.#identity.isLetIn) this.contents.take(whole.payload);
    } else {
      const frame = readFrame(whole, topic, this.#dependencies.codec);
      if (this.#identity.admits(frame, whole.payload.length)) this.#takeFrame(frame);
    }
    this.#standing.heard();
  }

  #takeFrame(frame: Message): void {
    if (frame.kind === 'identity') this.#identity.take(frame);
    else if (frame.kind === 'batch') this.#takeBatch(frame);
    else if (frame.kind === 'page') this.#snapshot.takePage(frame);
    else if (frame.kind === 'ack') this.#takeAck(frame);
    else if (frame.kind === 'compare') this.#consistency.take(frame);
    else if (frame.kind === 'base') this.#base.take(frame);
    else if (frame.kind === 'hello')
      this.#messages.send('ack', acknowledgement(this.#store, frame.origin, toHello));
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
      device: this.#options.device,
      askedWith: this.#handshake.askedWith(ack),
      named: this.#uplink.namedIn(ack),
    });
    if (reincarnated !== null) {
      this.#reopenLink();
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

  #greet(): void {
    this.#handshake.say();
    if (this.#identity.held !== null) return;
    this.#snapshot.ask();
    this.#uplink.restart();
    this.contents.restart();
  }

  #enter(state: LinkState): void {
    this.#standing.enter(state);
    this.#dependencies.onStatus();
  }

  #presence(online: boolean): Uint8Array {
    const since = online ? this.#standing.since : this.#startedAt;
    return presenceOf(this.#options, { online, since, takes: online ? this.#dependencies.gate.only : null });
  }

  /** Nobody is asked, told or waited for any more on this connection. */
  #rest(): void {
    this.#base.onDown();
    this.#telemetry.stop();
    this.#uplink.onDown();
    this.#handshake.rest();
    this.#snapshot.onDown();
    this.#backfill.onDown();
    this.#consistency.onDown();
    this.contents.onDown();
  }

  /** Goodbye: presence, then the connection; the queue stays where it is. */
  async #leave(): Promise<void> {
    this.#rest();
    if (this.#link === null) return;
    if (this.#link.connected) {
      await heardOrNot(this.#messages.sayPresence(this.#presence(false)), this.#dependencies.environment);
      // Wanted again before it was gone: it comes back as one that was lost does.
      if (this.#mayStand.now && !this.#isClosing && this.#link.connected) return this.#reopenLink();
    }
    await this.#link.close();
  }
}
