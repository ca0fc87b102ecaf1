import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment, type VirtualEnvironment } from '#support/virtual-environment.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';

const vesselId = 'mv-aurora';
const shore = 's0shore0shore';

let environment: VirtualEnvironment;
let link: ScriptedLink;
let vessel: TestVessel;
/** Shore's journal, as far as it was sent. */
let fromShore: { count: number; hash: string };

beforeEach(() => {
  environment = virtualEnvironment(silentLog);
  link = new ScriptedLink();
  vessel = openTestVessel({ environment, openLink: link.open });
  fromShore = { count: 0, hash: chainStart(vesselId, shore) };
  link.up();
  link.answerAsk();
});
afterEach(() => vessel.node.close());

const own = (): string => link.settings?.clientId.split('-').at(-1) ?? '';
const verify = () => verifyJournal(join(vessel.directory, databaseFileName));
const conflicts = () => vessel.call('conflicts.list', {});
const history = (id: string) => vessel.call('history.list', { entity: 'work_order', id });

/** A change by K. Ito ashore, who held the ship's first `held` changes. */
function ashore(change: Pick<Change, 'recordId' | 'fields'> & Partial<Change>, held = 1): void {
  environment.advance(1_000);
  const at = environment.now();
  const written: Change = {
    origin: shore,
    number: fromShore.count + 1,
    time: at * 1024,
    at,
    seen: { [own()]: held },
    entity: 'work_order',
    operation: 'update',
    actorId: null,
    actorName: 'K. Ito',
    device: 'Office',
    lane: 'normal',
    version: 1,
    ...change,
  };
  const { count } = fromShore;
  fromShore = { count: count + 1, hash: chainNext(fromShore.hash, written) };
  link.receive(vesselId, {
    kind: 'batch',
    vessel: vesselId,
    origin: shore,
    lane: 'normal',
    after: count,
    hash: fromShore.hash,
    proof: [],
    attempt: 0,
    changes: [written],
  });
}

/** The last change that the ship wrote, as it goes ashore. */
function lastSent(): Change | undefined {
  environment.advance(0);
  return link
    .takeBatches()
    .flatMap(({ changes }) => changes)
    .at(-1);
}

/** An order whose title ship and office changed without seeing each other. The office's is in force. */
async function contested() {
  const order = await vessel.call('workOrders.create', { title: 'Original' });
  await vessel.call('workOrders.update', { id: order.id, changes: { title: 'From the ship' } });
  ashore({ recordId: order.id, fields: { title: 'From the office' } });
  const [conflict] = (await conflicts()).items;
  if (conflict === undefined) throw new Error('There is no conflict');
  return { order, conflict };
}

