import { recordsVersion } from '#shared/domain/records.ts';
import { AcknowledgementTimer } from '#shared/sync/acknowledgement-timer.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Codec, Environment, Link, LinkFailure, LinkMessage, OpenLink, Qos } from '#shared/ports.ts';
import {
  decodeFrame,
  decodePresence,
  encodeFrame,
  encodePresence,
  type Ack,
  type Batch,
  type Message,
} from '#shared/sync/frame.ts';
import { furthestOf, nothingHeld, type Held } from '#shared/sync/held.ts';
import { gatewayPresences, parseTopic, topicOf, vesselInbox } from '#shared/sync/topics.ts';
import type { Contents } from '../attachments/contents.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { acknowledgement, applyBatch } from './apply-batch.ts';
import { ContentSession } from './content/content-session.ts';
import { basesOf, marksOf } from './marks.ts';
import { DrainMeter } from './drain-meter.ts';
import { LinkStanding, type LinkState } from './link-standing.ts';
import { refuseMessage } from './refuse-message.ts';
import { SnapshotSession } from './snapshot/snapshot-session.ts';
import { Reconciliation } from './reconciliation.ts';
import { Settlement } from './settlement.ts';
import { takeAcknowledgement } from './take-acknowledgement.ts';
import { Telemetry } from './telemetry.ts';
import { Uplink } from './uplink.ts';

const goodbyeMs = 2_000;

export interface LinkSessionOptions {
  vesselName: string;
  /** How this computer signs, for people. */
  device: string;
  version: string;
  /** Ship's time, an IANA name. */
  timeZone: string;
  /** Host and port of the broker for people to read; null when none is configured. */
  brokerName: string | null;
  qos: Readonly<Record<'telemetry' | 'changes' | 'presence', Qos>>;
}

export interface LinkSessionParts {
  environment: Environment;
  openLink: OpenLink | null;
  codec: Codec;
  contents: Contents;
  /** Something on the sync page has changed. */
  onStatus(): void;
}

type LinkStatus = Pick<SyncStatus, 'link' | 'bytes' | 'progress' | 'snapshot' | 'agreement'>;

/**
 * The node's life on the link: connects when it may, says hello and sends at once when the broker has it, takes
 * what comes down, and is told in words when something is wrong. Losing the link is not an error.
 */
export class LinkSession {
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
  readonly #telemetry: Telemetry;
  #ended = false;
  /** What shore had acknowledged when the last hello went out. */
  #askedWith: Held | null = null;
  /** Counts the links that this session has had. */
  #connection = 0;

