import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Codec, Environment, Link, LinkFailure, LinkMessage, OpenLink, Qos } from '#shared/ports.ts';
import {
  decodeFrame,
  decodePresence,
  encodeFrame,
  type Ack,
  type Batch,
  type Message,
} from '#shared/sync/frame.ts';
import type { Held } from '#shared/sync/held.ts';
import { gatewayPresences, parseTopic, topicOf, vesselInbox } from '#shared/sync/topics.ts';
import type { Lane } from '#shared/domain/record.ts';
import type { Gated, LinkGate } from '../link-policy/gate.ts';
import { isSettled } from '../link-policy/settled.ts';
import type { Contents } from '../attachments/contents.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { acknowledgement, applyBatch } from './apply-batch.ts';
import { ContentSession } from './content/content-session.ts';
import { DrainMeter } from './drain-meter.ts';
import { helloOf, presenceOf } from './hello.ts';
import { takeKey, type LinkKeys } from './link-keys.ts';
import type { LinkSessionOptions } from './link-options.ts';
import { LinkStanding, type LinkState } from './link-standing.ts';
import { refuseMessage } from './refuse-message.ts';
import { SnapshotSession } from './snapshot/snapshot-session.ts';
import { Reconciliation } from './reconciliation.ts';
import { Settlement } from './settlement.ts';
import { takeAcknowledgement } from './take-acknowledgement.ts';
import { ByHandSession } from './take-by-hand.ts';
import { TelemetryReports } from './telemetry.ts';
import { Uplink } from './uplink.ts';

/** Nobody waits longer than this for a broker to hear a goodbye; its last will says the same. */
const goodbyeMs = 2_000;

export interface LinkSessionParts {
  environment: Environment;
  openLink: OpenLink | null;
  codec: Codec;
  /** When the link may stand, and for what. */
  gate: LinkGate;
  contents: Contents;
  /** Something on the sync page has changed. */
  onStatus(): void;
  /** Keys for files that travel by hand; null where there are none. */
  keys(): LinkKeys | null;
}

type LinkStatus = Pick<SyncStatus, 'link' | 'bytes' | 'progress' | 'snapshot' | 'agreement'>;

/**
 * The node's life on the link: connects when it may, says hello and sends at once when the broker has it, takes
 * what comes down, and is told in words when something is wrong. Losing the link is not an error.
 */
export class LinkSession implements Gated {
  readonly #store: VesselStore;
  readonly #options: LinkSessionOptions;
  readonly #parts: LinkSessionParts;
  #link: Link | null;
  readonly #uplink: Uplink;
  readonly #snapshot: SnapshotSession;
  /** A hello may be lost like anything else, and shore go by an older one for as long as the connection stands. */
  readonly #greeting: AcknowledgementTimer;
  #hellos = 0;
  readonly #meter: DrainMeter;
  readonly #reconciliation: Reconciliation;
  readonly #settlement: Settlement;
  readonly contents: ContentSession;
  readonly #startedAt: string;
  #enabled: boolean;
  readonly #standing: LinkStanding;
  #bytes = { sent: 0, received: 0 };
  readonly #telemetry: TelemetryReports;
  #ended = false;
  /** What shore had acknowledged when the last hello went out. */
  #askedWith: Held | null = null;
  #isClosing = false;
  /** Shore has answered the last hello. */
  #isAnswered = false;
  /** When anything last came from the link, monotonic ms. */
  #movedAt = 0;
  /** Counts the links that this session has had. */
  #connection = 0;

