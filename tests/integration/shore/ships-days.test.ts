import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WorkOrderQueries } from '#shore/work-orders/queries.ts';
import { WorkOrders } from '#shore/work-orders/service.ts';
import { readVessels } from '#shore/vessels/queries.ts';
import { readShipsDays } from '#shore/vessels/ships-days.ts';
import { kinds } from './support/databases.ts';
import { openOffice, superintendent, type Office } from './support/office.ts';

/** A morning, UTC, when it is tomorrow already on board of one ship, and still yesterday on board of another. */
const now = Date.parse('2026-11-22T10:30:00Z');

describe.each(kinds)('days on board, on %s', (kind) => {
  let office: Office;
  let orders: WorkOrders;

  beforeEach(async () => {
    office = await openOffice(kind);
    const { reader } = office.database;
    orders = new WorkOrders(office.dependencies, reader, new WorkOrderQueries(reader, { now: () => now }));
    for (const [vesselId, timeZone] of [
      ['east', 'Pacific/Kiritimati'],
      ['west', 'Pacific/Pago_Pago'],
      ['silent', undefined],
      ['odd', 'Mars/Olympus_Mons'],
    ] as const) {
      await office.addVessel(vesselId);
      await office.dependencies.store.noteContact(vesselId, {
        at: now,
        ...(timeZone === undefined ? {} : { timeZone }),
      });
      for (const dueDate of ['2026-11-21', '2026-11-22', '2026-11-23'])
        await orders.create(vesselId, { title: `${vesselId} ${dueDate}`, dueDate }, superintendent);
    }
  });
  afterEach(() => office.close());

  test('an order is overdue by the calendar of its ship', async () => {
    const { items } = await orders.list({ overdue: true, sort: 'dueDate' });
    expect(items.map(({ title }) => title).toSorted()).toEqual([
      'east 2026-11-21',
      'east 2026-11-22',
      'odd 2026-11-21',
      'silent 2026-11-21',
    ]);
  });

  test('the vessels’ figures say the same', async () => {
    const { reader } = office.database;
    const vessels = await readVessels(reader, { days: await readShipsDays(reader, now), recentSince: now });
    expect(vessels.map(({ vessel_id, overdue }) => [vessel_id, overdue])).toEqual([
      ['east', 2],
      ['odd', 1],
      ['silent', 1],
      ['west', 0],
    ]);
  });
});
