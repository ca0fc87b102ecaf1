import type {
  Codec,
  Environment,
  Link,
  LinkFailure,
  LinkMessage,
  OpenLink,
  PublishOptions,
  Qos,
} from '#shared/ports.ts';
import {
  decodePresence,
  openFrame,
  WireError,
  type Ack,
  type Batch,
  type Hello,
  type SealedBatch,
  type Telemetry,
} from '#shared/sync/frame.ts';
import type { Ask } from '#shared/sync/snapshot/messages.ts';
import { framesOn, gatewayPresence, parseTopic, topicOf } from '#shared/sync/topics.ts';
import { topicOfMessage, WholeMessages } from '#shared/sync/whole-messages.ts';
import type { Commits } from '../commits.ts';
import { answerQuestion, type Question } from '../compare/answer-question.ts';
import { DigestCompletion } from '../compare/complete-digest.ts';
import { ContentExchange } from '../contents/content-exchange.ts';
import type { ContentStore } from '../contents/content-store.ts';
import { isAdmitted } from '../ingest/lock-or-register-vessel.ts';
import { ingest, type IngestDependencies } from '../ingest/ingest.ts';
import { openBatch } from '../ingest/open-batch.ts';
import { takeAcknowledgement } from '../ingest/take-acknowledgement.ts';
import { takeHello } from '../ingest/take-hello.ts';
import { answerAsk } from '../snapshot/answer-ask.ts';
import type { SnapshotStore } from '../snapshot/snapshot-store.ts';
import { retryConflicts } from '../store/retry.ts';
import { claimEntity } from '../vessels/claim-events.ts';
import { CatchUps } from './catch-ups.ts';
import { ContactRecorder } from './contact-recorder.ts';
import { Downlink } from './downlink.ts';
import type { Counters } from './counters.ts';
import { GatewayMessages } from './gateway-messages.ts';
import { Inbox, usualLimits, type Handled, type InboxLimits } from './inbox.ts';
import { checkKind, knownLanes } from './kinds.ts';
import { KeyExchange, type KeyOffice } from './key-exchange.ts';
import { OtherGateways } from './other-gateways.ts';
import { Senders } from './senders.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { timed } from './timed.ts';
import { MessageErrors } from './message-errors.ts';

export interface GatewayOptions {
  /** Name of the group under which several gateways share the vessels' messages; null for one gateway alone. */
  group: string | null;
  version: string;
  qos: { changes: Qos; presence: Qos };
  limits?: InboxLimits;
}

export interface GatewayDependencies extends IngestDependencies {
  environment: Environment;
  commits: Commits;
  snapshots: SnapshotStore;
  contents: ContentStore;
  /** Bytes that the office lets an attachment have. */
  attachmentLimit: number;
  codec: Codec;
  openLink: OpenLink;
  counters: Counters;
  /** Keys for files that travel by hand; left out where there are none. */
  fileTransfer?: KeyOffice;
}

/**
 * The gateway's life on the broker: takes what vessels send, stores it, and only then says so; sends them what the
 * office writes. It keeps nothing that the database does not, so killing it loses nothing.
 */
export class Gateway {
  readonly #dependencies: GatewayDependencies;
  readonly #options: GatewayOptions;
  readonly #link: Link;
  readonly #inbox: Inbox;
  readonly #downlink: Downlink;
  readonly #catchUps: CatchUps;
  readonly #contents: ContentExchange;
  readonly #keys: KeyExchange;
  readonly #digests: DigestCompletion;
  readonly #messageErrors: MessageErrors;
  readonly #senders: Senders;
  readonly #contacts: ContactRecorder;
  readonly #whole: WholeMessages;
  readonly #messages: GatewayMessages;
  readonly #others: OtherGateways;
  readonly #stopListening: () => void;
  #closed = false;

