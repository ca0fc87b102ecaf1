import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Lane } from '#shared/records/record.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { plainAck, type Ack, type Batch } from '#shared/sync/frame.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { ScriptedShip, vesselId } from './scripted-ship.ts';

const shore = 's0shore0shore';

let ship: ScriptedShip;
beforeEach(() => {
  ship = new ScriptedShip();
});
afterEach(() => ship.close());

describe('changes from shore', () => {
  let hash: string;
  let hashes: Map<number, string>;
  let number: number;
  beforeEach(() => {
    hash = chainStart(vesselId, shore);
    hashes = new Map();
    number = 0;
    ship.link.up();
    ship.link.answerAsk();
    ship.environment.advance(0);
    ship.link.takePublished();
  });

  function shoreChange(change: Partial<Change> & Pick<Change, 'recordId' | 'operation' | 'fields'>): Change {
    number += 1;
    const made: Change = {
      origin: shore,
      number,
      time: ship.environment.now() * 1024 + number,
      at: ship.environment.now(),
      seen: {},
      entity: 'work_order',
      actorId: null,
      actorName: 'K. Ito',
      device: 'Office',
      lane: 'normal',
      version: recordsVersion,
      ...change,
    };
    hash = chainNext(hash, made);
    hashes.set(number, hash);
    return made;
  }

  function receive(...changes: Change[]): Ack | undefined {
    return receiveIn({ lane: 'normal', after: 0 }, ...changes);
  }

  function receiveIn(place: Pick<Batch, 'lane' | 'after'>, ...changes: Change[]): Ack | undefined {
    ship.link.receive(vesselId, {
      kind: 'batch',
      vessel: vesselId,
      origin: shore,
      ...place,
      hash: hashes.get(changes.at(-1)?.number ?? 0) ?? '',
      attempt: 0,
      proof: [...hashes].map(([at, known]) => [at, fingerprintOf(known)]),
      changes,
    });
    return ship.link.takeAcks()[0];
  }

  const verify = () => verifyJournal(join(ship.vessel.directory, databaseFileName));
  const seenAll = (upTo: number) => ({ [ship.origin]: upTo });

  test('what an urgent change took along is no proof that its lane is held up to there, after a restart either', async () => {
    const [one, two] = [await ship.create('One'), await ship.create('Two')];
    const edit = ({ id }: { id: string }, fields: Change['fields'], lane: Lane = 'normal') =>
      shoreChange({ recordId: id, operation: 'update', fields, lane, seen: seenAll(2) });
    const first = edit(one, { title: 'One, changed' });
    const second = edit(two, { title: 'Two, changed' });
    const third = edit(one, { title: 'One, changed again' });
    const urgent = edit(two, { priority: 'critical' }, 'urgent');

    expect(receiveIn({ lane: 'urgent', after: 0 }, second)).toMatchObject({ held: [0, [2, 2]] });
    await ship.restart();
    ship.link.up();
    ship.environment.advance(0);
    ship.link.takePublished();
    expect(receiveIn({ lane: 'normal', after: 2 }, third)).toMatchObject({
      outcome: 'gap',
      held: [0, [2, 2]],
    });
    expect(receiveIn({ lane: 'urgent', after: 2 }, urgent)).toMatchObject({ outcome: 'stored' });
    expect(receive(first, second, third)).toMatchObject({ outcome: 'stored', held: 4 });
    expect(verify()).toMatchObject({ ok: true });
  });

  test("the office's edit stands on board, is acknowledged, and journal and tables agree", async () => {
    const order = await ship.create('Renew gasket');
    const ack = receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'Renew gasket No. 3' },
        seen: seenAll(1),
      }),
    );
    expect(ack).toMatchObject({ origin: shore, held: 1, hash, outcome: 'stored' });
    const changed = await ship.vessel.call('workOrders.get', { id: order.id });
    expect(changed).toMatchObject({ title: 'Renew gasket No. 3', updatedBy: 'K. Ito', conflicts: [] });
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
    expect((await ship.status()).journal.fromShore).toBe(1);
  });

  test('the same batch again changes nothing and is acknowledged again', async () => {
    const order = await ship.create('One');
    const change = shoreChange({
      recordId: order.id,
      operation: 'update',
      fields: { title: 'Two' },
      seen: seenAll(1),
    });
    receive(change);
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { title: 'Three' } });
    expect(receive(change)).toMatchObject({ held: 1, outcome: 'stored' });
    expect((await ship.vessel.call('workOrders.get', { id: order.id })).title).toBe('Three');
    expect(verify()).toMatchObject({ ok: true, changes: 3 });
  });

  test('one field set on both sides without seeing each other: both values are kept, with what stood before', async () => {
    const order = await ship.create('Original');
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { title: 'From the ship' } });
    ship.environment.advance(1_000);
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'From the office' },
        seen: seenAll(1),
      }),
    );
    const found = await ship.vessel.call('workOrders.get', { id: order.id });
    expect(found).toMatchObject({ title: 'From the office', sync: 'conflict' });
    expect(found.conflicts).toMatchObject([
      {
        field: 'title',
        base: 'Original',
        values: [
          { value: 'From the office', by: 'K. Ito', side: 'shore' },
          { value: 'From the ship', by: 'Bridge PC', side: 'vessel' },
        ],
      },
    ]);
    expect(verify()).toMatchObject({ ok: true });

    await ship.vessel.call('workOrders.update', { id: order.id, changes: { title: 'Settled' } });
    expect((await ship.vessel.call('workOrders.get', { id: order.id })).conflicts).toEqual([]);
    expect((await ship.status()).conflicts).toBe(0);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('different fields on both sides: both stand, no conflict', async () => {
    const order = await ship.create('Original');
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { actualHours: 4 } });
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { priority: 'high' },
        seen: seenAll(1),
      }),
    );
    expect(await ship.vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      actualHours: 4,
      priority: 'high',
      conflicts: [],
    });
  });

  test('a sign-off on board is not undone by an edit from the office that had not seen it', async () => {
    const order = await ship.create('Original');
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { status: 'completed' } });
    ship.environment.advance(60_000);
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { status: 'on_hold' },
        seen: seenAll(1),
      }),
    );
    expect(await ship.vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      status: 'completed',
      sync: 'conflict',
    });
  });

  test('a delete ashore does not take away what was changed on board meanwhile', async () => {
    const order = await ship.create('Original');
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { title: 'Still needed' } });
    receive(shoreChange({ recordId: order.id, operation: 'delete', fields: {}, seen: seenAll(1) }));
    expect(await ship.vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      title: 'Still needed',
    });
    receive(shoreChange({ recordId: order.id, operation: 'delete', fields: {}, seen: seenAll(2) }));
    expect((await ship.vessel.refusal('workOrders.get', { id: order.id })).code).toBe('not_found');
    expect(verify()).toMatchObject({ ok: true });
  });

  test('an update that overtakes its create waits for it, and nothing shows half', async () => {
    const id = '01a20458-42ee-7242-a643-07a6fe7275f9';
    const first = shoreChange({ recordId: id, operation: 'create', fields: officeOrder });
    const second = shoreChange({
      recordId: id,
      operation: 'update',
      fields: { title: 'Changed ashore' },
      seen: {},
    });
    expect(receive(second)).toMatchObject({ held: [0, [2, 2]] });
    expect((await ship.vessel.call('workOrders.list', {})).total).toBe(0);
    expect(verify()).toMatchObject({ ok: true, changes: 1 });
    expect(receive(first)).toMatchObject({ held: 2 });
    expect((await ship.vessel.call('workOrders.get', { id })).title).toBe('Changed ashore');
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
  });

  test('a change that breaks a rule is kept apart and told; what is behind it goes on', async () => {
    const order = await ship.create('One');
    const ack = receive(
      shoreChange({ recordId: order.id, operation: 'update', fields: { status: 'sunk' }, seen: seenAll(1) }),
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'Still comes' },
        seen: seenAll(1),
      }),
    );
    expect(ack).toMatchObject({ held: 2, problems: [{ number: 1, code: 'parked' }] });
    expect(await ship.vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      title: 'Still comes',
      status: 'open',
    });
    expect((await ship.vessel.call('sync.problems', {})).items).toMatchObject([{ code: 'parked' }]);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('a change of a newer program is stored, not applied, and acknowledged', async () => {
    const order = await ship.create('One');
    const ack = receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { colour: 'red' },
        version: recordsVersion + 1,
      }),
    );
    expect(ack).toMatchObject({ held: 1, problems: [{ code: 'newer_program' }] });
    expect(verify()).toMatchObject({ ok: true, changes: 2 });

    // Nobody on board has been shown it: what is written here to that order has not seen it, to another it has.
    const other = await ship.create('Another');
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { title: 'Written on board' } });
    await ship.vessel.call('workOrders.update', { id: other.id, changes: { title: 'Written as well' } });
    const seen = ship
      .sentBatches()
      .flatMap((batch) => batch.changes)
      .filter(({ operation }) => operation === 'update')
      .map((change) => change.seen[shore] ?? 0);
    expect(seen).toEqual([0, 1]);
  });

  test('another change under a number that is held already is a fork: nothing is stored, and shore is told from where on', async () => {
    const order = await ship.create('One');
    receive(
      shoreChange({ recordId: order.id, operation: 'update', fields: { title: 'A' }, seen: seenAll(1) }),
    );
    number = 0;
    hash = chainStart(vesselId, shore);
    const ack = receive(
      shoreChange({ recordId: order.id, operation: 'update', fields: { title: 'B' }, seen: seenAll(1) }),
    );
    expect(ack).toMatchObject({
      outcome: 'fork',
      held: 1,
      fork: { number: 1, hash: chainStart(vesselId, shore) },
    });
    expect((await ship.vessel.call('workOrders.get', { id: order.id })).title).toBe('A');
  });

  test('nonsense from the link is refused, told, and stops nothing', async () => {
    const order = await ship.create('One');
    const topic = `arus/${vesselId}/down/normal`;
    ship.link.receiveBytes(topic, new TextEncoder().encode('hello?'));
    ship.link.receiveBytes(topic, new Uint8Array([0xa7, 99, 1, 2, 3]));
    ship.link.receiveBytes(topic, new Uint8Array(300_000));
    ship.link.receiveBytes('some/other/topic', new Uint8Array(3));
    ship.link.receive(vesselId, {
      kind: 'ack',
      vessel: vesselId,
      origin: ship.origin,
      held: 0,
      hash,
      ...plainAck,
      outcome: 'status',
      attempt: null,
      problems: [],
    });
    expect((await ship.vessel.call('sync.problems', {})).items.map((problem) => problem.code).sort()).toEqual(
      ['malformed', 'oversize', 'unknown_version'],
    );
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'Goes on' },
        seen: seenAll(1),
      }),
    );
    expect((await ship.vessel.call('workOrders.get', { id: order.id })).title).toBe('Goes on');
  });

  const officeOrder = {
    number: 'WO-2026-500001',
    title: 'From the office',
    description: '',
    equipmentId: null,
    type: 'survey',
    priority: 'high',
    status: 'open',
    dueDate: '2026-04-01',
    assigneeId: null,
    estimatedHours: 8,
    actualHours: null,
    notes: '',
    completedAt: null,
    completedBy: null,
    createdAt: '2026-03-01T10:00:00.000Z',
    createdBy: 'K. Ito',
  };
});