describe('a conflict on board', () => {
  test('is listed with every value, whose it is, what stood there before, and the record', async () => {
    const { order, conflict } = await contested();
    expect(conflict).toMatchObject({
      entity: 'work_order',
      recordId: order.id,
      label: `${order.number} From the office`,
      field: 'title',
      base: 'Original',
      baseKnown: true,
      values: [
        { value: 'From the office', by: 'K. Ito', device: 'Office', side: 'shore' },
        { value: 'From the ship', by: 'Bridge PC', device: 'Bridge PC', side: 'vessel' },
      ],
      settledAt: null,
      settlement: null,
    });
    expect((await vessel.call('workOrders.get', { id: order.id })).conflicts).toMatchObject([
      { id: conflict.id, version: conflict.version },
    ]);
  });

  test('settled for the value in force: no column changes, and yet a change goes ashore that names the field', async () => {
    const { order, conflict } = await contested();
    lastSent();
    const settled = await vessel.call('conflicts.settle', { ...keyOf(conflict), take: { index: 0 } });
    expect(settled).toMatchObject({
      settlement: { value: 'From the office', deleted: false, by: 'Bridge PC', side: 'vessel' },
    });
    expect(lastSent()).toMatchObject({
      operation: 'update',
      fields: { title: 'From the office' },
      seen: { [shore]: 1 },
    });
    expect((await conflicts()).total).toBe(0);
    const after = await vessel.call('workOrders.get', { id: order.id });
    expect(after).toMatchObject({ title: 'From the office', updatedBy: 'Bridge PC', conflicts: [] });
    expect(verify()).toMatchObject({ ok: true });
    expect((await vessel.call('conflicts.list', { state: 'settled' })).items).toMatchObject([
      { id: conflict.id },
    ]);
  });

  test('settled for the other value, or for a third, puts that in force', async () => {
    const { order, conflict } = await contested();
    await vessel.call('conflicts.settle', { ...keyOf(conflict), take: { index: 1 } });
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('From the ship');

    ashore({ recordId: order.id, fields: { title: 'Once more' } });
    const [again] = (await conflicts()).items;
    if (again === undefined) throw new Error('There is no conflict');
    await vessel.call('conflicts.settle', { ...keyOf(again), take: { value: '  Agreed  ' } });
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      title: 'Agreed',
      conflicts: [],
    });
    expect(verify()).toMatchObject({ ok: true });
  });

  test('is not settled for a value that breaks a rule of its field', async () => {
    const { conflict } = await contested();
    const refusal = await vessel.refusal('conflicts.settle', { ...keyOf(conflict), take: { value: ' ' } });
    expect(refusal).toMatchObject({ code: 'invalid_input', details: [{ path: 'title' }] });
    expect((await conflicts()).total).toBe(1);
  });

  test('that somebody settled meanwhile is left as it is, and the one who came late is told', async () => {
    const { order, conflict } = await contested();
    ashore({ recordId: order.id, fields: { title: 'Agreed ashore' } }, 2);
    const refusal = await vessel.refusal('conflicts.settle', { ...keyOf(conflict), take: { index: 1 } });
    expect(refusal).toMatchObject({
      code: 'stale',
      message: expect.stringContaining('K. Ito settled this'),
      details: [{ path: 'title', value: 'Agreed ashore', by: 'K. Ito' }],
    });
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('Agreed ashore');
    expect(await vessel.call('conflicts.get', { id: conflict.id })).toMatchObject({
      settlement: { value: 'Agreed ashore', by: 'K. Ito', side: 'shore' },
    });
  });

  test('is not settled by somebody who had not seen a value that came in since', async () => {
    const { order, conflict } = await contested();
    ashore({ recordId: order.id, fields: { title: 'From the office, better' } });
    const refusal = await vessel.refusal('conflicts.settle', { ...keyOf(conflict), take: { index: 0 } });
    expect(refusal).toMatchObject({ code: 'stale', details: [{ value: 'From the office, better' }] });
    expect((await conflicts()).total).toBe(1);
  });

  test('of a status can be settled for a value that cannot follow the one in force', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Original' });
    await vessel.call('workOrders.update', { id: order.id, changes: { status: 'completed' } });
    ashore({ recordId: order.id, fields: { status: 'cancelled' } });
    const [conflict, ...others] = (await conflicts()).items;
    if (conflict === undefined) throw new Error('There is no conflict');
    expect(others).toEqual([]);
    expect(conflict.values).toMatchObject([
      { value: 'completed', also: { completedBy: 'Bridge PC' } },
      { value: 'cancelled' },
    ]);
    expect(
      await vessel.refusal('conflicts.settle', { ...keyOf(conflict), take: { value: 'on_hold' } }),
    ).toMatchObject({ code: 'invalid_input' });

    await vessel.call('conflicts.settle', { ...keyOf(conflict), take: { index: 1 } });
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      status: 'cancelled',
      completedAt: null,
      completedBy: null,
      conflicts: [],
    });
    expect(verify()).toMatchObject({ ok: true });
  });

  test('is not settled for equipment that is not there', async () => {
    const [first, second] = [
      await vessel.call('equipment.create', { code: '651.01', name: 'Auxiliary engine 1' }),
      await vessel.call('equipment.create', { code: '651.02', name: 'Auxiliary engine 2' }),
    ];
    const order = await vessel.call('workOrders.create', { title: 'Original' });
    await vessel.call('workOrders.update', { id: order.id, changes: { equipmentId: first.id } });
    ashore({ recordId: order.id, fields: { equipmentId: second.id } }, 3);
    const [conflict] = (await conflicts()).items;
    if (conflict === undefined) throw new Error('There is no conflict');
    const take = { value: '0190a5b0-0000-7000-8000-00000000dead' };
    expect(await vessel.refusal('conflicts.settle', { ...keyOf(conflict), take })).toMatchObject({
      code: 'invalid_input',
    });
    await vessel.call('conflicts.settle', { ...keyOf(conflict), take: { value: null } });
    expect((await vessel.call('workOrders.get', { id: order.id })).equipmentId).toBeNull();
  });

  test('ends with the record when somebody deletes it who had seen all values', async () => {
    const { order, conflict } = await contested();
    await vessel.call('workOrders.delete', { id: order.id });
    expect((await conflicts()).total).toBe(0);
    expect(await vessel.call('conflicts.get', { id: conflict.id })).toMatchObject({
      settlement: { deleted: true, by: 'Bridge PC' },
    });
    expect(verify()).toMatchObject({ ok: true });
  });

  test('saving the value in force in the order settles it as well', async () => {
    const { order } = await contested();
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'From the office' } });
    expect((await conflicts()).total).toBe(0);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('of many is found page by page', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.unshift((await contested()).conflict.id);
    const first = await vessel.call('conflicts.list', { limit: 3 });
    const second = await vessel.call('conflicts.list', { limit: 3, cursor: first.nextCursor ?? '' });
    expect(first.total).toBe(5);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});

