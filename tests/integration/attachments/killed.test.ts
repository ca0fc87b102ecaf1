import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { officeAttachment } from '#shared/office/attachments.ts';
import { attach, attachmentOf, photo, sha256Of } from '#support/attachments.ts';
import { countPieces } from '#support/count-pieces.ts';
import { startMosquitto, type Mosquitto } from '#support/mosquitto.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { until } from '#support/until.ts';
import { sampleVessel } from '../../../src/demo/sample-ship.ts';
import { startShip, type Ship } from '../../e2e/support/ship.ts';

const size = 9_000_000;

let broker: Mosquitto;
let shore: Shore;
let ship: Ship;
beforeEach(async () => {
  broker = await startMosquitto();
  shore = await startShore([
    '--database',
    await emptyDatabase(),
    '--mqtt',
    broker.url,
    '--log-level',
    'warn',
  ]);
  ship = await startShip({ mqtt: broker.url, empty: true });
});
afterEach(async () => {
  await ship.remove();
  await shore.stop();
  await broker.remove();
});

test('a photo of a ship that dies by kill -9 again and again goes on from where it was', async () => {
  const pieces = await countPieces(broker.url, sampleVessel.id);
  const onBoard = { call: ship.ask };
  const order = await ship.ask('workOrders.create', { title: 'Leak at the fuel pump' });
  const bytes = photo(size);
  await attach(onBoard, order.id, bytes);
  const arrived = async (): Promise<number> => (await attachmentOf(onBoard, order.id))?.content.arrived ?? 0;
  let before = 0;
  for (let kills = 0; kills < 3; kills += 1) {
    const least = before + 500_000;
    await until('more of it ashore', async () => (await arrived()) >= least, { within: 30_000, every: 2 });
    before = await arrived();
    await ship.cutPower();
    expect(before).toBeLessThan(size);
    await ship.start();
    expect(await arrived()).toBeGreaterThan(0);
  }
  await until(
    'all of it ashore',
    async () => (await attachmentOf(onBoard, order.id))?.content.state === 'held',
    { within: 50_000 },
  );
  const [there] = z
    .object({ items: z.array(officeAttachment) })
    .parse(await shore.get(`/api/work-orders/${order.id}/attachments`)).items;
  const content = await fetch(`http://127.0.0.1:${shore.port}/api/attachments/${there?.id}/content`);
  expect(sha256Of(new Uint8Array(await content.arrayBuffer()))).toBe(sha256Of(bytes));
  // What was on its way when it died may go twice, and no more.
  expect(pieces.counted.bytesTwice).toBeLessThan(size / 4);
  await pieces.end();
}, 150_000);
