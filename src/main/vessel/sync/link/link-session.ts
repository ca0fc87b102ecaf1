import type { SyncStatus } from '#shared/contract/sync.ts';
import type { Link, LinkFailure, LinkMessage, OpenLink } from '#shared/ports.ts';
import { topicOfMessage, WholeMessages } from '#shared/sync/whole-messages.ts';
import type { Lane } from '#shared/records/record.ts';
import type { Gated } from '../../link-policy/gate.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { DrainMeter } from '../uplink/drain-meter.ts';
import { presenceOf } from './hello.ts';
import { heardOrNot } from './goodbye.ts';
import { gatewayMoved, readFrame } from './read-frame.ts';
import { takeKey } from './link-keys.ts';
import { LinkMessages } from './link-messages.ts';
import { settingsOf, type LinkSessionOptions, type LinkSessionDependencies } from './link-options.ts';
import { MayStand } from './may-stand.ts';
import { databaseDamaged, LinkStanding, type LinkState } from './link-standing.ts';
import { RefusedMessages } from '../intake/refuse-message.ts';
import { LinkExchange } from './link-exchange.ts';
import type { FileTransferSession } from './take-file-transfer.ts';

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
  readonly #meter: DrainMeter;
  readonly #exchange: LinkExchange;
  readonly #startedAt: string;
  readonly #mayStand: MayStand;
  readonly #standing: LinkStanding;
  readonly #messages: LinkMessages;
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
    this.#mayStand = new MayStand(store.settings, dependencies.gate);
    this.#standing = new LinkStanding(store, this.#mayStand.stateWithoutLink);
    const link = (): Link | null => this.#link;
    this.#messages = new LinkMessages({ ...dependencies, vesselId: store.vesselId, qos: options.qos, link });
    this.#meter = new DrainMeter(dependencies.environment);
    this.#exchange = new LinkExchange(store, {
      ...dependencies,
      options,
      messages: this.#messages,
      standing: this.#standing,
      reopenLink: () => this.#reopenLink(),
      sayPresence: () => void this.#messages.sayPresence(this.#presence(true)),
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

  /** The contents of attachments on the link. */
  get contents(): LinkExchange['contents'] {
    return this.#exchange.contents;
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
    this.#exchange.onLanes();
  }

  isExchangeIdle(lanes: readonly Lane[]): boolean {
    const quietFor = this.#dependencies.environment.monotonic() - this.#movedAt;
    return this.isOnline && this.#exchange.isIdle(lanes, quietFor);
  }

  /** What came while nothing could be stored is asked for again, and what was to be marked as sent is sent again. */
  onStorageBack(): void {
    if (this.isOnline) this.#exchange.greet();
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
    if (this.#link?.connected === true) this.#exchange.greet();
    else this.start();
  }

  /** The computer slept. */
  readonly resumed = (): void => this.#link?.wake?.();

  /** A person wants all records compared with shore's. */
  readonly compareNow = (): void => this.#exchange.compareNow();

  /** For what comes in files. */
  get fileTransfer(): FileTransferSession {
    return this.#exchange.fileTransfer;
  }

  /** Local changes were committed. */
  onWritten(...written: Parameters<LinkExchange['onWritten']>): void {
    this.#exchange.onWritten(...written);
  }

  status(queueDepth: number): LinkStatus {
    return {
      link: this.#standing.status(this.#options.brokerName, this.#dependencies.openLink?.warning),
      identity: this.#exchange.identity,
      bytes: this.#messages.bytes,
      snapshot: this.#exchange.snapshot,
      agreement: this.#exchange.agreement,
      progress:
        this.#standing.state === 'online' ? this.#meter.progress(queueDepth, this.#messages.sent) : null,
    };
  }

  async close(): Promise<void> {
    this.#standing.close();
    this.#isClosing = true;
    await this.#leave();
    this.#exchange.close();
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
    this.#exchange.onUp();
  }

  #onDown(reason: LinkFailure | null): void {
    this.#dependencies.gate.onDown();
    this.#exchange.onDown();
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
      if (moved === 'up') this.#exchange.greet();
      else if (moved === 'down') this.#exchange.onGatewayGone();
      return;
    }
    if (topic.direction !== 'down' || topic.vessel !== this.#store.vesselId) return;
    const whole = this.#whole.take(topic, message);
    if (whole === null) return;
    if (topic.kind === 'key') {
      this.#messages.showKey(takeKey(this.#dependencies.keys(), whole));
      return;
    }
    if (topic.kind === 'content') this.#exchange.takeContent(whole.payload);
    else this.#exchange.take(readFrame(whole, topic, this.#dependencies.codec), whole.payload.length);
    this.#standing.heard();
  }

  #enter(state: LinkState): void {
    this.#standing.enter(state);
    this.#dependencies.onStatus();
  }

  #presence(online: boolean): Uint8Array {
    const since = online ? this.#standing.since : this.#startedAt;
    return presenceOf(this.#options, { online, since, takes: online ? this.#dependencies.gate.only : null });
  }

  /** Goodbye: presence, then the connection; the queue stays where it is. */
  async #leave(): Promise<void> {
    this.#exchange.rest();
    if (this.#link === null) return;
    if (this.#link.connected) {
      await heardOrNot(this.#messages.sayPresence(this.#presence(false)), this.#dependencies.environment);
      // Wanted again before it was gone: it comes back as one that was lost does.
      if (this.#mayStand.now && !this.#isClosing && this.#link.connected) return this.#reopenLink();
    }
    await this.#link.close();
  }
}
