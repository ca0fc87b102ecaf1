import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { millisecondsOf } from '#shared/sync/clock.ts';
import type { TestVessel } from '#support/vessel.ts';
import { until } from '#support/until.ts';
import { Fleet } from './fleet.ts';

/** What happens to computers and databases at sea and ashore, and what comes of it: `docs/sync.md`. */
describe('things that happen', () => {
  let fleet: Fleet;
  beforeEach(async () => {
    fleet = await Fleet.start();
  });
  afterEach(() => fleet.remove());

  const titles = async (vessel: TestVessel): Promise<string[]> =>
    (await vessel.call('workOrders.list', { limit: 100 })).items.map(({ title }) => title).sort();
  const create = (vessel: TestVessel, title: string) => vessel.call('workOrders.create', { title });
  const numbers = async (vessel: TestVessel): Promise<string[]> =>
    (await vessel.call('workOrders.list', { limit: 100 })).items.map(({ number }) => number);

  test('a computer restored from its own older backup takes a new name, gets back what it lost, and sends what it wrote since', async () => {
    let vessel = fleet.board('Bridge PC');
    await create(vessel, 'Before the backup');
    await fleet.settled(vessel);
    await fleet.stop(vessel);
    const backup = fleet.copy(vessel);

    vessel = fleet.board('Bridge PC', { directory: vessel.directory });
    const lost = await create(vessel, 'After the backup');
    await fleet.settled(vessel);
    await fleet.patch(lost.id, { title: 'After the backup, seen ashore' });
    await fleet.settled(vessel);
    const { origin } = (await vessel.call('sync.status', {})).journal;
    await fleet.stop(vessel);

    const offline = fleet.board('Bridge PC', { directory: backup, online: false });
    await create(offline, 'After the restore');
    await fleet.stop(offline);
    const restored = fleet.board('Bridge PC', { directory: backup });
    await fleet.settled(restored);
    expect((await restored.call('sync.status', {})).journal.origin).not.toBe(origin);
    expect(await titles(restored)).toEqual([
      'After the backup, seen ashore',
      'After the restore',
      'Before the backup',
    ]);
    expect(await fleet.problemsOnBoard(restored)).toContain('new_incarnation');
    const told = (await fleet.problemsAshore()).find(({ code }) => code === 'fork');
    expect(told?.message).toContain("'Bridge PC'");
  });

  test('a cloned disk: two computers write under one name, both keep all they wrote and end equal to shore', async () => {
    const first = fleet.board('Bridge PC', { online: false });
    const common = await create(first, 'Before the copy');
    await fleet.stop(first);
    const image = fleet.copy(first);

    const bridge = fleet.board('Bridge PC', { directory: first.directory });
    await create(bridge, 'Written on the bridge');
    await bridge.call('workOrders.update', { id: common.id, changes: { title: 'Title of the bridge' } });
    await fleet.settled(bridge);

    const offline = fleet.board('Engine PC', { directory: image, online: false });
    await create(offline, 'Written in the engine room');
    await create(offline, 'Written there as well');
    await offline.call('workOrders.update', { id: common.id, changes: { title: 'Title of the engine' } });
    await fleet.stop(offline);
    const engine = fleet.board('Engine PC', { directory: image });
    await fleet.settled(bridge, engine);

    expect(await titles(engine)).toEqual(await titles(bridge));
    expect(await titles(engine)).toEqual(
      expect.arrayContaining([
        'Written in the engine room',
        'Written on the bridge',
        'Written there as well',
      ]),
    );
    // Two people wrote one title without seeing each other: both are kept for review, on both computers.
    for (const vessel of [bridge, engine]) {
      const { conflicts } = await vessel.call('workOrders.get', { id: common.id });
      expect(conflicts.map(({ field }) => field)).toEqual(['title']);
    }
    const origins = await Promise.all(
      [bridge, engine].map(async (vessel) => (await vessel.call('sync.status', {})).journal.origin),
    );
    expect(new Set(origins).size).toBe(2);
    expect(await fleet.problemsOnBoard(engine)).toContain('new_incarnation');
    expect(await fleet.problemsOnBoard(bridge)).not.toContain('new_incarnation');
    const ashore = await fleet.problemsAshore();
    expect(ashore.find(({ code }) => code === 'fork' || code === 'vessel_restored')).toBeDefined();

    // Both go on, nobody having acted.
    await create(bridge, 'Later, on the bridge');
    await create(engine, 'Later, in the engine room');
    await fleet.settled(bridge, engine);
  });

  test('a lost computer is replaced: the new one has a new name and gets all that shore holds', async () => {
    const lost = fleet.board('Bridge PC');
    for (const title of ['One', 'Two', 'Three']) await create(lost, title);
    await fleet.settled(lost);
    await fleet.stop(lost);

    const found = fleet.board('New bridge PC');
    await fleet.settled(found);
    expect(await titles(found)).toEqual(['One', 'Three', 'Two']);
    await create(found, 'Four');
    await fleet.settled(found);
    const given = await numbers(found);
    expect(new Set(given).size).toBe(given.length);
  });

  test('numbers given twice, by a clone and by a computer that had heard of nothing: one order keeps it, on all ends', async () => {
    const lost = fleet.board('Bridge PC');
    const first = await create(lost, 'First ashore');
    await fleet.settled(lost);
    await fleet.stop(lost);

    const fresh = fleet.board('New bridge PC', { online: false });
    const second = await create(fresh, 'Raised before it had heard of anything');
    expect(second.number).toBe(first.number);
    await fresh.call('workOrders.update', { id: second.id, changes: { notes: 'Parts ordered' } });
    await fleet.stop(fresh);
    const image = fleet.copy(fresh);
    const found = fleet.board('New bridge PC', { directory: fresh.directory });
    await until('the number is given once', async () => isUnique(await numbers(found)));
    await fleet.settled(found);
    await create(found, 'After that');
    await fleet.settled(found);

    const clone = fleet.board('Engine PC', { directory: image, online: false });
    const third = await create(clone, 'Raised on a copy');
    await fleet.stop(clone);
    const engine = fleet.board('Engine PC', { directory: image });
    await until('all numbers are given once', async () => {
      const given = await numbers(engine);
      return given.length === 4 && isUnique(given);
    });
    await fleet.settled(found, engine);

    const raised = await engine.call('workOrders.get', { id: second.id });
    expect(raised.number).toMatch(/^WO-\d{4}-500001$/);
    expect(raised.notes).toBe(
      `Parts ordered\nRaised as ${first.number}, a number that another work order bears.`,
    );
    expect((await engine.call('workOrders.get', { id: first.id })).number).toBe(first.number);
    expect((await found.call('workOrders.get', { id: third.id })).number).toMatch(/^WO-\d{4}-50000[12]$/);
    for (const vessel of [found, engine]) {
      const told = (await vessel.call('sync.problems', {})).items.filter(
        ({ code }) => code === 'number_doubled',
      );
      expect(told.map(({ recordId }) => recordId)).toContain(second.id);
    }
    const ashore = (await fleet.problemsAshore()).filter(({ code }) => code === 'number_doubled');
    expect(ashore).toHaveLength(2);
    const { conflicts } = await engine.call('sync.status', {});
    expect(conflicts).toBe(0);
  });

  test('shore restored from an older backup: what it lost comes back from the ship, and it writes on under a new name', async () => {
    const vessel = fleet.board('Bridge PC');
    const kept = await create(vessel, 'Before the backup');
    await fleet.settled(vessel);
    await fleet.patch(kept.id, { priority: 'high' });
    await fleet.settled(vessel);
    const backup = await fleet.backUpShore();

    const after = await create(vessel, 'After the backup');
    await fleet.settled(vessel);
    await fleet.patch(after.id, { title: 'Renamed by the office' });
    await fleet.patch(kept.id, { dueDate: '2026-12-24' });
    await fleet.settled(vessel);

    await fleet.restoreShore(backup);
    await fleet.settled(vessel);
    expect(await titles(vessel)).toEqual(['Before the backup', 'Renamed by the office']);
    expect(await fleet.problemsOnBoard(vessel)).toContain('shore_restored');
    expect((await fleet.problemsAshore()).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['shore_restored', 'new_epoch']),
    );

    await fleet.patch(kept.id, { priority: 'critical' });
    await create(vessel, 'Later');
    await fleet.settled(vessel);
    expect((await vessel.call('workOrders.get', { id: kept.id })).priority).toBe('critical');
  });

  test('shore restored and written on before a ship was heard of: those changes move to the new name, each once', async () => {
    const vessel = fleet.board('Bridge PC');
    const order = await create(vessel, 'An order');
    await fleet.settled(vessel);
    await fleet.patch(order.id, { priority: 'high' });
    await fleet.settled(vessel);
    const backup = await fleet.backUpShore();
    await until('the link again', async () => (await vessel.call('sync.status', {})).link.state === 'online');
    await fleet.patch(order.id, { description: 'Lost ashore, kept on board' });
    await fleet.settled(vessel);
    await vessel.call('sync.setLink', { enabled: false });

    await fleet.restoreShore(backup);
    await fleet.patch(order.id, { dueDate: '2026-12-24' });
    await fleet.patch(order.id, { estimatedHours: 5 });
    await vessel.call('sync.setLink', { enabled: true });
    await fleet.settled(vessel);
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      priority: 'high',
      description: 'Lost ashore, kept on board',
      dueDate: '2026-12-24',
      estimatedHours: 5,
    });
  });

  test('a computer set up from a snapshot outlives a restored shore: what is written ashore then reaches it all the same', async () => {
    const lost = fleet.board('Bridge PC');
    const order = await create(lost, 'An order');
    await fleet.settled(lost);
    await fleet.patch(order.id, { priority: 'high' });
    await fleet.settled(lost);
    const backup = await fleet.backUpShore();
    await fleet.patch(order.id, { description: 'Written before the snapshot' });
    await fleet.settled(lost);
    await fleet.stop(lost);
    const found = fleet.board('New bridge PC');
    await fleet.settled(found);
    await found.call('sync.setLink', { enabled: false });

    await fleet.restoreShore(backup);
    for (const dueDate of ['2026-12-24', '2026-12-25', '2026-12-26'])
      await fleet.patch(order.id, { dueDate });
    await found.call('sync.setLink', { enabled: true });
    const onBoard = () => found.call('workOrders.get', { id: order.id });
    await until('the word of the office', async () => (await onBoard()).dueDate === '2026-12-26');
    await found.call('workOrders.update', { id: order.id, changes: { title: 'Told by the ship' } });
    await until('the word of the ship', async () => {
      const answer = await fleet.shore.ask(`/api/work-orders/${order.id}`);
      return answer.text.includes('Told by the ship');
    });
    // Nobody has the change any more that wrote it; what it made of the record stays on board, and people are told.
    expect((await onBoard()).description).toBe('Written before the snapshot');
    const told = (await found.call('sync.problems', {})).items.find(({ code }) => code === 'shore_restored');
    expect(told?.message).toContain('from before this computer was set up');
    expect((await fleet.problemsAshore()).map(({ code }) => code)).toContain('new_epoch');
  });

  test.each([
    ['ahead', 10],
    ['behind', -10],
  ])('a clock ten years %s never stops sync, and is right by itself when it is set', async (way, years) => {
    let wrong = years * 365 * 86_400_000;
    const vessel = fleet.board('Bridge PC', { wrongBy: () => wrong });
    const order = await create(vessel, 'Under a wrong clock');
    await fleet.settled(vessel);
    await vessel.call('sync.sendNow', {});
    const ashore = async () => (await fleet.problemsAshore()).find(({ code }) => code.startsWith('clock_'));
    const onBoard = async () =>
      (await vessel.call('sync.problems', {})).items.filter(({ code }) => code === 'clock_off');
    await until('the office knows whose clock is wrong', async () =>
      ((await ashore())?.message ?? '').includes("'Bridge PC'"),
    );
    expect((await ashore())?.message).toContain(`3650 days ${way}`);
    expect((await onBoard()).map(({ message }) => message)).toEqual([
      expect.stringContaining(`(Bridge PC) is 3650 days ${way}`),
    ]);

    // Seen, so it wins, whatever the clocks say.
    await fleet.patch(order.id, { title: 'The office has seen it' });
    await fleet.settled(vessel);
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('The office has seen it');
    // What has nothing to do with it has the office's own time.
    const raised = await fleet.raise({ title: 'Raised by the office' });
    expect(await hoursAhead(fleet, raised)).toBeLessThan(1);

    wrong = 0;
    await vessel.call('sync.sendNow', {});
    await until(
      'both know that it is right',
      async () => (await onBoard()).length === 0 && (await ashore())?.code === 'clock_right',
    );
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'The clock is right' } });
    const later = await create(vessel, 'Under a right clock');
    await fleet.settled(vessel);
    const { title, conflicts, updatedAt } = await vessel.call('workOrders.get', { id: order.id });
    expect({ title, conflicts }).toEqual({ title: 'The clock is right', conflicts: [] });
    expect(Math.abs(Date.parse(updatedAt) - Date.now())).toBeLessThan(3_600_000);
    expect(await hoursAhead(fleet, later.id)).toBeLessThan(1);
  });

  test('a clock ten years ahead is not heard of by another computer without telling its people', async () => {
    const bridge = fleet.board('Bridge PC', { wrongBy: () => 10 * 365 * 86_400_000 });
    const order = await create(bridge, 'Under a wrong clock');
    await fleet.settled(bridge);
    const engine = fleet.board('Engine PC');
    await fleet.settled(engine);
    await bridge.call('workOrders.update', { id: order.id, changes: { title: 'Again' } });
    await fleet.settled(bridge, engine);
    const told = (await engine.call('sync.problems', {})).items.find(({ code }) => code === 'times_ahead');
    expect(told?.message).toContain('written on Bridge PC bear times 3650 days ahead');
    await engine.call('workOrders.update', { id: order.id, changes: { title: 'And again' } });
    const other = await create(engine, 'Under a right clock');
    await fleet.settled(bridge, engine);
    expect((await bridge.call('workOrders.get', { id: order.id })).title).toBe('And again');
    expect(await hoursAhead(fleet, other.id)).toBeLessThan(1);
  });
});

const isUnique = (given: readonly string[]): boolean => new Set(given).size === given.length;

/** By how much the hybrid time of a record's last change is ahead of (or behind) the clock on the wall. */
async function hoursAhead(fleet: Fleet, recordId: string): Promise<number> {
  return Math.abs(millisecondsOf(await fleet.latestTimeOf(recordId)) - Date.now()) / 3_600_000;
}
