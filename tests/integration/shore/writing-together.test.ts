import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemEnvironment } from '#link/system-environment.ts';
import { ShoreFailure } from '#shore/failure.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { WorkOrderQueries } from '#shore/work-orders/queries.ts';
import { WorkOrders } from '#shore/work-orders/service.ts';
import { silentLog } from '#support/silent-log.ts';
import { migratedDatabase } from '#support/shared-databases.ts';
import { officeOn, superintendent, type Office } from './support/office.ts';
import { newId, orderValues } from './support/ship.ts';

const environment = systemEnvironment(silentLog);
const vessel = 'nordlys';

describe('writing at once for one ship, through two gateways on one Postgres', () => {
  let gateways: { office: Office; orders: WorkOrders }[] = [];

  beforeEach(async () => {
    const url = await migratedDatabase();
    gateways = [1, 2].map(() => {
      const office = officeOn(openPostgres({ url }, environment));
      const queries = new WorkOrderQueries(office.database.reader, environment);
      return { office, orders: new WorkOrders(office.dependencies, office.database.reader, queries) };
    });
    await gateways[0]?.office.addVessel(vessel);
  });
  afterEach(async () => {
    for (const { office } of gateways) await office.close();
  });

  test('each gets its own outcome, and journal, numbers and records are those of writers one after the other', async () => {
    const [first, second] = gateways;
    if (first === undefined || second === undefined) throw new Error('Two gateways are needed');
    const { id } = await first.orders.create(vessel, { title: 'There before' }, superintendent);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, index) => {
        const { office, orders } = index % 2 === 0 ? first : second;
        switch (index % 6) {
          case 0:
          case 1:
          case 2:
            return orders.create(vessel, { title: `Order ${index}` }, superintendent);
          case 3:
            return orders.patch({ id }, { notes: `Line ${index}` }, superintendent);
          case 4:
            return orders.create(vessel, { title: 'Nobody', assigneeId: newId() }, superintendent);
          default:
            return office.write(vessel, async (unit) => {
              await unit.create('work_order', newId(), orderValues());
              throw new ShoreFailure('not_allowed', 'No.');
            });
        }
      }),
    );
    const codes = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? 'saved' : (outcome.reason as ShoreFailure).code,
    );
    expect(codes).toEqual(
      Array.from({ length: 60 }, (_, index) =>
        index % 6 === 4 ? 'invalid_input' : index % 6 === 5 ? 'not_allowed' : 'saved',
      ),
    );
    const numbers = (await first.office.rows('work_order')).map((row) => row['number']);
    expect(numbers).toHaveLength(31);
    expect(new Set(numbers).size).toBe(31);
    expect(await first.office.vessel(vessel)).toMatchObject({ last: 41, feed: 41 });
    expect(await verifyShore(first.office.database)).toMatchObject({ holds: true, changes: 41, records: 31 });
    // Every change is told once by the gateway that wrote it.
    const told = [...first.office.told, ...second.office.told].flatMap(({ ids }) => ids);
    expect(new Set(told).size).toBe(31);
  });

  test('what a writer tells people is there with its change, and with a change that is refused it is not', async () => {
    const [first] = gateways;
    if (first === undefined) throw new Error('A gateway is needed');
    const { office } = first;
    const telling = (name: string, refused: boolean) =>
      office.write(vessel, async (unit) => {
        await unit.create('work_order', newId(), orderValues());
        unit.tell({
          vesselId: vessel,
          key: name,
          at: unit.at,
          code: 'number_doubled',
          message: name,
          entity: null,
          recordId: null,
        });
        if (refused) throw new ShoreFailure('not_allowed', 'No.');
      });
    const outcomes = await Promise.allSettled([telling('kept', false), telling('dropped', true)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    // Whoever saw the change finds what was told of it: no step lies between them.
    expect((await office.rows('sync_problems')).map((row) => row['message'])).toEqual(['kept']);
  });

  test('what Postgres cannot take fails its writer alone', async () => {
    const [first] = gateways;
    if (first === undefined) throw new Error('A gateway is needed');
    const { office } = first;
    const create = (id: string) =>
      office.write(vessel, (unit) => unit.create('work_order', id, orderValues()));
    const ids = [newId(), newId(), newId()] as const;
    const outcomes = await Promise.allSettled([
      create(ids[0]),
      create(ids[1]),
      office.write(vessel, (unit) => unit.get('work_order', 'a\u0000b')),
      create(ids[2]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect((await office.rows('sync_journal')).map((row) => row['record_id'])).toEqual([...ids]);
    expect(await verifyShore(office.database)).toMatchObject({ holds: true, changes: 3 });
  });

  test('an entry that is there already, found out at the commit, fails its transaction and nothing else', async () => {
    const [first] = gateways;
    if (first === undefined) throw new Error('A gateway is needed');
    const { store } = first.office;
    const entry = { number: 1, lane: 'normal', entity: 'work_order', recordId: newId(), at: 1 } as const;
    await store.transaction('write', (tx) => tx.enqueue(vessel, [entry]));
    const again = store.transaction('write', async (tx) => {
      await tx.enqueue(vessel, [entry]);
      return 'nobody may hear this';
    });
    await expect(again).rejects.toThrow();
    expect(await first.office.count('sync_outbox')).toBe(1);
    await store.transaction('write', (tx) => tx.enqueue(vessel, [{ ...entry, number: 2 }]));
    expect(await first.office.count('sync_outbox')).toBe(2);
  });
});
