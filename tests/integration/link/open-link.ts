import { mqttLink } from '#link/mqtt-link.ts';
import { brokerConfiguration, type BrokerOptions, type BrokerPace } from '#link/configuration.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { noTraffic, type Traffic } from '#shared/link-policy/traffic.ts';
import type { Link, LinkFailure, LinkMessage, LinkSettings, Log } from '#shared/ports.ts';
import { until } from '#support/until.ts';

export interface TestLink {
  link: Link;
  /** What the link told its owner, in order: `up`, `down`, `failure`, `message`. */
  events: string[];
  messages: LinkMessage[];
  failures: LinkFailure[];
  /** Everything that was logged, as one text. */
  logged(): string;
  /** What its sockets took so far. */
  traffic(): Traffic;
  /** Resolves when the link has been up `times` times. */
  up(times?: number): Promise<void>;
}

/** Attempts follow each other quickly, so that a test does not wait as a ship would. */
export const quickPace: Partial<BrokerPace> = { shortestWait: 20, longestWait: 100 };

const open = new Set<Link>();

/** A link as the programs build it, opened, on the machine's own clock. */
export function openLink(
  broker: BrokerOptions,
  settings: Partial<LinkSettings> = {},
  pace: Partial<BrokerPace> = {},
): TestLink {
  const events: string[] = [];
  const messages: LinkMessage[] = [];
  const failures: LinkFailure[] = [];
  const lines: unknown[] = [];
  const note = (fields: object, message: string) => lines.push([fields, message]);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const environment = systemEnvironment(log);
  const opener = mqttLink(brokerConfiguration(broker, { ...quickPace, ...pace }), environment);
  const link = opener(
    {
      clientId: `test-${Buffer.from(environment.randomBytes(6)).toString('hex')}`,
      subscriptions: [],
      will: { topic: 'arus/MV-TEST/up/presence', payload: bytes('gone'), qos: 1 },
      ...settings,
    },
    {
      onUp: () => events.push('up'),
      onDown(reason) {
        events.push('down');
        if (reason !== null) failures.push(reason);
      },
      onFailure(failure) {
        events.push('failure');
        failures.push(failure);
      },
      onMessage(message) {
        events.push('message');
        messages.push(message);
      },
    },
  );
  open.add(link);
  link.open();
  return {
    link,
    events,
    messages,
    failures,
    traffic: () => opener.traffic?.() ?? noTraffic,
    logged: () =>
      JSON.stringify(lines, (_key, value: unknown) => (value instanceof Error ? String(value) : value)),
    async up(times = 1) {
      await until(`the link to be up (${JSON.stringify(failures.at(-1))})`, () => {
        return events.filter((event) => event === 'up').length >= times;
      });
    },
  };
}

/** Closes every link that a test opened. */
export async function closeLinks(): Promise<void> {
  await Promise.all([...open].map((link) => link.close()));
  open.clear();
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);
