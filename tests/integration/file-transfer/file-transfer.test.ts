import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { temporaryDirectory } from '#support/temporary-directory.ts';
import { fillWithRemarks } from './filled-ship.ts';
import { office, TwoEnds, vesselId } from './two-ends.ts';

describe('ship and office with nothing between them but files', () => {
  let ends: TwoEnds;
  beforeEach(async () => {
    ends = await TwoEnds.start();
  });
  afterEach(() => ends.close());

  test('a file there and one back: both hold the same, the queue is empty, and both say that they are equal', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Written on board' });
    await ends.shore.service.workOrders.create(vesselId, { title: 'Written ashore' }, office);
    const [up] = await ends.toShore(...(await ends.fromShip()));
    expect(up).toMatchObject({ outcome: 'taken', fresh: 1, missing: [] });
    expect(up?.message).toMatch(/^The file made on .* was taken in: 1 change\.$/);
    const [down] = await ends.toShip(await ends.fromShore());
    expect(down).toMatchObject({ outcome: 'taken', fresh: 1 });
    expect(await ends.depth()).toBe(0);
    expect(await ends.differences()).toEqual([]);
    expect((await ends.ship.call('sync.status', {})).agreement.state).toBe('equal');
    // The office learns with the next file that its own changes have come.
    expect(await ends.waitingAshore()).toBe(1);
    await ends.toShore(...(await ends.fromShip()));
    expect(await ends.waitingAshore()).toBe(0);
    const [vessel] = await ends.shore.service.vessels();
    expect(vessel?.agreement.state).toBe('equal');
    expect(vessel?.online).toBe(false);
  });

  test('10,000 changes in parts: in any order, twice, and with one missing, which is named until it comes', async () => {
    await ends.ship.node.close();
    const directory = temporaryDirectory('filled');
    fillWithRemarks(directory, vesselId, 10_000);
    ends.ship = ends.openShip({ directory });
    await ends.exchangeKeys();
    const parts = await ends.fromShip(60_000);
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(60_000);
    const missing = 2;
    const shuffled = parts.map((file, index) => ({ file, part: index + 1 })).toReversed();
    for (const { file, part } of shuffled) {
      if (part === missing) continue;
      const [result] = await ends.toShore(file);
      expect(result?.outcome).toBe(part > missing ? 'aside' : 'taken');
    }
    const [again] = await ends.toShore(parts[0] ?? new Uint8Array());
    expect(again).toMatchObject({ outcome: 'already', fresh: 0, missing: [missing] });
    expect(again?.message).toMatch(
      new RegExp(`already held, nothing new. Part 2 of ${parts.length} of the file made on .* is missing`),
    );
    const [last] = await ends.toShore(parts[missing - 1] ?? new Uint8Array());
    expect(last).toMatchObject({ outcome: 'taken', missing: [] });
    for (const file of parts) expect((await ends.toShore(file))[0]?.outcome).toBe('already');
    expect(await ends.depth()).toBe(10_000);
    await ends.toShip(await ends.fromShore());
    expect(await ends.depth()).toBe(0);
    expect(await ends.differences()).toEqual([]);
    expect((await ends.ship.call('sync.status', {})).agreement.state).toBe('equal');
  }, 120_000);

  test('a second file before the answer repeats the first, says so, and either of them will do', async () => {
    await ends.exchangeKeys();
    for (const title of ['A', 'B', 'C']) await ends.ship.call('workOrders.create', { title });
    const first = await ends.fromShip();
    expect(await ends.depth()).toBe(3);
    await ends.ship.call('workOrders.create', { title: 'D' });
    expect((await ends.ship.call('byHand.status', {})).waiting).toMatchObject({
      changes: 4,
      inFile: { changes: 3 },
    });
    const second = await ends.fromShip();
    expect((await ends.toShore(...second))[0]).toMatchObject({ outcome: 'taken', fresh: 4 });
    expect((await ends.toShore(...first))[0]).toMatchObject({ outcome: 'taken', fresh: 0 });
    await ends.toShip(await ends.fromShore());
    expect(await ends.depth()).toBe(0);
    const { parcels } = await ends.ship.call('byHand.status', {});
    expect(parcels.filter(({ way }) => way === 'made').every(({ answeredAt }) => answeredAt !== null)).toBe(
      true,
    );
    expect(await ends.differences()).toEqual([]);
  });

  test('two people who changed one field without seeing each other stand as a conflict on both ends', async () => {
    await ends.exchangeKeys();
    const { id } = await ends.ship.call('workOrders.create', { title: 'Common' });
    await ends.roundTrip();
    await ends.ship.call('workOrders.update', { id, changes: { title: 'Of the ship' } });
    await ends.shore.service.workOrders.patch({ id }, { title: 'Of the office' }, office);
    await ends.roundTrip();
    await ends.roundTrip();
    const onBoard = await ends.ship.call('workOrders.get', { id });
    const ashore = await ends.shore.service.workOrders.get({ id });
    expect(onBoard.title).toBe(ashore.title);
    expect(onBoard.conflicts.map(({ field }) => field)).toEqual(['title']);
    expect(ashore.conflicts.map(({ field }) => field)).toEqual(['title']);
    expect(await ends.differences()).toEqual([]);
    expect((await ends.ship.call('sync.status', {})).agreement.state).toBe('equal');
  });
});
