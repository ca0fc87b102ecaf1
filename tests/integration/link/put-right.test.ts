import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { bytes, closeLinks, openLink } from './open-link.ts';

describe('while a program runs', () => {
  let broker: Mosquitto | null = null;
  afterEach(async () => {
    await closeLinks();
    await broker?.remove();
    broker = null;
  });

  test('a password that is put right in its file lets it in, and a file that cannot be used changes nothing', async () => {
    broker = await startMosquitto({ passwords: { 'mv-aurora': 'right' } });
    const file = join(temporaryDirectory('password'), 'password');
    writeFileSync(file, 'wrong\n');
    const link = openLink({ mqtt: broker.url, mqttUser: 'mv-aurora', mqttPasswordFile: file });
    await until('a refusal', () => link.failures.some(({ code }) => code === 'credentials'));
    // Half written: an editor empties a file before it fills it.
    writeFileSync(file, '');
    await until('going on with the old one', () =>
      link.logged().includes('going on with what was read before'),
    );
    writeFileSync(file, 'right\n');
    await link.up();
  });

  test(
    'a computer that slept finds out within seconds that its connection leads nowhere',
    { timeout: 90_000 },
    async () => {
      broker = await startMosquitto();
      const system = systemEnvironment(silentLog);
      let slept = 0;
      const environment = { ...system, now: () => system.now() + slept };
      const events: string[] = [];
      const link = mqttLink(brokerConfiguration({ mqtt: broker.url }), environment)(
        {
          clientId: 'sleeper',
          subscriptions: [],
          will: { topic: 'arus/MV-TEST/up/presence', payload: bytes('gone'), qos: 1 },
        },
        {
          onUp: () => events.push('up'),
          onDown: (reason) => events.push(`down: ${reason?.message}`),
          onMessage: () => undefined,
          onFailure: () => undefined,
        },
      );
      try {
        link.open();
        await until('the link to be up', () => events.includes('up'));
        // A broker that answers stays where it is.
        slept += 3_600_000;
        await new Promise((resolve) => system.after(8_000, () => resolve(null)));
        expect(events).toEqual(['up']);
        process.kill(broker.pid, 'SIGSTOP');
        slept += 3_600_000;
        await until('the link to be given up', () => events.length > 1, { within: 35_000 });
        expect(events[1]).toMatch(/^down: .* has not answered for too long/);
      } finally {
        process.kill(broker.pid, 'SIGCONT');
        await link.close();
      }
    },
  );

  test('a computer that woke tries at once, however long the link would have waited', async () => {
    broker = await startMosquitto();
    await broker.stop();
    const given = brokerConfiguration({ mqtt: broker.url });
    const day = 24 * 3_600_000;
    const configuration = { ...given, pace: { ...given.pace, shortestWait: day, longestWait: day } };
    const events: string[] = [];
    const link = mqttLink(configuration, systemEnvironment(silentLog))(
      {
        clientId: 'sleeper',
        subscriptions: [],
        will: { topic: 'arus/MV-TEST/up/presence', payload: bytes('gone'), qos: 1 },
      },
      {
        onUp: () => events.push('up'),
        onDown: () => events.push('down'),
        onMessage: () => undefined,
        onFailure: ({ code }) => events.push(code),
      },
    );
    try {
      // One that is not wanted stays closed.
      link.wake?.();
      link.open();
      await until('the first attempt to fail', () => events.length > 0);
      await broker.restart();
      expect(events).toEqual(['unreachable']);
      link.wake?.();
      await until('the link to be up', () => events.includes('up'));
    } finally {
      await link.close();
    }
  });
});
