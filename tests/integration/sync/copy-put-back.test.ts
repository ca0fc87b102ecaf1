import { afterEach, beforeEach, expect, test } from 'vitest';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contract } from '#shared/contract/index.ts';
import { until } from '#support/until.ts';
import type { TestVessel } from '#support/vessel.ts';
import { Fleet } from './fleet.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.start();
});
afterEach(() => fleet.remove());

const create = (vessel: TestVessel, title: string) => vessel.call('workOrders.create', { title });
const titles = async (vessel: TestVessel): Promise<string[]> =>
  (await vessel.call('workOrders.list', { limit: 100 })).items.map(({ title }) => title).sort();

test('a copy put back from the screen: what shore holds from after it comes back, what was only here is said and kept, and both ends are equal', async () => {
  const vessel = fleet.board('Bridge PC', { copies: true });
  await create(vessel, 'Before the copy');
  await fleet.settled(vessel);
  await vessel.call('copies.make', {});
  const name = await until(
    'the copy',
    async () => {
      const [made] = (await vessel.call('copies.list', {})).items;
      return made?.state === 'checked' ? made.name : null;
    },
    { within: 40_000 },
  );
  const seen = await create(vessel, 'After the copy, held by shore');
  await fleet.settled(vessel);
  await fleet.patch(seen.id, { notes: 'Written by the office after the copy' });
  await fleet.raise({ vessel: 'mv-aurora', title: 'Raised by the office after the copy' });
  await fleet.settled(vessel);
  await vessel.call('sync.setLink', { enabled: false });
  await create(vessel, 'Only on board');

  const preview = await vessel.call('copies.preview', { name });
  expect(preview.since).toEqual({ changes: 2, ashore: 1, onlyHere: 1 });
  await vessel.call('copies.restore', { name, token: preview.token });
  const told = await until(
    'the restored node',
    async () => {
      const result = await vessel.node.call({ method: 'sync.problems', input: {} });
      if (!result.ok) return null;
      const { items } = contract['sync.problems'].output.parse(result.output);
      return items.find(({ code }) => code === 'database_restored');
    },
    { within: 40_000 },
  );
  await fleet.settled(vessel);
  expect(await titles(vessel)).toEqual([
    'After the copy, held by shore',
    'Before the copy',
    'Raised by the office after the copy',
  ]);
  expect(told.message).toContain(
    '2 changes written on this computer since are not in it: shore holds 1, and they come back',
  );
  expect(told.message).toContain('1 were only here');
  const [kept = ''] = readdirSync(join(vessel.directory, 'backups')).filter((each) =>
    each.startsWith('replaced-'),
  );
  expect(told.message).toContain(kept);
  // What is written from now on reaches the office under whatever name.
  await create(vessel, 'Written on the restored one');
  await fleet.settled(vessel);
});