  constructor(dependencies: GatewayDependencies, options: GatewayOptions) {
    this.#dependencies = dependencies;
    this.#options = options;
    const { environment, commits, store, openLink } = dependencies;
    this.#digests = new DigestCompletion({ store, environment });
    this.#messageErrors = new MessageErrors(dependencies);
    this.#contacts = new ContactRecorder(dependencies);
    this.#whole = new WholeMessages(environment);
    this.#messages = new GatewayMessages({ ...dependencies, ...options, link: () => this.#link });
    this.#others = new OtherGateways({
      ...dependencies,
      onSaidGone: () => this.#link.connected && void this.#messages.sayPresence(true),
      onReleased: () => this.#downlink.look(),
    });
    this.#inbox = new Inbox(environment, options.limits ?? usualLimits, (vesselId, message) =>
      this.#handle(vesselId, message),
    );
    const publish = (topic: string, payload: Uint8Array, publishOptions: PublishOptions): Promise<void> =>
      this.#messages.publish(topic, payload, publishOptions);
    const sending = { ...dependencies, qos: options.qos.changes, publish };
    this.#downlink = new Downlink(sending);
    this.#catchUps = new CatchUps(sending);
    this.#contents = new ContentExchange(sending);
    this.#keys = new KeyExchange({
      environment,
      office: dependencies.fileTransfer ?? null,
      qos: options.qos.changes,
      publish,
    });
    this.#senders = new Senders({ ...sending, again: (...given) => void this.#inbox.offer(...given) });
    this.#stopListening = commits.on(({ vesselId, entity, cause }) => {
      if (entity === claimEntity) this.#senders.onMoved(vesselId);
      else if (cause !== 'vessel') this.#downlink.poke(vesselId);
    });
    this.#link = this.#openLink(openLink);
  }

  start(): void {
    this.#link.open();
  }

  /** Messages that wait for the database. */
  get waiting(): number {
    return this.#inbox.waiting;
  }

  /** Batches to vessels that wait for the vessel's word. */
  get inFlight(): number {
    return this.#downlink.inFlight;
  }

  /** Says goodbye to the broker once what is being stored is stored and acknowledged. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#downlink.onDown();
    this.#catchUps.onDown();
    this.#whole.close();
    this.#senders.close();
    await this.#inbox.close();
    this.#contents.close();
    await this.#digests.close();
    await this.#dependencies.store.releaseSender(this.#dependencies.gateway).catch(() => undefined);
    if (this.#link.connected) await this.#messages.sayPresence(false);
    await this.#link.close();
  }

  #openLink(openLink: OpenLink): Link {
    const { gateway, environment, counters } = this.#dependencies;
    counters.link.warning = openLink.warning ?? null;
    const moved = (connected: boolean): void => {
      counters.link.connected = connected;
      counters.link.since = environment.now();
    };
    const failed = (failure: LinkFailure): void => {
      counters.link.failure = { ...failure, at: environment.now() };
    };
    return openLink(
      {
        clientId: `arus-shore-${gateway}`,
        subscriptions: subscriptionsOf(this.#options),
        will: {
          topic: gatewayPresence(gateway),
          payload: this.#messages.presence(false),
          qos: this.#options.qos.presence,
        },
      },
      {
        onUp: () => {
          moved(true);
          counters.link.failure = null;
          void this.#messages.sayPresence(true);
          this.#downlink.onUp();
          this.#contents.onUp();
        },
        onDown: (reason) => {
          moved(false);
          if (reason !== null) failed(reason);
          this.#downlink.onDown();
          this.#catchUps.onDown();
        },
        onFailure: failed,
        onMessage: (message) => this.#onMessage(message),
      },
    );
  }

  #onMessage(message: LinkMessage): void {
    const { counters } = this.#dependencies;
    if (this.#closed) return;
    if (this.#others.take(message)) return;
    counters.received += 1;
    counters.bytesReceived += message.payload.length;
    const topic = topicOfMessage(message);
    if (topic?.direction !== 'up') {
      this.#messageErrors.strange(message.topic);
      return;
    }
    // Counted, and told when it began.
    if (this.#messageErrors.passesOver(topic.vessel)) return;
    try {
      const whole = this.#whole.take(topic, message);
      if (whole !== null) this.#offer(topic.vessel, whole);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      void this.#messageErrors.refuse(topic.vessel, message, error.code, error.message);
    }
  }

  #offer(vesselId: string, message: LinkMessage): void {
    if (this.#inbox.offer(vesselId, message)) return;
    this.#dependencies.counters.lost += 1;
    this.#messageErrors.log.warn(
      `room ${vesselId}`,
      { vessel: vesselId, waiting: this.#inbox.waiting },
      'too many messages wait for the database; one was let go, its vessel sends it again',
    );
  }

  async #handle(vesselId: string, message: LinkMessage): Promise<Handled> {
    if (this.#messageErrors.passesOver(vesselId)) return 'done';
    try {
      await this.#take(vesselId, message);
      return 'done';
    } catch (error) {
      if (error instanceof WireError)
        return this.#messageErrors.refuse(vesselId, message, error.code, error.message);
      const handled = await this.#messageErrors.failed(vesselId, message, error);
      return this.#closed ? 'done' : handled;
    }
  }

  async #take(vesselId: string, message: LinkMessage): Promise<void> {
    const topic = parseTopic(message.topic);
    if (topic === null) return;
    if (topic.kind === 'presence') {
      await this.#takePresence(vesselId, message);
      return;
    }
    if (topic.kind === 'content') {
      await this.#retrying(() => this.#contents.take(vesselId, message.payload));
      await this.#contacts.note(vesselId);
      return;
    }
    if (topic.kind === 'key') {
      await this.#keys.onKey(vesselId, message.payload);
      return;
    }
    const frame = openFrame(message.payload, vesselId, this.#dependencies.codec, framesOn(topic.kind));
    checkKind(topic, frame);
    if (!(await this.#retrying(() => this.#senders.let(vesselId, frame, message)))) return;
    switch (frame.kind) {
      case 'sealed':
        await this.#takeSealed(frame, message);
        break;
      case 'batch':
        await this.#takeBatch(frame, message);
        break;
      case 'hello':
        await this.#takeHello(frame, message);
        break;
      case 'ack':
        await this.#takeAck(frame);
        break;
      case 'base':
      case 'compare':
        await this.#takeCompare(frame);
        break;
      case 'telemetry':
        await this.#takeTelemetry(frame);
        break;
      case 'ask':
        await this.#takeAsk(frame);
        break;
      case 'page':
        throw new WireError('malformed', 'Pages of a snapshot go down, not up');
      case 'identity':
        throw new WireError('malformed', "The office's word on a computer goes down, not up");
    }
  }

  async #takeSealed(sealed: SealedBatch, message: LinkMessage): Promise<void> {
    const opened = await this.#retrying(() => openBatch(this.#dependencies, sealed));
    if (opened?.kind === 'batch') {
      await this.#takeBatch(opened, message);
    } else if (opened === null) {
      const reason = `${sealed.vessel} is not a vessel of this office`;
      await this.#messageErrors.refuse(sealed.vessel, message, 'not_admitted', reason);
    } else {
      this.#dependencies.counters.gaps += 1;
      this.#messages.answer(opened);
    }
  }

  async #takeBatch(batch: Batch, message: LinkMessage): Promise<void> {
    const { counters, environment, commits } = this.#dependencies;
    const taken = await timed(this.#dependencies, () =>
      this.#retrying(() => ingest(this.#dependencies, batch)),
    );
    if (taken.outcome === 'refused') {
      await this.#messageErrors.refuse(batch.vessel, message, 'not_admitted', taken.reason);
      return;
    }
    counters.batches += 1;
    counters.changes += taken.fresh;
    counters.duplicates += taken.duplicates;
    counters.lastIngestAt = environment.now();
    if (taken.outcome === 'gap') counters.gaps += 1;
    if (taken.outcome === 'fork') {
      counters.forks += 1;
      environment.log.error(
        { vessel: batch.vessel, origin: batch.origin },
        'a vessel sent another journal than the one held of it; nothing of it was stored',
      );
    }
    this.#messages.answer(taken.ack);
    commits.announce(taken.events);
    await this.#contacts.note(batch.vessel);
  }

  async #takeHello(hello: Hello, message: LinkMessage): Promise<void> {
    const taken = await this.#retrying(() => takeHello(this.#dependencies, hello));
    if (taken.outcome === 'repeated') return;
    if (taken.outcome === 'refused') {
      await this.#messageErrors.refuse(hello.vessel, message, 'not_admitted', taken.reason);
      return;
    }
    if (taken.outcome === 'held') {
      this.#senders.onHeld(taken);
      return;
    }
    this.#senders.onLetIn(hello.vessel, hello.origin);
    this.#messages.answer(taken.ack);
    if (taken.bases !== null) this.#messages.answer(taken.bases);
    if (taken.ack.holding?.digest === null) this.#digests.ask(hello.vessel);
    this.#downlink.onHello(hello.vessel, taken.maySend);
    // Journals that nobody writes on go in the bulk lane.
    if (this.#downlink.mayTake(hello.vessel, 'bulk')) this.#catchUps.onHello(hello.vessel, taken.lacking);
    await this.#keys.onHello(hello.vessel);
    this.#dependencies.commits.announce(taken.events);
  }

  async #takeAck(ack: Ack): Promise<void> {
    this.#catchUps.onAnswer(ack);
    const taken = await this.#retrying(() => takeAcknowledgement(this.#dependencies, ack));
    const { events, believed, status } = taken;
    if (status !== null) {
      this.#messages.answer(status);
      this.#downlink.onHello(ack.vessel, true);
    }
    this.#downlink.onAcknowledged(ack, believed);
    this.#dependencies.commits.announce(events);
    await this.#contacts.note(ack.vessel);
  }

  async #takeCompare(message: Question): Promise<void> {
    const answered = await this.#retrying(() => answerQuestion(this.#dependencies, message));
    if (answered === null) return;
    this.#messages.answer(answered.reply);
    this.#dependencies.commits.announce(answered.events);
  }

  async #takeTelemetry(telemetry: Telemetry): Promise<void> {
    const { at, queueDepth, oldestAgeMs, bytesSent, bytesReceived } = telemetry;
    await this.#dependencies.store.noteContact(telemetry.vessel, {
      at: this.#dependencies.environment.now(),
      online: true,
      telemetry: { at, queueDepth, oldestAgeMs, bytesSent, bytesReceived },
    });
  }

  async #takePresence(vesselId: string, { payload, retained }: LinkMessage): Promise<void> {
    // An administrator takes a vessel's presence away with an empty message.
    if (payload.length === 0) return;
    const { online, name, version, since, timeZone, takes } = decodePresence(payload);
    const { store, environment } = this.#dependencies;
    if (!(await this.#isAdmitted(vesselId)))
      throw new WireError('wrong_vessel', `${vesselId} is not a vessel of this office`);
    // Before the database says that it is there: what looks at the queue next has to know that its hello is to come.
    this.#downlink.onPresence(vesselId, { online, since, takes: knownLanes(takes) });
    await store.noteContact(vesselId, {
      at: environment.now(),
      isKept: retained,
      online,
      name,
      presenceSince: since,
      programVersion: version,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    this.#contacts.forget(vesselId);
    if (!online) this.#catchUps.onGone(vesselId);
  }

  /** Pages that are lost are asked for again. */
  async #takeAsk(ask: Ask): Promise<void> {
    const { snapshots, codec, environment } = this.#dependencies;
    let frames = await answerAsk(snapshots, codec, ask);
    // Who waits for a snapshot may say no hello meanwhile: an office that was emptied hears of the vessel here.
    if (frames.length === 0 && (await this.#isAdmitted(ask.vessel)))
      frames = await answerAsk(snapshots, codec, ask);
    for (const frame of frames)
      this.#messages
        .publish(topicOf(ask.vessel, 'down', 'page'), frame, { qos: this.#options.qos.changes })
        .catch((error: unknown) =>
          environment.log.debug(
            { err: error, vessel: ask.vessel },
            'a page could not be handed to the broker',
          ),
        );
  }

  /** Whether the vessel may come in; it is known from then on. */
  #isAdmitted(vesselId: string): Promise<boolean> {
    return this.#retrying(() => isAdmitted(this.#dependencies, vesselId));
  }

  #retrying<T>(work: () => Promise<T>): Promise<T> {
    const onRetry = (): void => {
      this.#dependencies.counters.retries += 1;
    };
    return retryConflicts(this.#dependencies.environment, onRetry, work);
  }
}
