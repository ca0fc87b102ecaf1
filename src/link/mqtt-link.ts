import { isDeepStrictEqual } from 'node:util';
import type {
  Cancel,
  Environment,
  LinkEvents,
  LinkFailure,
  LinkSettings,
  OpenLink,
  Link,
} from '#shared/ports.ts';
import { waitBeforeAttempt } from './backoff.ts';
import type { TlsMemory } from './broker-socket.ts';
import { brokerName, ConfigurationError, type BrokerConfiguration } from './configuration.ts';
import { LinkError } from './link-failure.ts';
import {
  notConnected,
  openSession,
  type ProtocolVersion,
  type Session,
  type SessionEnd,
} from './mqtt-session.ts';
import { Rivals } from './rivals.ts';
import { linkWarning } from './shown-secrets.ts';
import { TrafficMeter } from './traffic-meter.ts';

/**
 * Links over MQTT: 5 where the broker speaks it, 3.1.1 otherwise, with clean sessions and nothing queued. A link
 * that fails waits by a jittered exponential pace; `open` while it waits tries at once. Events come in the order
 * in which things happened; an owner that throws in one is logged and does no harm to the link.
 */
export function mqttLink(configuration: BrokerConfiguration, environment: Environment): OpenLink {
  const traffic = new TrafficMeter();
  const open: OpenLink = (settings, events) =>
    openLink({ configuration, environment, traffic }, settings, events);
  open.traffic = () => traffic.total();
  const warning = linkWarning(configuration);
  if (warning !== null) {
    open.warning = warning;
    environment.log.warn({ broker: brokerName(configuration) }, warning);
  }
  return open;
}

interface LinkDependencies {
  configuration: BrokerConfiguration;
  environment: Environment;
  traffic: TrafficMeter;
}

/** A computer that slept finds a connection that leads nowhere; it shows in a timer that fires much too late. */
const lookEveryMs = 5_000;
const sleptMs = 15_000;

