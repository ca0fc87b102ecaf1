import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { officeAttachment } from '#shared/office/attachments.ts';
import { syncHealth, vesselSummary } from '#shared/office/sync.ts';
import { encodeContent } from '#shared/sync/content/messages.ts';
import { attach, attachmentOf, photo, readWhole, sha256Of } from '#support/attachments.ts';
import { countPieces } from '#support/count-pieces.ts';
import { budgetsOf, policyOf } from '#support/link-policies.ts';
import { until } from '#support/until.ts';
import type { TestVessel } from '#support/vessel.ts';
import { Fleet, vesselId } from '../sync/fleet.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.start();
});
afterEach(() => fleet.remove());

const vessels = z.object({ items: z.array(vesselSummary) });
const items = z.object({ items: z.array(officeAttachment) });
const ashore = async (order: string) =>
  items.parse(await fleet.shore.get(`/api/work-orders/${order}/attachments`)).items;

const heldAshore = (vessel: TestVessel, order: string): Promise<unknown> =>
  until('all of it ashore', async () => (await attachmentOf(vessel, order))?.content.state === 'held', {
    within: 50_000,
  });

/** Until so much of it is ashore. */
const arrived = (vessel: TestVessel, order: string, bytes: number): Promise<unknown> =>
  until(
    'part of it ashore',
    async () => ((await attachmentOf(vessel, order))?.content.arrived ?? 0) >= bytes,
    {
      within: 30_000,
      every: 5,
    },
  );