  constructor(store: VesselStore, options: LinkSessionOptions, parts: LinkSessionParts) {
    this.#store = store;
    this.#options = options;
    this.#parts = parts;
    this.#startedAt = new Date(parts.environment.now()).toISOString();
    this.#enabled = store.settings.get('link_enabled') !== 'no';
    this.#standing = new LinkStanding(store, this.#enabled ? 'offline' : 'closed');
    this.#meter = new DrainMeter(parts.environment);
    this.#uplink = new Uplink(store, {
      environment: parts.environment,
      codec: parts.codec,
      qos: options.qos.changes,
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
    this.#reconciliation = new Reconciliation({
      environment: parts.environment,
      store,
      device: options.device,
      sendBatch: (batch) => this.#sendBatch(batch),
      sendAck: (ack) => this.#sendAck(ack),
      ask: () => this.#sayHello(),
    });
    this.#settlement = new Settlement(store, {
      environment: parts.environment,
      sayHello: () => this.#sayHello(),
      isComplete: () => !this.#snapshot.isWanted && !this.#snapshot.isUnderWay,
      send: (message) => this.#send('compare', message),
      onStatus: () => parts.onStatus(),
    });
    this.#telemetry = new Telemetry(store, {
      ...parts,
      send: (message) => this.#send('telemetry', message),
      bytes: () => this.#bytes,
    });
    this.contents = new ContentSession(store, {
      ...parts,
      publish: (topic, payload) => this.#publish(topic, payload, options.qos.changes),
      mustWait: () => this.#uplink.hasUnsent,
      onDead: () => this.#reopenLink(),
    });
    this.#link = parts.openLink === null ? null : this.#openLink(parts.openLink);
  }

  start(): void {
    if (!this.#enabled || this.#link === null) return;
    this.#enter('connecting');
    this.#link.open();
  }

  /** Uses the link, or holds it closed until told otherwise; kept across restarts. */
  setEnabled(enabled: boolean): void {
    this.#store.settings.set('link_enabled', enabled ? 'yes' : 'no');
    this.#enabled = enabled;
    if (enabled) {
      if (this.#standing.state === 'closed') this.#enter('offline');
      this.start();
    } else {
      this.#enter('closed');
      void this.#leave();
    }
  }

  /** Tries at once: to connect, or to send what waits. */
  sendNow(): void {
    if (!this.#enabled) return;
    if (this.#link?.connected === true) this.#greet();
    else this.start();
  }

  /** A person wants all records compared with shore's. */
  compareNow(): void {
    this.#settlement.compareNow();
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
    void this.#publishQuietly(
      topicOf(this.#store.vesselId, 'up', 'presence'),
      this.#presence(true),
      this.#options.qos.presence,
      true,
    );
    this.#reconciliation.onUp();
    this.#sayHello();
    this.#snapshot.onUp();
    this.#uplink.onUp();
    this.#settlement.onUp();
    this.contents.onUp();
    this.#telemetry.start();
  }

  #onDown(reason: LinkFailure | null): void {
    this.#telemetry.stop();
    this.#uplink.onDown();
    this.#greeting.reset();
    this.#snapshot.onDown();
    this.#reconciliation.onDown();
    this.#settlement.onDown();
    this.contents.onDown();
    if (reason !== null) this.#standing.failed(reason);
    if (this.#ended) return;
    this.#enter(this.#enabled ? 'offline' : 'closed');
  }

  #onFailure(failure: LinkFailure): void {
    this.#standing.failed(failure);
    this.#enter(this.#enabled ? 'offline' : 'closed');
  }

  #onMessage(message: LinkMessage): void {
    if (this.#ended) return;
    this.#bytes.received += message.payload.length;
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
    if (topic.kind === 'content') this.contents.take(message.payload);
    else this.#takeFrame(decodeFrame(message.payload, vesselId, this.#parts.codec));
    this.#standing.heard();
  }

  #takeFrame(frame: Message): void {
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
    if (isAnswer) this.#greeting.progressed([]);
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
    const { own, vesselId } = this.#store;
    this.#hellos += 1;
    this.#askedWith = this.#store.heads.acknowledged(own.origin);
    this.#greeting.watch();
    this.#send('hello', {
      kind: 'hello',
      vessel: vesselId,
      name: this.#options.vesselName,
      origin: own.origin,
      last: own.last,
      hash: own.hash,
      acknowledged: furthestOf(this.#askedWith ?? nothingHeld),
      held: this.#store.seen,
      attempt: this.#hellos,
      digest: this.#settlement.digestForHello(),
      marks: marksOf(this.#store),
      ...basesOf(this.#store),
      recordsVersion,
      ...(this.#snapshot.isWanted ? { wants: 'snapshot' } : {}),
      at: this.#parts.environment.now(),
    });
  }

  /** Of a journal that is not this node's own. */
  async #sendBatch(batch: Batch): Promise<void> {
    const { codec } = this.#parts;
    await this.#publish(
      topicOf(this.#store.vesselId, 'up', batch.lane),
      encodeFrame(batch, codec),
      this.#options.qos.changes,
    );
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
    await this.#link.publish(topic, payload, { qos, retain });
    this.#bytes.sent += payload.length;
  }

  #enter(state: LinkState): void {
    this.#standing.enter(state);
    this.#parts.onStatus();
  }

  #presence(online: boolean): Uint8Array {
    return encodePresence({
      online,
      name: this.#options.vesselName,
      version: this.#options.version,
      since: online ? this.#standing.since : this.#startedAt,
      timeZone: this.#options.timeZone,
    });
  }

  /** Goodbye: presence, then the connection; the queue stays where it is. */
  async #leave(): Promise<void> {
    this.#telemetry.stop();
    this.#uplink.onDown();
    this.#greeting.reset();
    this.#snapshot.onDown();
    this.#settlement.onDown();
    this.contents.onDown();
    if (this.#link === null) return;
    if (this.#link.connected) {
      const goodbye = this.#publishQuietly(
        topicOf(this.#store.vesselId, 'up', 'presence'),
        this.#presence(false),
        this.#options.qos.presence,
        true,
      );
      await Promise.race([goodbye, this.#patience()]);
    }
    await this.#link.close();
  }

  /** Nobody waits longer than this for a broker to hear a goodbye; its last will says the same. */
  #patience(): Promise<void> {
    return new Promise((resolve) => void this.#parts.environment.after(goodbyeMs, resolve));
  }
}
