import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { type Shore, startShore } from '#support/shore.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';

const orders = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) });
const journal = z.object({ items: z.array(z.object({ number: z.number() })) });

describe('from a write on board to a row ashore', () => {
  let broker: Mosquitto;
  let shore: Shore | null = null;
  let vessel: TestVessel | null = null;

  beforeEach(async () => {
    broker = await startMosquitto();
  });
  afterEach(async () => {
    await vessel?.node.close();
    await shore?.stop();
    vessel = shore = null;
    await broker.remove();
  });

  const openShore = async (qos: number): Promise<Shore> =>
    (shore = await startShore([
      '--database',
      await emptyDatabase(),
      '--mqtt',
      broker.url,
      '--qos',
      `changes=${qos}`,
      '--log-level',
      'warn',
    ]));

  function board(qos: 0 | 1 | 2, directory?: string): TestVessel {
    const environment = systemEnvironment(silentLog);
    const pace = { shortestWait: 100, longestWait: 300 };
    return (vessel = openTestVessel({
      environment,
      openLink: mqttLink(brokerConfiguration({ mqtt: broker.url }, pace), environment),
      options: { qos: { changes: qos } },
      ...(directory === undefined ? {} : { directory }),
    }));
  }

  const drained = (node: TestVessel): Promise<unknown> =>
    until('an empty queue on board', async () => (await node.call('sync.status', {})).queue.depth === 0, {
      within: 30_000,
    });

  const titlesAshore = async (gateway: Shore): Promise<string[]> =>
    orders
      .parse(await gateway.get('/api/work-orders?limit=100'))
      .items.map((order) => order.title)
      .sort();

  test.each([0, 1, 2] as const)(
    'changes go up and come down at QoS %i, and each is processed once',
    async (qos) => {
      const gateway = await openShore(qos);
      const node = board(qos);
      const order = await node.call('workOrders.create', { title: `By QoS ${qos}` });
      await drained(node);
      expect(await titlesAshore(gateway)).toEqual([`By QoS ${qos}`]);

      const patched = await gateway.ask(`/api/work-orders/${order.id}`, {
        method: 'PATCH',
        body: { title: 'From the office' },
      });
      expect(patched.status).toBe(200);
      await until(
        "the office's title on board",
        async () => (await node.call('workOrders.get', { id: order.id })).title === 'From the office',
      );
      expect(journal.parse(await gateway.get('/api/sync/journal?vessel=mv-aurora')).items).toHaveLength(2);

      // Mosquitto's own log, whole once it has ended, says by which promise each batch came in and went out.
      await broker.stop();
      for (const topic of ['arus/mv-aurora/up/normal', 'arus/mv-aurora/down/normal']) {
        expect(broker.log()).toMatch(
          new RegExp(`Received PUBLISH from \\S+ \\(d0, q${qos}, r0, m\\d+, '${topic}'`),
        );
        expect(broker.log()).toMatch(
          new RegExp(`Sending PUBLISH to \\S+ \\(d0, q${qos}, r0, m\\d+, '${topic}'`),
        );
      }
      const finished = {
        0: null,
        1: 'Sending PUBACK to arus-mv-aurora',
        2: 'Sending PUBCOMP to arus-mv-aurora',
      }[qos];
      if (finished !== null) expect(broker.log()).toContain(finished);
    },
  );

  test('what is written while the broker is down waits in the database, through restarts of the app, and arrives once', async () => {
    const gateway = await openShore(1);
    await broker.kill();
    let node = board(1);
    for (const title of ['A', 'B', 'C']) await node.call('workOrders.create', { title });
    await until('a failed attempt', async () => (await node.call('sync.status', {})).link.error !== null);
    expect((await node.call('sync.status', {})).queue).toMatchObject({ depth: 3, sent: 0 });
    await node.node.close();

    node = board(1, node.directory);
    await node.call('workOrders.create', { title: 'D' });
    expect((await node.call('sync.status', {})).queue.depth).toBe(4);
    await node.node.close();

    await broker.restart();
    node = board(1, node.directory);
    await drained(node);
    expect(await titlesAshore(gateway)).toEqual(['A', 'B', 'C', 'D']);
    expect(journal.parse(await gateway.get('/api/sync/journal?vessel=mv-aurora')).items).toHaveLength(4);
  });

  test('a gateway that is killed and started again gets what was sent into the void, at once and once', async () => {
    const database = await emptyDatabase();
    const parameters = ['--database', database, '--mqtt', broker.url, '--log-level', 'warn'];
    shore = await startShore(parameters);
    const node = board(1);
    await node.call('workOrders.create', { title: 'Before' });
    await drained(node);
    await shore.program.kill();
    await node.call('workOrders.create', { title: 'While nobody listened' });
    await until(
      'the change at the broker',
      async () => (await node.call('sync.status', {})).queue.sent === 1,
    );
    expect((await node.call('sync.status', {})).queue.depth).toBe(1);

    shore = await startShore(parameters);
    await drained(node);
    expect(await titlesAshore(shore)).toEqual(['Before', 'While nobody listened']);
  });
});
