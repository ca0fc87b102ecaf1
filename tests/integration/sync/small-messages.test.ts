import { randomBytes } from 'node:crypto';
import mqtt from 'mqtt';
import { afterEach, describe, expect, test } from 'vitest';
import { fillWithOrders } from '#support/filled-vessel.ts';
import type { MosquittoOptions } from '#support/mosquitto.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import type { TestVessel } from '#support/vessel.ts';
import { Fleet, vesselId } from './fleet.ts';

/** Text that no codec makes smaller than its letters. */
const noise = (bytes: number): string => randomBytes(bytes).toString('base64');

const announced: MosquittoOptions = { maxPacketSize: 4_000 };
const unannounced: MosquittoOptions = { furtherLines: ['message_size_limit 3000'] };

describe('a broker that takes small messages only', () => {
  let fleet: Fleet | null = null;
  const gateways: Shore[] = [];
  afterEach(async () => {
    for (const gateway of gateways.splice(0)) await gateway.stop();
    await fleet?.remove();
    fleet = null;
  });

  const titles = async (vessel: TestVessel): Promise<string[]> =>
    (await vessel.call('workOrders.list', { limit: 100 })).items.map(({ title }) => title).sort();
  /** How often a client had to connect, as the broker counts it. */
  const connections = ({ broker }: Fleet, client: string): number =>
    broker
      .log()
      .split('\n')
      .filter((line) => line.includes('New client connected') && line.includes(client)).length;

  test.each([
    ['says so', announced],
    ['refuses the larger ones', unannounced],
  ])(
    'that %s: long notes go up and down, and a computer that is replaced gets every record',
    async (_how, limits) => {
      fleet = await Fleet.start(limits);
      const first = fleet.board('Bridge PC');
      for (let number = 1; number <= 8; number += 1)
        await first.call('workOrders.create', { title: `Order ${number}`, description: noise(900) });
      const long = await first.call('workOrders.create', {
        title: 'A long story',
        description: noise(5_000),
      });
      await fleet.settled(first);
      await fleet.patch(long.id, { description: noise(5_000) });
      await fleet.raise({ vessel: vesselId, title: 'From the office', description: noise(5_000) });
      await fleet.settled(first);
      const here = await titles(first);
      expect(here).toHaveLength(10);
      await fleet.stop(first);

      const second = fleet.board('New bridge PC');
      await fleet.settled(second);
      await until('the snapshot to be whole', async () => (await titles(second)).length === here.length);
      expect(await titles(second)).toEqual(here);
      expect((await second.call('sync.status', {})).snapshot).toBeNull();
    },
  );

  test('that refuses the larger ones: the link is cut a few times, not for ever, and the size is kept over connections', async () => {
    fleet = await Fleet.start(unannounced);
    const vessel = fleet.board('Bridge PC');
    for (let number = 1; number <= 3; number += 1) {
      await vessel.call('workOrders.create', { title: `Long ${number}`, description: noise(5_900) });
      await fleet.settled(vessel);
    }
    expect(connections(fleet, `arus-${vesselId}`)).toBeLessThanOrEqual(5);
    for (let number = 1; number <= 3; number += 1)
      await fleet.raise({ vessel: vesselId, title: `Office ${number}`, description: noise(5_900) });
    await fleet.settled(vessel);
    expect(connections(fleet, 'arus-shore-')).toBeLessThanOrEqual(5);
    const { link } = await vessel.call('sync.status', {});
    expect(link).toMatchObject({ state: 'online', error: null });
  });

  test('one long note for a ship neither cuts the gateway off for long nor keeps another ship waiting', async () => {
    fleet = await Fleet.start(unannounced);
    const first = fleet.board('Bridge PC');
    await first.call('workOrders.create', { title: 'Ours' });
    const second = fleet.board('Bridge PC', { ship: 'mv-borealis' });
    await second.call('workOrders.create', { title: 'Theirs' });
    await fleet.settled(first);
    await until('the other ship', async () => (await second.call('sync.status', {})).queue.depth === 0);
    await fleet.raise({ vessel: vesselId, title: 'A long story', description: noise(5_900) });
    await fleet.raise({ vessel: 'mv-borealis', title: 'Short' });
    await until('the other ship to have its order', async () => (await titles(second)).includes('Short'), {
      within: 10_000,
    });
    await until('the long one', async () => (await titles(first)).includes('A long story'), {
      within: 10_000,
    });
    expect(connections(fleet, 'arus-shore-')).toBeLessThanOrEqual(5);

    // Known from then on, over connections: none is cut for the next one.
    await fleet.broker.restart();
    await until('both to be back', async () => {
      const states = await Promise.all([first, second].map((vessel) => vessel.call('sync.status', {})));
      return states.every(({ link }) => link.state === 'online');
    });
    await fleet.raise({ vessel: vesselId, title: 'Back', description: 'Short' });
    await until('the gateway to be back', async () => (await titles(first)).includes('Back'));
    const before = connections(fleet, 'arus-shore-');
    await fleet.raise({ vessel: vesselId, title: 'Another', description: noise(5_900) });
    await until('the next long one', async () => (await titles(first)).includes('Another'));
    expect(connections(fleet, 'arus-shore-')).toBe(before);
  });

  test('of 64 kB: a computer that is replaced gets all of 1,500 orders, and is not in step before', async () => {
    fleet = await Fleet.start({ maxPacketSize: 65_536 });
    const directory = temporaryDirectory('lost-computer');
    fillWithOrders(directory, vesselId, 1_500, () => noise(150));
    const lost = fleet.board('Bridge PC', { directory });
    await fleet.settled(lost);
    await fleet.stop(lost);
    const pieces: number[] = [];
    const listener = await mqtt.connectAsync(fleet.broker.url);
    listener.on('message', (_topic, { length }) => pieces.push(length));
    await listener.subscribeAsync(`arus/${vesselId}/down/piece/page`);

    const replaced = fleet.board('New bridge PC');
    const heldWhileInStep: number[] = [];
    await until('all orders', async () => {
      const { link, snapshot } = await replaced.call('sync.status', {});
      const { total } = await replaced.call('workOrders.list', { limit: 1 });
      if (link.state === 'online' && snapshot === null) heldWhileInStep.push(total);
      return total === 1_500 && snapshot === null;
    });
    expect(heldWhileInStep.filter((total) => total < 1_500)).toEqual([]);
    await fleet.settled(replaced);
    await listener.endAsync();
    expect(pieces.length).toBeGreaterThan(0);
    expect(Math.max(...pieces)).toBeLessThan(65_536);
  });

  test('before two gateways: pieces reach both, and one of them takes the change', async () => {
    fleet = await Fleet.start(announced);
    await fleet.shore.stop();
    for (const gateway of ['one', 'two'])
      gateways.push(
        await startShore([
          '--database',
          fleet.database,
          '--mqtt',
          fleet.broker.url,
          '--log-level',
          'warn',
          '--gateway',
          gateway,
          '--share',
          'office',
        ]),
      );
    const vessel = fleet.board('Bridge PC');
    for (let number = 1; number <= 6; number += 1)
      await vessel.call('workOrders.create', { title: `Long ${number}`, description: noise(5_900) });
    await fleet.settled(vessel);
    expect(await titles(vessel)).toHaveLength(6);
  });
});
