import { afterEach, expect, test } from 'vitest';
import type { Database } from '#shore/store/database.ts';
import { until } from '#support/until.ts';
import { newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { presence, startGateway, type TestGateway } from './support/gateway.ts';
import { officeOn, superintendent } from './support/office.ts';
import { Ship } from './support/ship.ts';

let gateway: TestGateway;
let database: Database;
afterEach(async () => {
  await gateway.shore.close();
  await database.close();
});

test('everything that shore sends to a ship goes as --qos changes= says: acknowledgements too', async () => {
  database = await newDatabase('PGlite', testEnvironment());
  gateway = await startGateway(database, { options: { qos: { changes: 2, presence: 0 } } });
  await officeOn(database).addVessel('nordlys');
  await gateway.shore.service.workOrders.create('nordlys', { title: 'From the office' }, superintendent);
  const ship = new Ship('nordlys');
  ship.create();
  gateway.send('nordlys', 'presence', presence(true));
  gateway.hello(ship);
  for (const batch of ship.batches(50)) await gateway.exchange(batch);
  const down = () => gateway.broker.published.filter(({ topic }) => topic.startsWith('arus/nordlys/down/'));
  await until('a batch', () => down().some(({ topic }) => topic.endsWith('/normal')));
  expect(down().some(({ topic }) => topic.endsWith('/ack'))).toBe(true);
  expect(new Set(down().map(({ options }) => options.qos))).toEqual(new Set([2]));
});