async function putAshore(bytes: Uint8Array): Promise<Response> {
  return fetch(`http://127.0.0.1:${fleet.shore.port}/api/vessels/${vesselId}/contents/${sha256Of(bytes)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(bytes),
  });
}

const status = (vessel: TestVessel) => vessel.call('sync.status', {});
const ship = async () => vessels.parse(await fleet.shore.get('/api/vessels')).items[0];
const health = async () => syncHealth.parse(await fleet.shore.get('/api/sync/health')).vessels[0];

const get = (path: string): Promise<Response> => fetch(`http://127.0.0.1:${fleet.shore.port}${path}`);

describe('what is attached on board', () => {
  test('is held ashore, thumbnail and all, and comes to another computer of the ship', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'Leak at the fuel pump' });
    const bytes = photo(300_000);
    await attach(bridge, order.id, bytes, { thumbnail: photo(4_000, 2), fileName: 'Größe "3".jpg' });
    await heldAshore(bridge, order.id);
    const [there] = await ashore(order.id);
    expect(there).toMatchObject({ addedBy: 'Bridge PC', content: { state: 'held' }, hasThumbnail: true });

    const answer = await get(`/api/attachments/${there?.id}/content`);
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'content-disposition': `attachment; filename="Gr__e _3_.jpg"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%223%22.jpg`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    const thumbnail = await get(`/api/attachments/${there?.id}/thumbnail`);
    expect((await thumbnail.arrayBuffer()).byteLength).toBe(4_000);

    const engine = fleet.board('Engine PC');
    await heldAshore(engine, order.id);
    expect(Buffer.compare(await readWhole(engine, there?.id ?? ''), bytes)).toBe(0);
    await fleet.settled(bridge, engine);
  });

  test('on two orders is sent once', async () => {
    const pieces = await countPieces(fleet.broker.url, vesselId);
    const bridge = fleet.board('Bridge PC');
    const orders = await Promise.all(['A', 'B'].map((title) => bridge.call('workOrders.create', { title })));
    for (const { id } of orders) await attach(bridge, id, photo(500_000));
    for (const { id } of orders) await heldAshore(bridge, id);
    for (const { id } of orders) expect((await ashore(id))[0]?.content.state).toBe('held');
    expect(pieces.counted).toMatchObject({ bytes: 500_000, twice: 0 });
    await pieces.end();
  });

  test('waits where its budget is used up, while what is written goes; and goes on when a person lifts the stop', async () => {
    const pieces = await countPieces(fleet.broker.url, vesselId);
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'A' });
    await fleet.settled(bridge);
    await bridge.call('link.setPolicy', { policy: policyOf({ budgets: budgetsOf({ bulk: 0.2 }) }) });
    await attach(bridge, order.id, photo(9_000_000));
    const holds = async () => (await bridge.call('sync.status', {})).policy.holds;
    await until('the stop', async () => (await holds()).length > 0, { within: 30_000 });
    await bridge.call('workOrders.update', { id: order.id, changes: { title: 'Written meanwhile' } });
    await fleet.settled(bridge);
    const { bytes } = pieces.counted;
    await bridge.call('workOrders.update', { id: order.id, changes: { title: 'And again' } });
    await fleet.settled(bridge);
    expect(pieces.counted.bytes).toBe(bytes);
    expect(bytes).toBeLessThan(4_000_000);
    expect((await attachmentOf(bridge, order.id))?.content.state).not.toBe('held');
    expect(await holds()).toMatchObject([{ lane: 'bulk', why: expect.stringMatching(/^Budget for bulk/) }]);

    await bridge.call('link.liftStop', { profileId: 'lband', budget: 'bulk', reason: 'Class survey' });
    await heldAshore(bridge, order.id);
    expect(pieces.counted).toMatchObject({ bytes: 9_000_000, twice: 0 });
    await pieces.end();
  }, 120_000);

  test('counts as waiting wherever either end says how they stand, until all of it is ashore', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'Leak at the fuel pump' });
    await fleet.settled(bridge);
    await bridge.call('link.setPolicy', { policy: policyOf({ budgets: budgetsOf({ bulk: 0.02 }) }) });
    await attach(bridge, order.id, photo(400_000));
    await until('the stop', async () => (await status(bridge)).policy.holds.length > 0, { within: 30_000 });
    await fleet.settled(bridge);
    await until('the record ashore', async () => (await ashore(order.id)).length === 1);
    const isCompared = async () => (await status(bridge)).agreement.comparedAt !== null;
    await until('a comparison', isCompared, { within: 30_000 });
    const said = await status(bridge);
    expect(said.queue).toMatchObject({ depth: 0, contents: { attachments: 1, bytes: 400_000 } });
    expect(said.queue.oldestAt).not.toBeNull();
    expect(said.agreement.state).toBe('moving');
    expect((await bridge.call('workOrders.get', { id: order.id })).sync).toBe('partly');
    expect((await bridge.call('workOrders.list', {})).items).toMatchObject([{ sync: 'partly' }]);
    expect(await ship()).toMatchObject({ attachmentsLacking: 1, agreement: { state: 'moving' } });
    expect(await health()).toMatchObject({ attachmentsLacking: 1 });
    expect(await fleet.shore.get(`/api/work-orders/${order.id}`)).toMatchObject({ sync: 'partly' });

    await bridge.call('link.liftStop', { profileId: 'lband', budget: 'bulk', reason: 'Class survey' });
    await heldAshore(bridge, order.id);
    expect((await status(bridge)).queue.contents).toEqual({ attachments: 0, bytes: 0 });
    expect((await bridge.call('workOrders.get', { id: order.id })).sync).toBe('held');
    await until('both ends equal', async () => (await ship())?.agreement.state === 'equal', {
      within: 30_000,
    });
    expect(await ship()).toMatchObject({ attachmentsLacking: 0 });
    expect(await fleet.shore.get(`/api/work-orders/${order.id}`)).toMatchObject({ sync: 'held' });
  }, 120_000);

  test('and deleted while it is sent goes no further, and keeps nothing else waiting', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'A' });
    const gone = await attach(bridge, order.id, photo(9_000_000));
    await arrived(bridge, order.id, 1);
    await bridge.call('attachments.delete', { id: gone.id });
    await attach(bridge, order.id, photo(50_000, 2));
    await heldAshore(bridge, order.id);
    expect((await ashore(order.id)).map(({ size }) => size)).toEqual([50_000]);
    expect((await get(`/api/attachments/${gone.id}/content`)).status).toBe(404);
    await fleet.settled(bridge);
  });

  test('arrives whole though gateway, broker and a whole database of the office go in between', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'A' });
    const backup = await fleet.backUpShore();
    const bytes = photo(9_000_000);
    await attach(bridge, order.id, bytes);
    await arrived(bridge, order.id, 500_000);
    await fleet.shore.program.kill();
    await fleet.restoreShore(fleet.database);
    await arrived(bridge, order.id, 2_000_000);
    await fleet.broker.kill();
    await fleet.broker.restart();
    await heldAshore(bridge, order.id);
    // A night's backup knows nothing of it, and the ship thinks that it is done.
    await fleet.restoreShore(backup);
    await until('it is back ashore', async () => (await ashore(order.id))[0]?.content.state === 'held', {
      within: 50_000,
    });
    const answer = await get(`/api/attachments/${(await ashore(order.id))[0]?.id}/content`);
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0);
  }, 150_000);

  test('is dropped ashore and sent again when a part of it was forged, and people are told', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'A' });
    const bytes = photo(9_000_000);
    const { sha256 } = await attach(bridge, order.id, bytes);
    await arrived(bridge, order.id, 1);
    const stranger = await connectAsync(fleet.broker.url);
    const topic = `arus/${vesselId}/up/content`;
    const forged = encodeContent({
      kind: 'piece',
      sha256,
      size: bytes.length,
      offset: 8_990_000,
      bytes: photo(10_000, 7),
    });
    await stranger.publishAsync(topic, Buffer.from(forged), { qos: 1 });
    const broken = forged.slice();
    broken.set([1, 2, 3], broken.length - 3);
    await stranger.publishAsync(topic, Buffer.from(broken), { qos: 1 });
    await heldAshore(bridge, order.id);
    const answer = await get(`/api/attachments/${(await ashore(order.id))[0]?.id}/content`);
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), bytes)).toBe(0);
    const problems = (await bridge.call('sync.problems', {})).items;
    expect(problems).toMatchObject([
      { code: 'attachment', message: expect.stringMatching(/damaged ashore.*sent again/) },
    ]);
    expect(await fleet.problemsAshore()).toMatchObject([{ message: expect.stringMatching(/checksum/) }]);
    await stranger.endAsync();
  }, 120_000);
});