function openLink(
  { configuration: given, environment, traffic }: LinkDependencies,
  settings: LinkSettings,
  events: LinkEvents,
): Link {
  let configuration = given;
  const broker = brokerName(configuration);
  const { log } = environment;
  const tls: TlsMemory = { session: null };
  let version: ProtocolVersion = 5;
  let versionProven = false;
  /** The broker did not grant our subscriptions when it was last asked. */
  let waitsForSubscriptions = false;
  let wanted = false;
  let session: Session | null = null;
  let cancelWait: Cancel | null = null;
  let cancelLook: Cancel | null = null;
  let failuresInARow = 0;
  let upSince = 0;
  const rivals = new Rivals(settings.clientId, configuration.pace.suspectedRivalWait);

  function tell(what: string, event: () => void): void {
    try {
      event();
    } catch (error) {
      log.error({ err: error, broker }, `The owner of the link failed on ${what}`);
    }
  }

  /** What stands in the files now; what stood there before while they cannot be used. */
  function readAgain(): void {
    try {
      const now = configuration.again();
      if (!isDeepStrictEqual(now.tls, configuration.tls)) tls.session = null;
      configuration = { ...now, pace: configuration.pace };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      log.warn({ broker, option: error.option }, `${error.message}; going on with what was read before`);
    }
  }

  /** Of two clocks one goes on while a computer sleeps, on some systems both do. */
  function lookForSleep(): void {
    const before = { now: environment.now(), monotonic: environment.monotonic() };
    cancelLook = environment.after(lookEveryMs, () => {
      const passed = Math.max(environment.now() - before.now, environment.monotonic() - before.monotonic);
      lookForSleep();
      if (passed < lookEveryMs + sleptMs) return;
      log.info({ broker, passed }, 'The computer slept, or its clock was set; looking at the link');
      lookNow();
    });
  }

  function lookNow(): void {
    if (session !== null) session.check();
    else if (cancelWait !== null) {
      cancelWait();
      attempt();
    }
  }

  function attempt(): void {
    cancelWait = null;
    readAgain();
    const offeredTlsSession = tls.session !== null;
    try {
      const dependencies = {
        configuration,
        settings,
        version,
        waitsForSubscriptions,
        tls,
        traffic,
        environment,
      };
      session = openSession(dependencies, {
        onUp() {
          versionProven = true;
          upSince = environment.monotonic();
          log.info({ broker, mqtt: version === 5 ? '5' : '3.1.1' }, 'Link up');
          tell('onUp', () => events.onUp());
        },
        onMessage(message) {
          tell('onMessage', () => events.onMessage(message));
        },
        onEnd(end) {
          session = null;
          conclude(end, offeredTlsSession);
        },
      });
    } catch (error) {
      // TLS material that passed our checks and that OpenSSL still refuses, e.g. a key too short for its policy.
      log.error({ err: error, broker }, 'The connection could not be set up');
      const message = `The TLS certificate or key cannot be used: ${error instanceof Error ? error.message : String(error)}.`;
      report({ code: 'configuration', message }, false);
      waitAndRetry();
    }
  }

  function conclude(end: SessionEnd, offeredTlsSession: boolean): void {
    if (end.versionRefused && version === 5) {
      log.info({ broker }, 'The broker does not speak MQTT 5; going on with 3.1.1');
      version = 4;
      if (wanted) attempt();
      return;
    }
    if (end.unanswered && end.failure !== null && offeredTlsSession) {
      // Some servers drop a resumed session they cannot place instead of falling back to a full handshake.
      tls.session = null;
      if (wanted) attempt();
      return;
    }
    // Some brokers of 3.1.1 hang up on MQTT 5 without a word, so the next attempt tries the other.
    if (end.unanswered && end.failure?.code === 'refused' && !versionProven) version = version === 5 ? 4 : 5;
    if (end.subscriptions !== 'unanswered') waitsForSubscriptions = end.subscriptions === 'refused';
    const now = environment.monotonic();
    const lived = now - upSince;
    const failure =
      end.failure !== null && end.wasUp
        ? rivals.onLoss(end.failure, { lived, isTakenOver: end.isTakenOver }, now)
        : end.failure;
    const lasted = end.wasUp && lived >= rivals.longestWait(configuration.pace.longestWait);
    if (lasted && end.subscriptions === 'granted') failuresInARow = 0;
    report(failure, end.wasUp);
    if (!wanted || session !== null || cancelWait !== null) return;
    if (end.failure === null) attempt();
    else waitAndRetry();
  }

  function report(failure: LinkFailure | null, wasUp: boolean): void {
    if (wasUp) {
      log.info({ broker, failure }, 'Link down');
      tell('onDown', () => events.onDown(failure));
    } else if (failure !== null) {
      log.warn({ broker, failure }, 'No link');
      tell('onFailure', () => events.onFailure(failure));
    }
  }

  function waitAndRetry(): void {
    if (!wanted || cancelWait !== null) return;
    const chance = new DataView(new Uint8Array(environment.randomBytes(4)).buffer).getUint32(0) / 2 ** 32;
    const { shortestWait, longestWait } = configuration.pace;
    const bounds = { shortestWait, longestWait: rivals.longestWait(longestWait) };
    const wait = waitBeforeAttempt(failuresInARow, bounds, chance);
    failuresInARow += 1;
    cancelWait = environment.after(wait, attempt);
  }

  return {
    get connected() {
      return session?.up ?? false;
    },

    get packetLimit() {
      return session?.packetLimit;
    },

    open() {
      wanted = true;
      if (cancelLook === null) lookForSleep();
      // A session that is closing starts the next one when it is gone: the broker would take over the old one.
      if (session !== null) return;
      cancelWait?.();
      attempt();
    },

    wake() {
      if (!wanted) return;
      log.info({ broker }, 'The computer is awake again; looking at the link');
      // What failed before it slept says nothing of where it is now, and its network may take a moment.
      failuresInARow = 0;
      lookNow();
    },

    async close() {
      wanted = false;
      cancelLook?.();
      cancelLook = null;
      failuresInARow = 0;
      cancelWait?.();
      cancelWait = null;
      await session?.close();
    },

    publish(topic, payload, options) {
      return session === null
        ? Promise.reject(new LinkError(notConnected(broker)))
        : session.publish(topic, payload, options);
    },
  };
}
