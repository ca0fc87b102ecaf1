import { afterEach, beforeEach, expect, test } from 'vitest';
import { attach, attachmentOf, photo, readWhole } from '#support/attachments.ts';
import { until } from '#support/until.ts';
import { Fleet } from '../sync/fleet.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.start();
});
afterEach(() => fleet.remove());

test('a photo that is attached on board is held ashore, and comes to another computer of the ship', async () => {
  const bridge = fleet.board('Bridge PC');
  const order = await bridge.call('workOrders.create', { title: 'Leak at the fuel pump' });
  const bytes = photo(300_000);
  await attach(bridge, order.id, bytes, { thumbnail: photo(4_000, 2) });
  await until(
    'the photo ashore',
    async () => (await attachmentOf(bridge, order.id))?.content.state === 'held',
    { within: 20_000 },
  );
  const engine = fleet.board('Engine PC');
  await until(
    'the photo on the other computer',
    async () => (await attachmentOf(engine, order.id))?.content.state === 'held',
    { within: 20_000 },
  );
  const there = await attachmentOf(engine, order.id);
  expect(there).toMatchObject({ fileName: 'photo.jpg', mediaType: 'image/jpeg', hasThumbnail: true });
  expect(Buffer.compare(await readWhole(engine, there?.id ?? ''), bytes)).toBe(0);
  await fleet.settled(bridge, engine);
});
