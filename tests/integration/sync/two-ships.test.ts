import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { until } from '#support/until.ts';
import type { TestVessel } from '#support/vessel.ts';
import { Fleet, gatewayOn, vesselId } from './fleet.ts';

const titles = z.object({ items: z.array(z.object({ title: z.string() })) });
const vessels = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      claims: z.array(
        z.object({
          origin: z.string(),
          name: z.string(),
          state: z.string(),
          decidedBy: z.string().nullable(),
        }),
      ),
    }),
  ),
});

const within = { within: 40_000 };

describe('two ships under one id', { timeout: 120_000 }, () => {
  let fleet: Fleet;

  beforeEach(async () => {
    fleet = await Fleet.start();
  });
  afterEach(() => fleet.remove());

  const ashore = async (): Promise<string[]> =>
    titles
      .parse(await fleet.shore.get('/api/work-orders?limit=100'))
      .items.map(({ title }) => title)
      .toSorted();
  const onBoard = async (vessel: TestVessel): Promise<string[]> =>
    (await vessel.call('workOrders.list', {})).items.map(({ title }) => title).toSorted();
  const status = (vessel: TestVessel) => vessel.call('sync.status', {});
  const ship = async () => {
    const [only] = vessels.parse(await fleet.shore.get('/api/vessels')).items;
    if (only === undefined) throw new Error('No vessel');
    return only;
  };
  const decide = async (decision: string, origin?: string) =>
    fleet.shore.ask(`/api/vessels/${vesselId}/claims/${origin ?? (await ship()).claims[0]?.origin}`, {
      method: 'POST',
      body: { decision },
      headers: { 'x-arus-actor': 'K. Berg' },
    });
  const drained = (vessel: TestVessel) =>
    until('an empty queue', async () => (await status(vessel)).queue.depth === 0, within);
  const held = (vessel: TestVessel, state: string) =>
    until(`it is ${state}`, async () => (await status(vessel)).identity?.state === state, within);

  /** The first ship with an order ashore and one of the office on board, and another one that has written. */
  async function twoShips(): Promise<{ aurora: TestVessel; borealis: TestVessel }> {
    const aurora = fleet.board('Bridge PC');
    await aurora.call('workOrders.create', { title: 'Of Aurora' });
    await drained(aurora);
    const raised = await fleet.shore.ask('/api/work-orders', {
      method: 'POST',
      body: { title: 'Of the office', vessel: vesselId },
    });
    expect(raised.status).toBe(201);
    await until('the order of the office on board', async () => (await onBoard(aurora)).length === 2, within);
    const borealis = fleet.board('Engine PC', { name: 'M/V Borealis', online: false });
    await borealis.call('workOrders.create', { title: 'Of Borealis' });
    const { directory } = borealis;
    await fleet.stop(borealis);
    return { aurora, borealis: fleet.board('Engine PC', { name: 'M/V Borealis', directory }) };
  }

  test('the second is held, and both ends are told; accepted, they are merged', async () => {
    const { aurora, borealis } = await twoShips();
    await held(borealis, 'waiting');
    expect((await status(borealis)).identity).toEqual({
      state: 'waiting',
      name: 'M/V Borealis',
      knownAs: 'M/T Aurora',
    });
    expect(await ship()).toMatchObject({
      name: 'M/T Aurora',
      claims: [{ name: 'M/V Borealis', state: 'waiting', decidedBy: null }],
    });
    expect((await fleet.problemsAshore()).map(({ code }) => code)).toContain('two_ships');
    await until(
      'the first ship is told',
      async () => (await fleet.problemsOnBoard(aurora)).includes('two_ships'),
      within,
    );
    // What is written meanwhile stays where it was written, and the first ship goes on.
    await borealis.call('workOrders.create', { title: 'Of Borealis, later' });
    await aurora.call('workOrders.create', { title: 'Of Aurora, later' });
    await drained(aurora);
    await fleet.raise({ title: 'Of the office, later', vessel: vesselId });
    await until('it is on board of the first', async () => (await onBoard(aurora)).length === 4, within);
    await borealis.call('sync.sendNow', {});
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const ofAurora = ['Of Aurora', 'Of Aurora, later', 'Of the office', 'Of the office, later'];
    expect(await ashore()).toEqual(ofAurora);
    expect(await onBoard(borealis)).toEqual(['Of Borealis', 'Of Borealis, later']);
    expect((await status(borealis)).queue.depth).toBe(2);

    expect((await decide('accepted')).status).toBe(200);
    const all = [...ofAurora, 'Of Borealis', 'Of Borealis, later'].toSorted();
    for (const vessel of [aurora, borealis])
      await until('all of both on board', async () => (await onBoard(vessel)).length === all.length, within);
    expect(await ashore()).toEqual(all);
    expect((await status(borealis)).identity).toBeNull();
    expect((await ship()).claims).toEqual([]);
    expect((await decide('refused', (await status(borealis)).journal.origin)).status).toBe(409);
  });

  test('refused, it stays apart, over a restart of either end too', async () => {
    const { borealis } = await twoShips();
    await held(borealis, 'waiting');
    expect((await decide('refused')).status).toBe(200);
    await held(borealis, 'refused');
    expect((await ship()).claims).toMatchObject([{ state: 'refused', decidedBy: 'K. Berg' }]);
    await fleet.stop(borealis);
    await fleet.restoreShore(fleet.database);
    const again = fleet.board('Engine PC', { name: 'M/V Borealis', directory: borealis.directory });
    expect((await status(again)).identity?.state).toBe('refused');
    await again.call('workOrders.create', { title: 'Of Borealis, later' });
    await until('it is online', async () => (await status(again)).link.state === 'online', within);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await ashore()).toEqual(['Of Aurora', 'Of the office']);
    expect(await onBoard(again)).toEqual(['Of Borealis', 'Of Borealis, later']);
    expect((await status(again)).queue.depth).toBe(2);
  });

  test('two gateways: one holds it, another one is asked, and it is let in through either', async () => {
    const other = await gatewayOn(fleet.database, fleet.broker);
    try {
      const { aurora, borealis } = await twoShips();
      await held(borealis, 'waiting');
      const { origin } = (await status(borealis)).journal;
      const answer = await other.ask(`/api/vessels/${vesselId}/claims/${origin}`, {
        method: 'POST',
        body: { decision: 'accepted' },
      });
      expect(answer.status).toBe(200);
      for (const vessel of [aurora, borealis])
        await until('all of both on board', async () => (await onBoard(vessel)).length === 3, within);
    } finally {
      await other.stop();
    }
  });

  test('a replaced computer of the same ship goes on by itself, however the name is written', async () => {
    const aurora = fleet.board('Bridge PC');
    await aurora.call('workOrders.create', { title: 'Of Aurora' });
    await drained(aurora);
    await fleet.stop(aurora);
    const replaced = fleet.board('Bridge PC', { name: ' m/t  AURORA ' });
    await replaced.call('workOrders.create', { title: 'Of the new computer' });
    await until('its records', async () => (await onBoard(replaced)).length === 2, within);
    await drained(replaced);
    expect(await ashore()).toEqual(['Of Aurora', 'Of the new computer']);
    expect((await fleet.problemsAshore()).map(({ code }) => code)).not.toContain('two_ships');
  });

  test('a ship that is renamed on a computer that the office knows goes on, and that is told', async () => {
    const aurora = fleet.board('Bridge PC');
    await aurora.call('workOrders.create', { title: 'Of Aurora' });
    await drained(aurora);
    await fleet.stop(aurora);
    const renamed = fleet.board('Bridge PC', { name: 'M/T Dawn', directory: aurora.directory });
    await renamed.call('workOrders.create', { title: 'Of Dawn' });
    await drained(renamed);
    expect((await ship()).name).toBe('M/T Dawn');
    expect((await fleet.problemsAshore()).map(({ code }) => code)).toContain('ship_renamed');
  });

  test('a name that is put right on board needs nobody ashore', async () => {
    const { aurora, borealis } = await twoShips();
    await held(borealis, 'waiting');
    await fleet.stop(borealis);
    const right = fleet.board('Engine PC', { directory: borealis.directory });
    for (const vessel of [aurora, right])
      await until('all of both on board', async () => (await onBoard(vessel)).length === 3, within);
    expect((await ship()).claims).toEqual([]);
    expect((await fleet.problemsAshore()).map(({ code }) => code)).not.toContain('two_ships');
  });
});
