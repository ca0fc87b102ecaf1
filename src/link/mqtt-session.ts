import './mqtt-memory.ts';
import { MqttClient, type ISubscriptionMap } from 'mqtt';
import type {
  Cancel,
  Environment,
  LinkFailure,
  LinkMessage,
  LinkSettings,
  PublishOptions,
} from '#shared/ports.ts';
import { brokerSocket, type TlsMemory } from './broker-socket.ts';
import { brokerName, type BrokerConfiguration } from './configuration.ts';
import {
  closedUnanswered,
  codeOf,
  failureOf,
  isSilentEnd,
  isSizeAnswer,
  lossOf,
  LinkError,
  publishRefused,
  subscriptionRefused,
  timedOut,
  tooLarge,
} from './link-failure.ts';
import type { TrafficMeter } from './traffic-meter.ts';

/** MQTT 3.1.1 and MQTT 5 as the protocol numbers them. */
export type ProtocolVersion = 4 | 5;

export interface SessionEvents {
  /** The broker accepted us and the subscriptions are asked for, or stand where they are waited for. */
  onUp(): void;
  onMessage(message: LinkMessage): void;
  /** The last event, exactly one. */
  onEnd(end: SessionEnd): void;
}

export interface SessionEnd {
  /** Null when `close` was called. */
  failure: LinkFailure | null;
  wasUp: boolean;
  /** What the broker said to our subscriptions. Refused are those too that it did not answer in time. */
  subscriptions: 'granted' | 'refused' | 'unanswered';
  /** The broker answered that it does not know this version of the protocol. */
  versionRefused: boolean;
  /** The broker was reached, but ended the connection before its first answer: in silence or in the TLS handshake. */
  unanswered: boolean;
  /** The broker said that another program has connected under our name. */
  isTakenOver: boolean;
}

/** One connection to the broker, from the first packet to its end. It is never reused. */
export interface Session {
  readonly up: boolean;
  /** Largest packet that the broker said it takes, bytes. */
  readonly packetLimit: number | undefined;
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
  /** The connection may lead nowhere: it ends unless something comes from the broker soon. */
  check(): void;
  /** Says goodbye; resolves when the socket is closed, after two seconds at the latest. */
  close(): Promise<void>;
}

/** A broker that does not take our goodbye is left without it. */
const goodbyeTimeout = 2_000;

/** How long a broker has for its answer to a ping after the computer slept; the keepalive would take minutes. */
const checkTimeout = 15_000;

/** A broker that hangs up on a message does so when it gets it; ms. */
const atOnce = 10_000;

/** The largest packet that the broker may send us, bytes (MQTT 5 only). */
const largestPacket = 8 * 1024 * 1024;

/** Publishes that may wait for the broker's Receive Maximum; more means that the caller does not pace itself. */
const longestQueue = 1_000;

export interface SessionDependencies {
  configuration: BrokerConfiguration;
  /** Without a will nothing is left at the broker. */
  settings: Omit<LinkSettings, 'will'> & { will: LinkSettings['will'] | null };
  version: ProtocolVersion;
  /**
   * Is up only when the subscriptions stand. A broker takes packets in their order, so that what goes out right behind
   * the subscriptions is answered to them, a round trip earlier; but all for nothing where it refuses them.
   */
  waitsForSubscriptions: boolean;
  tls: TlsMemory;
  traffic: TrafficMeter;
  environment: Environment;
}