  constructor(store: VesselStore, options: LinkSessionOptions, parts: LinkSessionParts) {
    this.#store = store;
    this.#options = options;
    this.#parts = parts;
    this.#startedAt = new Date(parts.environment.now()).toISOString();
    this.#enabled = store.settings.get('link_enabled') !== 'no';
    this.#standing = new LinkStanding(store, this.#stateWithoutLink());
    this.#meter = new DrainMeter(parts.environment);
    this.#uplink = new Uplink(store, {
      environment: parts.environment,
      codec: parts.codec,
      qos: options.qos.changes,
      mayUse: (lane) => parts.gate.mayUse(lane),
      publish: (topic, payload, publishOptions) => this.#publish(topic, payload, publishOptions.qos),
      onMoved: () => parts.onStatus(),
      onLost: () => this.#reconciliation.askSoon(),
      onDead: () => this.#reopenLink(),
    });
    this.#snapshot = new SnapshotSession(store, {
      environment: parts.environment,
      send: (ask) => this.#send('ask', ask),
      onHeld: () => this.#sayHello(),
      onMoved: () => {
        this.#settlement.onMoved();
        parts.onStatus();
      },
    });
    this.#greeting = new AcknowledgementTimer(parts.environment, () => {
      this.#greeting.backOff();
      this.#sayHello();
    });
    this.#telemetry = new TelemetryReports(store, parts.environment, {
      bytes: () => this.#bytes,
      send: (report) => this.#send('telemetry', report),
    });
    this.#reconciliation = new Reconciliation({
      environment: parts.environment,
      store,
      device: options.device,
      sendBatch: (batch) =>
        this.#publish(
          topicOf(store.vesselId, 'up', batch.lane),
          encodeFrame(batch, parts.codec),
          options.qos.changes,
        ),
      sendAck: (ack) => this.#sendAck(ack),
      ask: () => this.#sayHello(),
      mayExchange: () => parts.gate.only === null,
    });
    this.#settlement = new Settlement(store, {
      environment: parts.environment,
      sayHello: () => this.#sayHello(),
      isComplete: () => !this.#snapshot.isWanted && !this.#snapshot.isUnderWay,
      send: (message) => this.#send('compare', message),
      onStatus: () => parts.onStatus(),
    });
    this.contents = new ContentSession(store, {
      environment: parts.environment,
      contents: parts.contents,
      publish: (payload) =>
        this.#publish(topicOf(store.vesselId, 'up', 'content'), payload, options.qos.changes),
      mustWait: () => this.#uplink.hasUnsent,
      mayUse: () => parts.gate.mayUse('bulk'),
      onDead: () => this.#reopenLink(),
    });
    this.#link = parts.openLink === null ? null : this.#openLink(parts.openLink);
  }

  start(): void {
    if (!this.#mayStand || this.#link === null) return;
    this.#enter('connecting');
    this.#link.open();
  }

  /** Uses the link, or holds it closed until told otherwise; kept across restarts. */
  setEnabled(enabled: boolean): void {
    this.#store.settings.set('link_enabled', enabled ? 'yes' : 'no');
    this.#enabled = enabled;
    this.#openOrClose();
  }

  get isOnline(): boolean {
    return this.#link?.connected === true;
  }

  /** The policy says otherwise than before: opens or closes the link, or says which lanes go from now on. */
  onPolicy(): void {
    const isOnline = this.#standing.state === 'online';
    this.#openOrClose();
    if (!isOnline || !this.#mayStand) return;
    void this.#sayPresence(true);
    this.#uplink.onLanes();
    // A snapshot is the records that people work with: where normal changes wait, so does that.
    if (this.#parts.gate.mayUse('normal')) this.#snapshot.onUp();
    else this.#snapshot.onDown();
    this.contents.restart();
    this.#sayHello();
  }

  isSettled(lanes: readonly Lane[]): boolean {
    return (
      this.isOnline &&
      isSettled(this.#store, lanes, {
        isAnswered: this.#isAnswered,
        inFlight: this.#uplink.inFlight,
        isPartial: this.#parts.gate.only !== null,
        isExpecting: this.#snapshot.isUnderWay || this.#reconciliation.isExpecting || this.contents.isBusy,
        isCompared: this.#settlement.isConcluded,
        quietFor: this.#parts.environment.monotonic() - this.#movedAt,
      })
    );
  }

  #openOrClose(): void {
    if (this.#mayStand) {
      if (this.#standing.state === 'closed' || this.#standing.state === 'waiting') this.#enter('offline');
      if (this.#standing.state === 'offline') this.start();
    } else {
      const wasOpen = this.#standing.state !== 'closed' && this.#standing.state !== 'waiting';
      this.#enter(this.#stateWithoutLink());
      if (wasOpen) void this.#leave();
    }
  }

  get #mayStand(): boolean {
    return this.#enabled && this.#parts.gate.mayConnect;
  }

  #stateWithoutLink(): LinkState {
    if (!this.#enabled) return 'closed';
    return this.#parts.gate.mayConnect ? 'offline' : 'waiting';
  }

  /** Tries at once: to connect, or to send what waits. */
  sendNow(): void {
    if (!this.#mayStand) return;
    if (this.#link?.connected === true) this.#greet();
    else this.start();
  }

  /** A person wants all records compared with shore's. */
  compareNow(): void {
    this.#settlement.compareNow();
  }

  /** For what comes in files. */
  get byHand(): ByHandSession {
    const takers = { store: this.#store, uplink: this.#uplink, snapshot: this.#snapshot };
    const { device } = this.#options;
    const onNewName = (): void => this.#reopenLink();
    return new ByHandSession({ ...takers, settlement: this.#settlement, device, onNewName });
  }

  /** Local changes were committed. */
  onWritten(...written: Parameters<Uplink['onWritten']>): void {
    this.#uplink.onWritten(...written);
  }

  status(queueDepth: number): LinkStatus {
    return {
      link: this.#standing.status(this.#options.brokerName),
      bytes: { ...this.#bytes },
      snapshot: this.#snapshot.progress(),
      agreement: this.#settlement.status(),
      progress: this.#standing.state === 'online' ? this.#meter.progress(queueDepth, this.#bytes.sent) : null,
    };
  }

  async close(): Promise<void> {
    this.#standing.close();
    this.#isClosing = true;
    await this.#leave();
    this.#settlement.close();
    this.contents.close();
    this.#ended = true;
  }

  #openLink(openLink: OpenLink): Link {
    const { vesselId } = this.#store;
    const { qos } = this.#options;
    const connection = this.#connection;
    const isCurrent = (): boolean => connection === this.#connection;
    return openLink(
      {
        clientId: `arus-${vesselId}-${this.#store.own.origin}`,
        subscriptions: [
          { topic: vesselInbox(vesselId), qos: qos.changes },
          { topic: gatewayPresences, qos: qos.presence },
        ],
        will: {
          topic: topicOf(vesselId, 'up', 'presence'),
          payload: this.#presence(false),
          qos: qos.presence,
        },
      },
      {
        onUp: () => isCurrent() && this.#onUp(),
        onDown: (reason) => isCurrent() && this.#onDown(reason),
        onFailure: (failure) => isCurrent() && this.#onFailure(failure),
        onMessage: (message) => isCurrent() && this.#onMessage(message),
      },
    );
  }

  /**
   * A new connection: for a node that has a new name, as brokers know it by that and would take a copy under the old
   * one for it; and where the one there is leads nowhere (a black hole), which nobody else will say for minutes.
   */
  #reopenLink(): void {
    const { openLink } = this.#parts;
    if (openLink === null || this.#link === null) return;
    this.#onDown(null);
    const old = this.#link;
    this.#connection += 1;
    void old.close();
    this.#link = this.#openLink(openLink);
    this.start();
  }

  #onUp(): void {
    this.#standing.recovered();
    this.#enter('online');
    this.#meter.start();
    this.#parts.gate.onUp();
    void this.#sayPresence(true);
    this.#reconciliation.onUp();
    this.#sayHello();
    if (this.#parts.gate.mayUse('normal')) this.#snapshot.onUp();
    this.#uplink.onUp();
    this.#settlement.onUp();
    this.contents.onUp();
    this.#showKey(this.#parts.keys()?.toTell);
    this.#telemetry.start();
  }

  #onDown(reason: LinkFailure | null): void {
    this.#parts.gate.onDown();
    this.#isAnswered = false;
    this.#rest();
    if (reason !== null) this.#standing.failed(reason);
    if (this.#ended) return;
    this.#enter(this.#stateWithoutLink());
  }

  #onFailure(failure: LinkFailure): void {
    this.#standing.failed(failure);
    this.#enter(this.#stateWithoutLink());
  }

  #onMessage(message: LinkMessage): void {
    if (this.#ended) return;
    this.#bytes.received += message.payload.length;
    this.#parts.gate.onMessage('received', message.topic, message.payload.length);
    this.#movedAt = this.#parts.environment.monotonic();
    try {
      this.#take(message);
    } catch (cause) {
      refuseMessage(this.#store, message, cause);
    }
    this.#parts.onStatus();
  }

  #take(message: LinkMessage): void {
    const topic = parseTopic(message.topic);
    if (topic === null) {
      if (message.topic.startsWith('arus/shore/presence/')) this.#takeGatewayPresence(message);
      return;
    }
    const { vesselId } = this.#store;
    if (topic.direction !== 'down' || topic.vessel !== vesselId) return;
    if (topic.kind === 'content') {
      this.#standing.heard();
      this.contents.take(message.payload);
      return;
    }
    if (topic.kind === 'key') {
      this.#showKey(takeKey(this.#parts.keys(), message));
      return;
    }
    const frame = decodeFrame(message.payload, vesselId, this.#parts.codec);
    this.#standing.heard();
    if (frame.kind === 'batch') this.#takeBatch(frame);
    else if (frame.kind === 'page') this.#snapshot.takePage(frame);
    else if (frame.kind === 'ack') this.#takeAck(frame);
    else if (frame.kind === 'compare') this.#settlement.take(frame);
    else if (frame.kind === 'hello')
      this.#sendAck(
        acknowledgement(this.#store, frame.origin, { outcome: 'status', attempt: null, problems: [] }),
      );
  }

  #takeBatch(batch: Batch): void {
    if (this.#snapshot.isWanted) return;
    // Meant for another computer of this ship, which lacks them.
    if (batch.origin === this.#store.own.origin) return;
    this.#sendAck(applyBatch(this.#store, batch));
    this.#reconciliation.onTaken();
    this.#settlement.onMoved();
  }

  #takeAck(ack: Ack): void {
    if (ack.origin !== this.#store.own.origin) {
      this.#reconciliation.onForeign(ack);
      return;
    }
    const isAnswer = ack.outcome === 'status' && ack.attempt === this.#hellos;
    const { held, putBack, ask, reincarnated } = takeAcknowledgement(this.#store, ack, {
      device: this.#options.device,
      askedWith: isAnswer ? this.#askedWith : null,
    });
    if (reincarnated !== null) {
      this.#reopenLink();
      return;
    }
    if (isAnswer) {
      this.#greeting.progressed([]);
      this.#isAnswered = true;
    }
    if (held !== null) this.#uplink.onAcknowledged(ack, held);
    if (putBack) {
      this.#uplink.restart();
      this.contents.onShoreLost();
    }
    if (ask) this.#reconciliation.askSoon();
    if (ack.outcome === 'status') this.#reconciliation.onStatus(ack, isAnswer);
    if (ack.outcome === 'status') this.#settlement.onHolding(ack.holding);
    else this.#settlement.onMoved();
  }

  /** A gateway that has just come up may have missed our hello and our batches. */
  #takeGatewayPresence(message: LinkMessage): void {
    const presence = decodePresence(message.payload);
    if (presence.online && !message.retained) this.#greet();
  }

  #greet(): void {
    this.#sayHello();
    this.#snapshot.ask();
    this.#uplink.restart();
    this.contents.restart();
  }

  #sayHello(): void {
    this.#hellos += 1;
    this.#isAnswered = false;
    this.#askedWith = this.#store.heads.acknowledged(this.#store.own.origin);
    this.#greeting.watch();
    const hello = helloOf(this.#store, {
      vesselName: this.#options.vesselName,
      acknowledged: this.#askedWith,
      attempt: this.#hellos,
      digest: this.#settlement.digestForHello(),
      wantsSnapshot: this.#snapshot.isWanted,
    });
    this.#send('hello', hello);
  }

  /** Once in the life of a key; older ends of the link pass it over. */
  #showKey(text: string | null | undefined): void {
    if (text === null || text === undefined) return;
    const topic = topicOf(this.#store.vesselId, 'up', 'key');
    void this.#publishQuietly(topic, new TextEncoder().encode(text), this.#options.qos.changes, false);
  }

  #sendAck(ack: Ack): void {
    this.#send('ack', ack);
  }

  #send(kind: 'hello' | 'ack' | 'compare' | 'telemetry' | 'ask', message: Message): void {
    const qos = kind === 'telemetry' ? this.#options.qos.telemetry : this.#options.qos.changes;
    const frame = encodeFrame(message, this.#parts.codec);
    void this.#publishQuietly(topicOf(this.#store.vesselId, 'up', kind), frame, qos, false);
  }

  /** For what is said again anyway when the connection stands again. */
  async #publishQuietly(topic: string, payload: Uint8Array, qos: Qos, retain: boolean): Promise<void> {
    try {
      await this.#publish(topic, payload, qos, retain);
    } catch (cause) {
      this.#parts.environment.log.debug({ err: cause, topic }, 'a message could not be handed to the broker');
    }
  }

  async #publish(topic: string, payload: Uint8Array, qos: Qos, retain = false): Promise<void> {
    if (this.#link === null) throw new Error('No broker is configured');
    if (this.#link.connected) this.#parts.gate.onMessage('sent', topic, payload.length);
    await this.#link.publish(topic, payload, { qos, retain });
    this.#bytes.sent += payload.length;
  }

  #enter(state: LinkState): void {
    this.#standing.enter(state);
    this.#parts.onStatus();
  }

  #presence(online: boolean): Uint8Array {
    const since = online ? this.#standing.since : this.#startedAt;
    return presenceOf(this.#options, { online, since, takes: online ? this.#parts.gate.only : null });
  }

  #sayPresence(online: boolean): Promise<void> {
    const topic = topicOf(this.#store.vesselId, 'up', 'presence');
    return this.#publishQuietly(topic, this.#presence(online), this.#options.qos.presence, true);
  }

  /** Nobody is asked, told or waited for any more on this connection. */
  #rest(): void {
    this.#telemetry.stop();
    this.#uplink.onDown();
    this.#greeting.reset();
    this.#snapshot.onDown();
    this.#reconciliation.onDown();
    this.#settlement.onDown();
    this.contents.onDown();
  }

  /** Goodbye: presence, then the connection; the queue stays where it is. */
  async #leave(): Promise<void> {
    this.#rest();
    if (this.#link === null) return;
    if (this.#link.connected) {
      const patience = new Promise((resolve) =>
        this.#parts.environment.after(goodbyeMs, () => resolve(null)),
      );
      await Promise.race([this.#sayPresence(false), patience]);
      // Wanted again before it was gone: it comes back as one that was lost does.
      if (this.#mayStand && !this.#isClosing && this.#link.connected) return this.#reopenLink();
    }
    await this.#link.close();
  }
}
