import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { brokerConfiguration } from '#link/configuration.ts';
import { mqttLink } from '#link/mqtt-link.ts';
import { linkCodec } from '#link/link-codec.ts';
import { packageCrypto } from '#link/package-crypto.ts';
import { openShore, type Shore } from '#shore/open-shore.ts';
import type { Database } from '#shore/store/database.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { openVesselNode, type VesselNode } from '#vessel/vessel-node.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { migratedDatabase } from '#support/shared-databases.ts';
import { testEnvironment } from './support/environment.ts';
import { usualOptions } from './support/gateway.ts';
import { superintendent } from './support/office.ts';

const environment = testEnvironment();
const order = z.object({ id: z.string(), title: z.string(), sync: z.string() });
const status = z.object({ queue: z.object({ depth: z.number() }), problems: z.number() });

/** Real vessel nodes and two gateways that share their messages, on a real Mosquitto and a real Postgres. */
describe('ships and two gateways', () => {
  let mosquitto: Mosquitto;
  let databases: Database[];
  let gateways: Shore[];
  let ships: VesselNode[];

  const openLink = () =>
    mqttLink(
      {
        ...brokerConfiguration({ mqtt: mosquitto.url }),
        pace: { connectTimeout: 5_000, keepalive: 30, shortestWait: 50, longestWait: 300 },
      },
      environment,
    );
  const openGateway = async (name: string): Promise<Shore> => {
    const database = openPostgres({ url }, environment);
    databases.push(database);
    const shore = openShore(
      { database, openLink: openLink(), codec: linkCodec, crypto: packageCrypto, environment },
      { ...usualOptions, gateway: name, group: 'shore' },
    );
    await shore.ready;
    return shore;
  };
  const call = async <T extends z.ZodType>(
    ship: VesselNode | undefined,
    method: string,
    input: unknown,
    output: T,
  ): Promise<z.output<T>> => {
    const result = await ship?.call({ method, input });
    if (result?.ok !== true) throw new Error(JSON.stringify(result));
    return output.parse(result.output);
  };
  const drained = () =>
    until(
      'every queue empty',
      async () => {
        for (const ship of ships)
          if ((await call(ship, 'sync.status', {}, status)).queue.depth > 0) return false;
        return (await service().syncHealth()).downlink.depth === 0;
      },
      { within: 45_000, every: 100 },
    );
  const service = () => {
    const [gateway] = gateways;
    if (gateway === undefined) throw new Error('There is no gateway');
    return gateway.service;
  };
  let url: string;

  beforeAll(async () => {
    mosquitto = await startMosquitto();
    url = await migratedDatabase();
    databases = [];
    gateways = [await openGateway('one'), await openGateway('two')];
    ships = ['aurora', 'nordlys'].map((vesselId) =>
      openVesselNode(
        {
          dataDirectory: temporaryDirectory(vesselId),
          vesselId,
          vesselName: `MV ${vesselId}`,
          device: 'Bridge PC',
          timeZone: 'UTC',
          version: '0.0.0',
          brokerName: null,
        },
        { environment, openLink: openLink(), codec: linkCodec },
      ),
    );
  });
  afterAll(async () => {
    for (const ship of ships) await ship.close();
    for (const gateway of gateways) await gateway.close();
    for (const database of databases) await database.close();
    await mosquitto.remove();
  });

  test('what is written on board and ashore is everywhere once, though the broker is killed in the middle', async () => {
    const made = [];
    for (let i = 0; i < 300; i += 1)
      for (const ship of ships)
        made.push(
          await call(
            ship,
            'workOrders.create',
            { title: `Order ${i}`, priority: i % 10 === 0 ? 'critical' : 'normal' },
            order,
          ),
        );
    await until('some of it ashore', async () =>
      (await service().vessels()).some(({ changesHeld }) => changesHeld > 0),
    );
    await mosquitto.kill();
    const second = made[1];
    if (second === undefined) throw new Error('Nothing was made');
    const ashore = await service().workOrders.create(
      'aurora',
      { title: 'Raised ashore while the broker is away' },
      superintendent,
    );
    await call(
      ships[1],
      'workOrders.update',
      { id: second.id, changes: { notes: 'Written while the broker is away' } },
      order,
    );
    await mosquitto.restart();
    await drained();

    const { items } = await service().workOrders.list({ vesselId: 'nordlys', limit: 500 });
    expect(items).toHaveLength(300);
    expect(await call(ships[0], 'workOrders.get', { id: ashore.id }, order)).toMatchObject({
      title: 'Raised ashore while the broker is away',
      sync: 'held',
    });
    expect((await service().workOrders.get({ id: second.id })).notes).toBe(
      'Written while the broker is away',
    );
    const [database] = databases;
    if (database === undefined) throw new Error('There is no database');
    expect(await verifyShore(database)).toMatchObject({ holds: true, vessels: 2, changes: 602 });
    for (const ship of ships) expect((await call(ship, 'sync.status', {}, status)).problems).toBe(0);
    expect((await service().problems({})).items).toEqual([]);
  });

  test('a gateway that goes is replaced by the other, and by itself when it comes back', async () => {
    const [one, two] = gateways;
    if (one === undefined || two === undefined) throw new Error('A gateway is missing');
    await one.close();
    gateways = [two];
    const onBoard = await call(ships[0], 'workOrders.create', { title: 'While one is away' }, order);
    const ashore = await two.service.workOrders.create(
      'aurora',
      { title: 'Also while one is away' },
      superintendent,
    );
    await drained();
    expect((await two.service.workOrders.get({ id: onBoard.id })).title).toBe('While one is away');
    expect(await call(ships[0], 'workOrders.get', { id: ashore.id }, order)).toMatchObject({ sync: 'held' });
    gateways.push(await openGateway('one'));
    await call(ships[1], 'workOrders.create', { title: 'After one is back' }, order);
    await drained();
    const [database] = databases;
    if (database === undefined) throw new Error('There is no database');
    expect(await verifyShore(database)).toMatchObject({ holds: true, vessels: 2 });
  });
});
