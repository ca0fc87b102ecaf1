import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '#shore/store/database.ts';
import { until } from '#support/until.ts';
import { newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';
import { Ship } from './support/ship.ts';

let database: Database;
let gateway: TestGateway;
/** What the gateway takes for the time, ms beyond the machine's. */
let later: number;

beforeEach(async () => {
  later = 0;
  const environment = testEnvironment();
  const { monotonic } = environment;
  database = await newDatabase('PGlite', environment);
  gateway = await startGateway(database, {
    environment: Object.assign(environment, { monotonic: () => monotonic() + later }),
  });
});
afterEach(async () => {
  await gateway.shore.close();
  await database.close();
});

const figures = () => gateway.shore.service.mqttHealth().messages;

test('a vessel whose messages are refused again and again is passed over and told of; another is not touched, and it comes back by itself', async () => {
  const misused = new Ship('nordlys');
  const other = new Ship('aurora');
  misused.create({ title: 'Before' });
  await gateway.exchange(misused.batch(1, 1));
  for (let each = 0; each < 200; each += 1) gateway.send('nordlys', 'hello', new Uint8Array([1, 2, each]));
  await until('all to be dealt with', () => {
    const { refused, passedOver, lost } = figures();
    return refused + passedOver + lost >= 200;
  });
  expect(figures().passedOver).toBeGreaterThan(0);
  expect(figures().refused).toBeLessThan(40);

  other.create({ title: 'Of another ship' });
  expect(await gateway.exchange(other.batch(1, 1))).toMatchObject({ outcome: 'stored', held: 1 });
  const problems = (await gateway.shore.service.problems({})).items.filter(
    ({ vesselId }) => vesselId === 'nordlys',
  );
  expect(problems.map(({ code }) => code).toSorted()).toEqual(['malformed', 'passed_over']);
  const warnings = gateway.environment.lines.filter(({ message }) => message.includes('refused'));
  expect(warnings).toHaveLength(2);

  const before = figures().passedOver;
  misused.create({ title: 'Waits on board' });
  gateway.send('nordlys', 'normal', misused.batch(2, 2));
  await until('that to be passed over', () => figures().passedOver > before);
  later += 31_000;
  expect(await gateway.exchange(misused.batch(2, 2))).toMatchObject({ outcome: 'stored', held: 2 });
});
