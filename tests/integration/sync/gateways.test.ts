import { afterEach, describe, expect, test } from 'vitest';
import { Client } from 'pg';
import { systemEnvironment } from '#link/system-environment.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';

const vessel = 'mv-aurora';
const environment = systemEnvironment(silentLog);

describe('two gateways, one of which dies while it sends to a ship', () => {
  let broker: Mosquitto;
  let database: string;
  let gateways: Map<string, Shore>;
  let ship: TestVessel;

  const begin = async (): Promise<void> => {
    broker = await startMosquitto();
    database = await emptyDatabase();
    gateways = new Map();
    for (const name of ['one', 'two'])
      gateways.set(
        name,
        await startShore([
          '--database',
          database,
          '--mqtt',
          broker.url,
          '--log-level',
          'warn',
          '--gateway',
          name,
          '--share',
          'office',
        ]),
      );
    ship = openTestVessel({
      vesselId: vessel,
      environment,
      openLink: mqttLink(
        brokerConfiguration({ mqtt: broker.url }, { shortestWait: 100, longestWait: 300 }),
        environment,
      ),
    });
    await ship.call('workOrders.create', { title: 'From the ship' });
    await until('the queue to be empty', async () => (await ship.call('sync.status', {})).queue.depth === 0);
  };
  afterEach(async () => {
    await ship.node.close();
    for (const gateway of gateways.values()) await gateway.program.kill();
    await broker.remove();
  });

  const one = (): Shore => {
    const [first] = gateways.values();
    if (first === undefined) throw new Error('no gateway');
    return first;
  };
  const raise = async (by: Shore, title: string): Promise<void> => {
    const answer = await by.ask('/api/work-orders', { method: 'POST', body: { vessel, title } });
    if (answer.status !== 201) throw new Error(answer.text);
  };
  const onBoard = (title: string, within: number): Promise<unknown> =>
    until(
      `'${title}' on board`,
      async () =>
        (await ship.call('workOrders.list', { limit: 100 })).items.some((order) => order.title === title),
      { within, every: 100 },
    );
  /** The ship has compared its records with shore's: no hello of its own brings the other gateway in before it has to. */
  const isCompared = (): Promise<unknown> =>
    until(
      'ship and shore to be compared',
      async () => {
        const { agreement } = await ship.call('sync.status', {});
        return agreement.state === 'equal' && !agreement.isApart;
      },
      { within: 45_000 },
    );
  /** Which of them has the right to send to the ship, and the other one. */
  const sides = async (): Promise<{ sender: Shore; other: Shore }> => {
    const client = new Client({ connectionString: database });
    await client.connect();
    try {
      const { rows } = await client.query<{ sender: string }>('select sender from vessel_contact');
      const sender = gateways.get(rows[0]?.sender ?? '');
      const other = [...gateways.values()].find((each) => each !== sender);
      if (sender === undefined || other === undefined) throw new Error('nobody has the right to send');
      return { sender, other };
    } finally {
      await client.end();
    }
  };

  test('by kill -9: what the office writes at the other one is on board within ten seconds', async () => {
    await begin();
    await raise(one(), 'Before');
    await onBoard('Before', 45_000);
    await isCompared();
    const { sender, other } = await sides();
    await sender.program.kill();
    await raise(other, 'After');
    expect(await onBoard('After', 10_000)).toBe(true);
  });

  test('that hangs: within a minute', { timeout: 120_000 }, async () => {
    await begin();
    await raise(one(), 'Before');
    await onBoard('Before', 45_000);
    await isCompared();
    const { sender, other } = await sides();
    process.kill(sender.program.pid, 'SIGSTOP');
    await raise(other, 'After');
    expect(await onBoard('After', 60_000)).toBe(true);
  });
});
