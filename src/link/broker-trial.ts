import type { ReadText } from '#files/bounded-file.ts';
import type { Environment, LinkFailure } from '#shared/ports.ts';
import { gatewayPresences, vesselInbox } from '#shared/sync/topics.ts';
import {
  ConfigurationError,
  brokerConfiguration,
  brokerName,
  type BrokerConfiguration,
  type BrokerOptions,
} from './configuration.ts';
import { openSession, type ProtocolVersion, type SessionEnd } from './mqtt-session.ts';
import { linkWarning } from './shown-secrets.ts';
import { TrafficMeter } from './traffic-meter.ts';

/** A person waits for the answer; a satellite link has taken more than a minute, and is told so. */
const trialTakesMs = 30_000;

/** What is wrong with a broker's options as they stand; null for nothing. */
export function wrongOption(
  options: BrokerOptions,
  readText: ReadText,
): { option: string; words: string } | null {
  try {
    brokerConfiguration(options, {}, readText);
    return null;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { option: error.option, words: error.message.slice(error.option.length + 2) };
  }
}

/**
 * Connects to a broker once as a ship would, under a name of its own, so that the ship's own connection stands, and asks
 * for what is meant for the ship. Nothing is sent and nothing is left there. Takes 30 s at most for each version of MQTT
 * that the broker makes us try.
 * @throws {ConfigurationError}
 */
export async function tryBroker(
  options: BrokerOptions,
  readText: ReadText,
  { vesselId, environment }: { vesselId: string; environment: Environment },
): Promise<{ isLetIn: boolean; words: string }> {
  const configuration = brokerConfiguration(options, { connectTimeout: trialTakesMs }, readText);
  const broker = brokerName(configuration);
  let end = await connectOnce(configuration, { vesselId, environment, version: 5 });
  const mayBeOld =
    end !== null && (end.versionRefused || (end.unanswered && end.failure?.code === 'refused'));
  if (mayBeOld) end = await connectOnce(configuration, { vesselId, environment, version: 4 });
  if (end !== null)
    return { isLetIn: false, words: end.failure?.message ?? `${broker} closed the connection.` };
  const warning = linkWarning(configuration);
  const words = `${broker} lets this ship in, to receive what is meant for ${vesselId}. Nothing was sent.`;
  return { isLetIn: true, words: warning === null ? words : `${words} ${warning}` };
}

/** @returns null where the broker let us in and granted our subscriptions */
function connectOnce(
  configuration: BrokerConfiguration,
  dependencies: { vesselId: string; environment: Environment; version: ProtocolVersion },
): Promise<Pick<SessionEnd, 'versionRefused' | 'unanswered' | 'failure'> | null> {
  const { vesselId, environment, version } = dependencies;
  const suffix = Buffer.from(environment.randomBytes(4)).toString('hex');
  return new Promise((resolve) => {
    try {
      const session = openSession(
        {
          configuration,
          settings: {
            clientId: `arus-${vesselId}-trial-${suffix}`,
            subscriptions: [
              { topic: vesselInbox(vesselId), qos: 1 },
              { topic: gatewayPresences, qos: 1 },
            ],
            will: null,
          },
          version,
          waitsForSubscriptions: true,
          tls: { session: null },
          traffic: new TrafficMeter(),
          environment,
        },
        {
          onUp() {
            void session.close().then(() => resolve(null));
          },
          onMessage() {},
          onEnd: (end) => {
            if (!end.wasUp) resolve(end);
          },
        },
      );
    } catch (error) {
      const failure: LinkFailure = {
        code: 'configuration',
        message: `The TLS certificate or key cannot be used: ${error instanceof Error ? error.message : String(error)}.`,
      };
      resolve({ failure, versionRefused: false, unanswered: false });
    }
  });
}
