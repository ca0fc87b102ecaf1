import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { presenceBody } from '#shared/sync/frame.ts';
import type { Database } from '#shore/store/database.ts';
import { until } from '#support/until.ts';
import { kinds, newDatabase } from './support/databases.ts';
import { testEnvironment } from './support/environment.ts';
import { presence, startGateway, type TestGateway } from './support/gateway.ts';
import { officeOn, superintendent } from './support/office.ts';
import { Ship } from './support/ship.ts';

describe.each(kinds)('lanes that a vessel does not take now, with a gateway on %s', (kind) => {
  let database: Database;
  let gateway: TestGateway;

  beforeEach(async () => {
    database = await newDatabase(kind, testEnvironment());
    gateway = await startGateway(database);
    await officeOn(database).addVessel('nordlys');
  });
  afterEach(async () => {
    await gateway.shore.close();
    await database.close();
  });

  const raise = (title: string, priority: 'normal' | 'critical') =>
    gateway.shore.service.workOrders.create('nordlys', { title, priority }, superintendent);
  const vessel = async () =>
    (await gateway.shore.service.vessels()).find(({ vesselId }) => vesselId === 'nordlys');
  const sentLanes = () => gateway.batchesTo('nordlys').map(({ lane }) => lane);
  /** The vessel connects: presence, then hello; and its hello is answered. */
  async function connects(takes?: string[]): Promise<void> {
    const before = gateway.acks('nordlys').length;
    gateway.send('nordlys', 'presence', presence(true, 'MV Nordlys', takes));
    gateway.hello(new Ship('nordlys'));
    await until('the answer', () => gateway.acks('nordlys')[before]);
  }

  test('are kept back until it takes them, while what is urgent goes', async () => {
    await raise('Paint the railing', 'normal');
    await connects(['urgent']);
    await raise('Stop the crane', 'critical');
    await until('the urgent batch', () => sentLanes().length > 0);
    expect(sentLanes()).toEqual(['urgent']);

    gateway.send('nordlys', 'presence', presence(true));
    await until('the other', () => sentLanes().length > 1);
    expect(sentLanes()).toEqual(['urgent', 'normal']);
  });

  test('are none for a vessel of an older program, which says nothing of them', async () => {
    await raise('Paint the railing', 'normal');
    await connects();
    await until('the batch', () => sentLanes().length > 0);
    expect(sentLanes()).toEqual(['normal']);
  });

  test('go once to a vessel that comes up, after its hello', async () => {
    await raise('Paint the railing', 'normal');
    gateway.send('nordlys', 'presence', presence(true));
    await raise('Grease the winch', 'normal');
    await until('the presence', async () => (await vessel())?.online === true);
    expect(sentLanes()).toEqual([]);

    const before = gateway.acks('nordlys').length;
    gateway.hello(new Ship('nordlys'));
    await until('the answer', () => gateway.acks('nordlys')[before]);
    await until('the batch', () => sentLanes().length > 0);
    await raise('Oil the hinges', 'normal');
    await until('the next', () => sentLanes().length > 1);
    expect(gateway.batchesTo('nordlys').map(({ changes }) => changes.length)).toEqual([2, 1]);
  });

  test('may have names that this gateway does not know', async () => {
    await raise('Paint the railing', 'normal');
    await connects(['normal', 'glacial']);
    await until('the batch', () => sentLanes().length > 0);
    expect((await gateway.shore.service.problems({})).items).toEqual([]);
  });
});

test('a gateway of an older program reads the presence of a vessel that names its lanes', () => {
  const older = presenceBody.omit({ takes: true });
  const json: unknown = JSON.parse(new TextDecoder().decode(presence(true, 'MV Nordlys', ['urgent'])));
  expect(older.parse(json)).toEqual({
    online: true,
    name: 'MV Nordlys',
    version: '1.2.3',
    since: '2026-03-01T10:00:00.000Z',
  });
});
