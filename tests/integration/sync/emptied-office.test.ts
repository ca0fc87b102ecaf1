import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { emptyDatabase } from '#support/shared-databases.ts';
import type { TestVessel } from '#support/vessel.ts';
import { until } from '#support/until.ts';
import { Fleet, vesselId } from './fleet.ts';

const orders = z.object({ items: z.array(z.object({ title: z.string() })) });
const summaries = z.object({
  items: z.array(
    z.object({
      vesselId: z.string(),
      agreement: z.object({ state: z.string(), differing: z.number().nullable() }),
    }),
  ),
});

/** A computer that began with a snapshot has records and no changes; an office that begins empty has neither. */
describe('a ship whose computer was replaced, and an office that starts on an empty database', () => {
  let fleet: Fleet;
  let found: TestVessel;
  beforeEach(async () => {
    fleet = await Fleet.start();
    const lost = fleet.board('Bridge PC');
    for (const title of ['One', 'Two', 'Three']) await lost.call('workOrders.create', { title });
    await fleet.settled(lost);
    await fleet.stop(lost);
    found = fleet.board('New bridge PC');
    await fleet.settled(found);
    await until('both ends agree', async () => (await agreement()).state === 'equal');
  });
  afterEach(() => fleet.remove());

  const agreement = async () => (await found.call('sync.status', {})).agreement;
  const ashore = async () =>
    orders
      .parse(await fleet.shore.get(`/api/work-orders?limit=100`))
      .items.map(({ title }) => title)
      .sort();
  const onFleetList = async () =>
    summaries.parse(await fleet.shore.get('/api/vessels')).items.find((each) => each.vesselId === vesselId)
      ?.agreement;

  test('the records that nobody has as changes come ashore, and both ends are the same', async () => {
    const [first] = (await found.call('workOrders.list', { limit: 100 })).items;
    const { origin } = (await found.call('sync.status', {})).journal;
    await fleet.restoreShore(await emptyDatabase());
    await until('the orders are ashore', async () => (await ashore()).length === 3, { within: 30_000 });
    expect(await ashore()).toEqual(['One', 'Three', 'Two']);
    await fleet.settled(found);
    await until('both ends agree', async () => (await agreement()).state === 'equal');
    await until('the office says so', async () => (await onFleetList())?.state === 'equal');
    expect(await agreement()).toMatchObject({ differing: 0, onlyOnBoard: 0, isApart: false });
    expect((await found.call('sync.status', {})).journal.origin).toBe(origin);

    // What is written on either end goes on from there, and a third computer begins with all of it.
    await found.call('workOrders.update', { id: first?.id ?? '', changes: { notes: 'Edited after that' } });
    await fleet.patch(first?.id ?? '', { priority: 'high' });
    const third = fleet.board('Engine PC');
    await fleet.settled(found, third);
    expect(await third.call('workOrders.get', { id: first?.id ?? '' })).toMatchObject({
      notes: 'Edited after that',
      priority: 'high',
    });
  });
});
