import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#shore/store/database.ts';
import { until } from '#support/until.ts';
import { kinds, newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { presence, startGateway, type TestGateway } from './support/gateway.ts';
import { superintendent } from './support/office.ts';
import { Ship } from './support/ship.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Ships of programs that know nothing of all this: what they send, and what the gateway answers. */
describe.each(kinds)('two ships under one id, on %s', (kind) => {
  let database: Database;
  let gateway: TestGateway;
  let first: Ship;
  let second: Ship;

  beforeEach(async () => {
    database = await newDatabase(kind, testEnvironment());
    gateway = await startGateway(database);
    first = new Ship('nordlys');
    second = new Ship('nordlys', 'vship0002');
    gateway.hello(first);
    await until('the answer', () => gateway.acks('nordlys')[0]);
    first.create({ title: 'Of the first' });
    await gateway.exchange(first.batch(1, 1));
    second.create({ title: 'Of the second' });
  });
  afterEach(async () => {
    await gateway.shore.close();
    await database.close();
  });

  const titles = async (): Promise<string[]> =>
    (await gateway.shore.service.workOrders.list({})).items.map(({ title }) => title).toSorted();
  const answersTo = (ship: Ship) => gateway.acks('nordlys').filter(({ origin }) => origin === ship.origin);

  test('a batch that comes before its hello waits for it, and is taken behind it', async () => {
    gateway.send('nordlys', 'normal', second.batch(1, 1));
    await pause(150);
    expect(answersTo(second)).toEqual([]);
    expect(await titles()).toEqual(['Of the first']);
    gateway.hello(second);
    await until('it is taken', () => answersTo(second).some(({ outcome }) => outcome === 'stored'));
    expect(await titles()).toEqual(['Of the first', 'Of the second']);
  });

  test('without any hello it is not taken, and one is asked for', async () => {
    gateway.send('nordlys', 'normal', second.batch(1, 1));
    await until('it is asked', () =>
      gateway.sentTo('nordlys').some((message) => message.kind === 'identity' && message.state === 'unknown'),
    );
    expect(answersTo(second)).toMatchObject([{ outcome: 'gap', held: 0 }]);
    expect(await titles()).toEqual(['Of the first']);
  });

  test('of a computer that waits nothing is taken, and nothing is answered; accepted, it is', async () => {
    gateway.hello(second, {}, 'MV Other');
    await until('it is told', () => gateway.sentTo('nordlys').some(({ kind: each }) => each === 'identity'));
    const before = gateway.broker.published.length;
    gateway.send('nordlys', 'normal', second.batch(1, 1));
    gateway.send('nordlys', 'ask', {
      kind: 'ask',
      vessel: 'nordlys',
      origin: second.origin,
      attempt: 1,
      position: null,
      after: '0:',
      pages: 1,
      version: 1,
    });
    gateway.send('nordlys', 'base', {
      kind: 'base',
      vessel: 'nordlys',
      origin: second.origin,
      transfer: '0'.repeat(16),
      total: 1,
      heads: [],
      page: null,
      answer: null,
    });
    await pause(500);
    expect(gateway.broker.published.length).toBe(before);
    expect(await titles()).toEqual(['Of the first']);
    const [vessel] = await gateway.shore.service.vessels();
    expect(vessel).toMatchObject({ name: 'MV nordlys', claims: [{ name: 'MV Other', state: 'waiting' }] });

    await gateway.shore.service.decideClaim('nordlys', second.origin, 'accepted', superintendent);
    await until('it is told at once', () =>
      gateway
        .sentTo('nordlys')
        .some((message) => message.kind === 'identity' && message.state === 'accepted'),
    );
    await gateway.exchange(second.batch(1, 1));
    expect(await titles()).toEqual(['Of the first', 'Of the second']);
  });

  test('presence changes nothing of the name by which a computer is judged', async () => {
    gateway.send('nordlys', 'presence', presence(true, 'MV Other'));
    await pause(100);
    gateway.hello(second, {}, 'MV Other');
    await until('it is held', () => gateway.sentTo('nordlys').some(({ kind: each }) => each === 'identity'));
    expect((await gateway.shore.service.vessels())[0]?.name).toBe('MV nordlys');
  });

  test('however many say to be the ship, only so many are written down', async () => {
    for (let each = 0; each < 25; each += 1)
      gateway.hello(new Ship('nordlys', `vother00${10 + each}`), {}, `MV Other ${each}`);
    await until(
      'all are told',
      () => gateway.sentTo('nordlys').filter(({ kind: each }) => each === 'identity').length === 25,
    );
    expect((await gateway.shore.service.vessels())[0]?.claims).toHaveLength(20);
  });
});