describe('an order that is deleted on one side and changed on the other', () => {
  test('stays, whichever comes first, and whoever deleted it is told', async () => {
    const [first, second] = [
      await vessel.call('workOrders.create', { title: 'Deleted on board' }),
      await vessel.call('workOrders.create', { title: 'Deleted ashore' }),
    ];
    await vessel.call('workOrders.delete', { id: first.id });
    await vessel.call('workOrders.update', { id: second.id, changes: { title: 'Changed on board' } });
    ashore({ recordId: first.id, fields: { title: 'Changed ashore' } }, 2);
    ashore({ recordId: second.id, operation: 'delete', fields: {} }, 2);
    expect((await vessel.call('workOrders.get', { id: first.id })).title).toBe('Changed ashore');
    expect((await vessel.call('workOrders.get', { id: second.id })).title).toBe('Changed on board');
    expect((await vessel.call('sync.problems', {})).items).toMatchObject([
      { code: 'delete_overridden', recordId: second.id },
      { code: 'delete_overridden', recordId: first.id },
    ]);
    expect((await history(first.id)).items[0]).toMatchObject({ overridesDelete: true });
    expect(verify()).toMatchObject({ ok: true });
  });
});

describe('the history of an order', () => {
  test('says who changed what from what to what, with conflicts and how they ended', async () => {
    const { order, conflict } = await contested();
    await vessel.call('conflicts.settle', { ...keyOf(conflict), take: { index: 1 } });
    const { items, total } = await history(order.id);
    expect(total).toBe(4);
    expect(items).toMatchObject([
      {
        by: 'Bridge PC',
        side: 'vessel',
        fields: [{ from: 'From the office', to: 'From the ship', conflict: 'settled' }],
      },
      // As its writer saw it: nobody ashore had seen the ship's.
      {
        by: 'K. Ito',
        side: 'shore',
        device: 'Office',
        standing: 'held',
        fields: [{ from: 'Original', to: 'From the office', conflict: 'opened', inForce: true }],
      },
      { side: 'vessel', fields: [{ from: 'Original', to: 'From the ship', conflict: null }] },
      { operation: 'create' },
    ]);
  });

  test('says of each change whether shore has it', async () => {
    const order = await vessel.call('workOrders.create', { title: 'One' });
    environment.advance(0);
    for (const message of link.takePublished()) await message.confirm();
    await Promise.resolve();
    expect((await history(order.id)).items).toMatchObject([{ standing: 'sent' }]);
    link.down();
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'Two' } });
    expect((await history(order.id)).items.map(({ standing }) => standing)).toEqual(['here', 'sent']);
  });

  test('has a reading that lost against a larger one, and says that it lost', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Hours' });
    await vessel.call('workOrders.update', { id: order.id, changes: { actualHours: 9 } });
    ashore({ recordId: order.id, fields: { actualHours: 4 } });
    expect((await vessel.call('workOrders.get', { id: order.id })).actualHours).toBe(9);
    expect((await history(order.id)).items[0]).toMatchObject({
      by: 'K. Ito',
      fields: [{ field: 'actualHours', to: 4, inForce: false }],
    });
  });

  test('of a deleted one is there still, and of many changes comes page by page', async () => {
    const order = await vessel.call('workOrders.create', { title: 'Title 0' });
    for (let count = 1; count < 7; count += 1)
      await vessel.call('workOrders.update', { id: order.id, changes: { title: `Title ${count}` } });
    await vessel.call('workOrders.delete', { id: order.id });
    const numbers: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof history>> = await vessel.call('history.list', {
        entity: 'work_order',
        id: order.id,
        limit: 3,
        ...(cursor === null ? {} : { cursor }),
      });
      expect(page.total).toBe(8);
      numbers.push(...page.items.map(({ number }) => number));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(numbers).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  test('of a record that nobody wrote is not found', async () => {
    const id = '0190a5b0-0000-7000-8000-00000000dead';
    expect(await vessel.refusal('history.list', { entity: 'work_order', id })).toMatchObject({
      code: 'not_found',
    });
  });
});

function keyOf({ id, version }: { id: string; version: string }) {
  return { id, version };
}