describe('what the office attaches', () => {
  test('comes on board by itself up to a size, and beyond it when a person asks', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'A' });
    await fleet.settled(bridge);
    const [small, large] = [Buffer.from('Torque: 42 Nm'), photo(900_000)];
    for (const bytes of [small, large, photo(3_000, 5)]) expect((await putAshore(bytes)).status).toBe(204);
    const add = (body: object): Promise<{ status: number }> =>
      fleet.shore.ask(`/api/work-orders/${order.id}/attachments`, { method: 'POST', body });
    expect((await add({ fileName: 'torque.txt', sha256: sha256Of(small) })).status).toBe(201);
    const thumbnailSha256 = sha256Of(photo(3_000, 5));
    expect((await add({ fileName: 'plate.jpg', sha256: sha256Of(large), thumbnailSha256 })).status).toBe(201);

    const onBoard = async () =>
      (await bridge.call('attachments.list', { entity: 'work_order', recordId: order.id })).items;
    await until('the text and the thumbnail on board', async () => {
      const [first, second] = await onBoard();
      return first?.content.state === 'held' && second?.hasThumbnail === true;
    });
    const [, second] = await onBoard();
    expect(second?.content).toEqual({ state: 'ashore', arrived: 0, reason: null });
    await bridge.call('attachments.fetch', { id: second?.id ?? '' });
    await until('the photo on board', async () => (await onBoard())[1]?.content.state === 'held');
    expect(Buffer.compare(await readWhole(bridge, second?.id ?? ''), large)).toBe(0);
    await fleet.settled(bridge);
  });

  test('is refused when it is too large, none of what is attached, other bytes than said, or not there', async () => {
    const bridge = fleet.board('Bridge PC');
    const order = await bridge.call('workOrders.create', { title: 'A' });
    await fleet.settled(bridge);
    const page = Buffer.from('<html><script>alert(1)</script></html>');
    expect((await putAshore(page)).status).toBe(400);
    expect((await putAshore(photo(10 * 1_048_576 + 1))).status).toBe(413);
    const url = `http://127.0.0.1:${fleet.shore.port}/api/vessels/${vesselId}/contents/${'0'.repeat(64)}`;
    const headers = { 'content-type': 'application/octet-stream' };
    expect((await fetch(url, { method: 'PUT', headers, body: Buffer.from(photo(10)) })).status).toBe(400);
    const body = { fileName: 'a.txt', sha256: sha256Of(photo(77)) };
    const path = `/api/work-orders/${order.id}/attachments`;
    expect((await fleet.shore.ask(path, { method: 'POST', body })).status).toBe(400);
    expect(await ashore(order.id)).toEqual([]);
  });
});