export function openSession(dependencies: SessionDependencies, events: SessionEvents): Session {
  const { configuration, settings, version, tls: memory, traffic, environment } = dependencies;
  const broker = brokerName(configuration);
  /** Publishes whose answer is still to come, by their rejections: the client forgets them when a connection breaks. */
  const unsettled = new Map<(failure: LinkFailure) => void, { size: number; at: number }>();
  /** Publishes that wait until the broker may be sent another. */
  const waiting: (() => void)[] = [];
  /** What arrives between the subscription and the word that it stands. */
  const early: LinkMessage[] = [];
  let inFlight = 0;
  let reached = false;
  let answered = false;
  let subscriptions: SessionEnd['subscriptions'] = 'unanswered';
  let up = false;
  let wasUp = false;
  let ended = false;
  let closing: Promise<void> | null = null;
  let stopChecking: Cancel | null = null;
  const linkClosed: LinkFailure = { code: 'lost', message: `The link to ${broker} was closed.` };
  let failure: LinkFailure | null = null;
  /** They closed the connection, or reset it, without a word. */
  let endedByThem = false;
  let isTakenOver = false;
  let versionRefused = false;

  function connectSocket() {
    const { stream, tcp } = brokerSocket(configuration, memory);
    traffic.watch(tcp);
    stream.once('connect', () => {
      reached = true;
      // Of its first packet the client tells nobody.
      traffic.packetSent();
    });
    return stream;
  }

  const client = new MqttClient(connectSocket, {
    clientId: settings.clientId,
    protocolVersion: version,
    clean: true,
    // The link waits, backs off and subscribes by itself, with a new client for each connection.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    keepalive: configuration.pace.keepalive,
    // Ours is the shorter one, and covers the subscriptions too.
    connectTimeout: configuration.pace.connectTimeout + goodbyeTimeout,
    ...(configuration.user === null ? {} : { username: configuration.user }),
    ...(configuration.password === null ? {} : { password: configuration.password }),
    // A topic that was named on this connection is a number from then on, where the broker takes such.
    ...(version === 5
      ? { properties: { maximumPacketSize: largestPacket }, autoAssignTopicAlias: true }
      : {}),
    ...(settings.will === null
      ? {}
      : {
          will: {
            topic: settings.will.topic,
            payload: bufferOf(settings.will.payload),
            qos: settings.will.qos,
            retain: true,
          },
        }),
    // Without this the client would write payloads and user names to the debug log.
    log: () => {},
  });

  const stopWaiting = environment.after(configuration.pace.connectTimeout, () => {
    if (up) subscriptions = 'refused';
    fail(timedOut(broker, configuration.pace.connectTimeout));
  });

  function fail(reason: LinkFailure): void {
    failure ??= reason;
    client.stream.destroy();
  }

  function finish(): void {
    if (ended) return;
    ended = true;
    stopWaiting();
    stopChecking?.();
    const byUs = closing !== null && failure === null;
    const reason = failure ?? (wasUp ? lossOf(null, broker) : closedUnanswered(broker));
    const isHungUp = subscriptions === 'granted' && (failure === null || endedByThem);
    up = false;
    giveUp(byUs ? linkClosed : { tooLarge: isHungUp ? 'perhaps' : undefined, ...reason });
    const unanswered = reached && !answered;
    events.onEnd({
      failure: byUs ? null : reason,
      wasUp,
      subscriptions,
      versionRefused,
      unanswered,
      isTakenOver,
    });
  }

  /** What the broker had against a message, it had against the largest of them. */
  function giveUp({ tooLarge: verdict, ...reason }: LinkFailure): void {
    waiting.length = 0;
    const largest = Math.max(...Array.from(unsettled.values(), ({ size }) => size));
    const now = environment.monotonic();
    for (const [reject, { size, at }] of unsettled) {
      const isBlamed = size === largest && (verdict === 'said' || now - at < atOnce);
      reject(isBlamed && verdict !== undefined ? { ...reason, tooLarge: verdict } : reason);
    }
  }

  function rise(): void {
    if (ended || closing !== null || up) return;
    up = true;
    wasUp = true;
    events.onUp();
    for (const message of early.splice(0)) events.onMessage(message);
  }

  function onSubscribed(): void {
    stopWaiting();
    subscriptions = 'granted';
    rise();
  }

  function subscribe(): void {
    if (ended || closing !== null) return;
    const map: ISubscriptionMap = Object.fromEntries(
      settings.subscriptions.map(({ topic, qos }) => [topic, { qos }]),
    );
    if (settings.subscriptions.length === 0) {
      onSubscribed();
      return;
    }
    client.subscribe(map, (error, granted = []) => {
      if (ended || closing !== null) return;
      if (error === null) {
        onSubscribed();
        return;
      }
      const refused = granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic);
      const asked = settings.subscriptions.map(({ topic }) => topic);
      const byBroker =
        typeof codeOf(error) === 'number' ||
        refused.length > 0 ||
        error.message.startsWith('Subscribe error');
      if (byBroker) subscriptions = 'refused';
      fail(
        byBroker
          ? subscriptionRefused(broker, refused.length > 0 ? refused : asked)
          : failureOf(error, broker),
      );
    });
    if (!dependencies.waitsForSubscriptions) rise();
  }

  client.on('packetsend', () => traffic.packetSent());
  client.on('packetreceive', () => {
    traffic.packetReceived();
    stopChecking?.();
    stopChecking = null;
  });
  client.on('connect', () => {
    answered = true;
    subscribe();
  });
  client.on('message', (topic, payload, packet) => {
    const message = { topic, payload, retained: packet.retain };
    if (up) events.onMessage(message);
    else if (!ended) early.push(message);
  });
  client.on('disconnect', ({ reasonCode }) => {
    isTakenOver ||= reasonCode === sessionTakenOver;
    if (reasonCode !== undefined && reasonCode >= 128)
      failure ??= failureOf(Object.assign(new Error(), { code: reasonCode }), broker);
  });
  client.on('error', (error) => {
    const code = codeOf(error);
    if (typeof code === 'number') answered = true;
    // 1 is how a broker of 3.1.1 says it, 132 how one of MQTT 5 does.
    if (!up && (code === 1 || code === 132)) versionRefused = true;
    endedByThem = isSilentEnd(error);
    if (isSizeAnswer(error)) fail(tooLarge(broker));
    else fail(up ? lossOf(error, broker) : failureOf(error, broker));
  });
  client.on('close', finish);

  function send(packet: {
    topic: string;
    payload: Uint8Array;
    options: PublishOptions;
    resolve: () => void;
    reject: (failure: LinkFailure) => void;
  }): void {
    const { topic, payload, options, resolve, reject } = packet;
    if (options.qos > 0) inFlight += 1;
    client.publish(
      topic,
      bufferOf(payload),
      { qos: options.qos, retain: options.retain ?? false },
      (error) => {
        if (options.qos > 0) inFlight -= 1;
        if (error === undefined || error === null) resolve();
        else reject(publishRefused(error, broker, topic));
        waiting.shift()?.();
      },
    );
  }

  return {
    get up() {
      return up;
    },

    get packetLimit() {
      return client.serverProperties?.maximumPacketSize;
    },

    publish(topic, payload, options) {
      return new Promise<void>((settle, refuse) => {
        const reject = (reason: LinkFailure) => {
          unsettled.delete(reject);
          refuse(new LinkError(reason));
        };
        const resolve = () => {
          unsettled.delete(reject);
          settle();
        };
        if (!up || closing !== null) {
          reject(notConnected(broker));
          return;
        }
        const limit = client.serverProperties?.maximumPacketSize;
        const size = payload.byteLength + Buffer.byteLength(topic) + packetOverhead;
        if (limit !== undefined && size > limit) {
          reject(tooLarge(broker, size, limit));
          return;
        }
        unsettled.set(reject, { size, at: environment.monotonic() });
        const packet = { topic, payload, options, resolve, reject };
        const most = client.serverProperties?.receiveMaximum ?? 65_535;
        if (options.qos === 0 || inFlight < most) send(packet);
        else if (waiting.length < longestQueue) waiting.push(() => send(packet));
        else reject({ code: 'refused', message: `Too many messages wait for ${broker} to take them.` });
      });
    },

    check() {
      if (!up || ended || closing !== null || stopChecking !== null) return;
      stopChecking = environment.after(checkTimeout, () =>
        fail({ code: 'lost', message: `${broker} has not answered for too long.` }),
      );
      client.sendPing();
    },

    close() {
      closing ??= new Promise((resolve) => {
        if (ended) {
          resolve();
          return;
        }
        client.once('close', resolve);
        if (!up) {
          client.stream.destroy();
          return;
        }
        const stopHoping = environment.after(goodbyeTimeout, () => client.stream.destroy());
        client.once('close', stopHoping);
        giveUp(linkClosed);
        // The client says goodbye only when nothing is in flight, and a broken link would never let it.
        for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id));
        client.end(false, { reasonCode: 0 });
      });
      return closing;
    },
  };
}

/** Reason of DISCONNECT (MQTT 5, section 3.14.2.1). */
const sessionTakenOver = 142;

/** Fixed header, lengths, packet id and properties of a PUBLISH. */
const packetOverhead = 16;

/** What a publish is told while there is no connection. */
export function notConnected(broker: string): LinkFailure {
  return { code: 'lost', message: `There is no connection to ${broker}.` };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
