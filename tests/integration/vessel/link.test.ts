import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { recordsVersion } from '#shared/domain/records.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { encodePresence, openFrame, plainAck, type Ack, type Batch } from '#shared/sync/frame.ts';
import { gatewayPresence } from '#shared/sync/topics.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { until } from '#support/until.ts';
import { openTestVessel, silentLog, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment, type VirtualEnvironment } from '#support/virtual-environment.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { readDatabase } from './database.ts';

const vesselId = 'mv-aurora';
const shore = 's0shore0shore';

let environment: VirtualEnvironment;
let link: ScriptedLink;
let vessel: TestVessel;

beforeEach(() => {
  environment = virtualEnvironment(silentLog);
  link = new ScriptedLink();
  vessel = openTestVessel({ environment, openLink: link.open });
});
afterEach(() => vessel.node.close());

const status = () => vessel.call('sync.status', {});
const create = (title: string, priority: 'normal' | 'critical' = 'normal') =>
  vessel.call('workOrders.create', { title, priority });
const settle = async () => {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
};

/** What has been handed to the link since the last look, after the turns of the event loop that filling it takes. */
function sentMessages() {
  environment.advance(0);
  return link.take();
}

function batchesOf(other: ScriptedLink) {
  environment.advance(0);
  return other.takeBatches();
}

function sentBatches() {
  return sentMessages().filter((message) => message.kind === 'batch');
}

/** Shore's word that it holds everything up to `upTo`. */
function acknowledge(upTo: number, more: Partial<Ack> = {}): void {
  link.receive(vesselId, {
    kind: 'ack',
    vessel: vesselId,
    origin: origin(),
    held: upTo,
    hash: ownHash(upTo),
    ...plainAck,
    outcome: 'stored',
    attempt: 0,
    problems: [],
    ...more,
  });
}

/** Hash of the ship's own journal at `number`. */
function ownHash(number: number): string {
  if (number === 0) return chainStart(vesselId, origin());
  const found = readDatabase(vessel.directory, (connection) =>
    connection
      .prepare('SELECT lower(hex(hash)) FROM sync_journal WHERE origin = ? AND number = ?')
      .pluck()
      .get(origin(), number),
  );
  return typeof found === 'string' ? found : 'a'.repeat(64);
}

/** The same ship, with `orders` waiting in its queue. */
async function reopenWith(orders: number): Promise<void> {
  await vessel.node.close();
  fillWithOrders(vessel.directory, vesselId, orders);
  link = new ScriptedLink();
  vessel = openTestVessel({ directory: vessel.directory, environment, openLink: link.open });
}

function origin(): string {
  return link.settings?.clientId.split('-').at(-1) ?? '';
}

describe('the uplink', () => {
  test('hands nothing to the link while it is down, and everything when it is up, with the hello beside it', async () => {
    await create('One');
    await create('Two');
    expect(link.takePublished()).toEqual([]);

    link.up();
    const [hello, batch] = sentMessages();
    expect(hello).toMatchObject({ kind: 'hello', vessel: vesselId, last: 2, recordsVersion });
    expect(batch).toMatchObject({ kind: 'batch', lane: 'normal', after: 0 });
    expect((batch as Batch).changes.map((change) => change.number)).toEqual([1, 2]);
  });

  test("the broker's word takes nothing out of the queue; shore's does", async () => {
    const order = await create('One');
    link.up();
    environment.advance(0);
    const published = link.takePublished();
    for (const message of published) await message.confirm();
    await settle();
    expect((await status()).queue).toMatchObject({ depth: 1, sent: 1 });
    expect((await vessel.call('workOrders.get', { id: order.id })).sync).toBe('sent');

    acknowledge(1);
    expect((await status()).queue).toMatchObject({ depth: 0, sent: 0 });
    expect((await vessel.call('workOrders.get', { id: order.id })).sync).toBe('held');
    expect((await status()).journal).toMatchObject({ last: 1, acknowledged: 1 });
  });

  test('what was sent and not acknowledged is sent again after the connection is lost, and after the app was killed', async () => {
    await create('One');
    link.up();
    environment.advance(0);
    link.takePublished();
    link.down();
    link.up();
    expect(sentBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);

    const second = new ScriptedLink();
    await vessel.node.close();
    vessel = openTestVessel({ directory: vessel.directory, environment, openLink: second.open });
    second.up();
    expect(batchesOf(second)).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('several batches are in flight, none too large and no more than the window, and the next goes when one is acknowledged', async () => {
    await reopenWith(9_000);
    link.up();
    const flying: Batch[] = [];
    let [reached, mostFlying] = [0, 0];
    const depart = (): void => {
      environment.advance(0);
      for (const { topic, payload } of link.published) {
        if (!topic.endsWith('/normal')) continue;
        expect(payload.length).toBeLessThanOrEqual(24 * 1024);
      }
      for (const batch of link.takeBatches()) {
        expect(batch.after).toBe(reached);
        expect(batch.changes.map(({ number }) => number)).toEqual(
          Array.from({ length: batch.changes.length }, (_, index) => reached + index + 1),
        );
        reached += batch.changes.length;
        flying.push(batch);
      }
      mostFlying = Math.max(mostFlying, flying.length);
    };
    depart();
    expect(flying.length).toBeGreaterThanOrEqual(2);
    while (flying.length > 0) {
      environment.advance(100);
      acknowledge(flying.shift()?.changes.at(-1)?.number ?? 0, { attempt: 1 });
      depart();
    }
    expect(reached).toBe(9_000);
    expect(mostFlying).toBe(4);
    expect((await status()).queue.depth).toBe(0);
  });

  test('an urgent change overtakes a drain', async () => {
    await reopenWith(1_200);
    link.up();
    environment.advance(0);
    link.takePublished();
    const order = await create('Crack in the rudder stock', 'critical');
    expect(sentBatches()).toMatchObject([{ lane: 'urgent', after: 0, changes: [{ recordId: order.id }] }]);
  });

  test('an urgent change takes along the create it stands on, out of the middle of the queue', async () => {
    await reopenWith(1_200);
    const order = await create('Rudder stock');
    await create('Behind it');
    link.up();
    environment.advance(0);
    link.takePublished();
    await vessel.call('workOrders.update', { id: order.id, changes: { priority: 'critical' } });
    const [batch] = sentBatches();
    expect(batch?.lane).toBe('urgent');
    expect(batch?.changes.map((change) => [change.operation, change.recordId])).toEqual([
      ['create', order.id],
      ['update', order.id],
    ]);
  });

  test('a gap makes it start again once, not once for every batch behind the lost one', async () => {
    await reopenWith(1_000);
    link.up();
    const attempt = sentBatches()[0]?.attempt ?? 0;
    acknowledge(0, { outcome: 'gap', attempt });
    expect(sentBatches()[0]?.changes[0]?.number).toBe(1);
    acknowledge(0, { outcome: 'gap', attempt });
    acknowledge(0, { outcome: 'gap', attempt });
    expect(sentBatches()).toHaveLength(0);
  });

  test('records that shore knows are named by their creation; where shore cannot look them up, by their ids again', async () => {
    const { id } = await create('Known ashore');
    link.up();
    sentBatches();
    acknowledge(1);
    await vessel.call('workOrders.update', { id, changes: { title: 'Edited' } });
    environment.advance(0);
    const [named] = link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
    const sealed = openFrame(named?.payload ?? new Uint8Array(), vesselId, linkCodec);
    expect(sealed).toMatchObject({ kind: 'sealed', creations: [{ origin: origin(), number: 1 }] });
    acknowledge(1, { outcome: 'unresolved', attempt: sealed.kind === 'sealed' ? sealed.attempt : null });
    environment.advance(0);
    const [whole] = link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
    expect(openFrame(whole?.payload ?? new Uint8Array(), vesselId, linkCodec)).toMatchObject({
      kind: 'batch',
      changes: [{ recordId: id }],
    });
  });

  test('silence of shore makes it send again, at growing intervals, for as long as it takes', async () => {
    await create('One');
    link.up();
    const sendings: number[] = [];
    for (let second = 0; second <= 300; second += 1) {
      environment.advance(second === 0 ? 0 : 1_000);
      const batches = link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
      for (const batch of batches) await batch.confirm();
      if (batches.length > 0) sendings.push(second);
    }
    expect(sendings).toEqual([0, 30, 90, 210]);
    expect(link.opened).toBe(1);
  });

  test('a batch that the link does not take is tried again after a while, not at once', async () => {
    await create('One');
    link.largestTaken = 0;
    link.up();
    environment.advance(0);
    await settle();
    expect(link.refused).toBe(1);
    expect((await status()).link).toMatchObject({
      state: 'online',
      error: { code: 'refused', message: expect.stringMatching(/larger than the broker takes/) },
    });
    environment.advance(29_000);
    await settle();
    expect(link.refused).toBe(1);
    link.largestTaken = Infinity;
    environment.advance(2_000);
    await settle();
    expect(link.takeBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('where a broker takes less than a batch, it is given as much as it takes', async () => {
    for (let number = 0; number < 150; number += 1) await create(`Order ${number} ${Math.sin(number)}`);
    link.largestTaken = 1_200;
    link.up();
    for (
      let seconds = 0;
      seconds < 600 && link.published.every(({ topic }) => !topic.endsWith('/normal'));
      seconds += 10
    ) {
      environment.advance(10_000);
      await settle();
    }
    const [batch] = link.takeBatches();
    expect(batch?.changes.length).toBeGreaterThan(5);
    expect(link.refused).toBeGreaterThan(0);
  });

  test('nor does it keep the computer busy, and the next change is a reason to try', async () => {
    const own = new ScriptedLink();
    const busy = openTestVessel({ environment: systemEnvironment(silentLog), openLink: own.open });
    await busy.call('workOrders.create', { title: 'One' });
    own.largestTaken = 0;
    own.up();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(own.refused).toBe(1);
    await busy.call('workOrders.create', { title: 'Two' });
    await until('another try', () => own.refused === 2);
    await busy.node.close();
  });

  test('silence of the broker as well makes it connect anew, and send again there', async () => {
    await create('One');
    link.up();
    expect(sentBatches()).toHaveLength(1);
    environment.advance(29_000);
    expect(link.opened).toBe(1);
    environment.advance(2_000);
    expect(link.opened).toBe(2);
    expect((await status()).link.state).toBe('connecting');
    link.up();
    expect(sentBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('a gateway that comes up is greeted and gets everything at once', async () => {
    await create('One');
    link.up();
    environment.advance(0);
    link.takePublished();
    const presence = encodePresence({ online: true, name: 'gateway', version: '1', since: '' });
    link.receiveBytes(gatewayPresence('a'), presence, true);
    expect(sentMessages()).toEqual([]);
    link.receiveBytes(gatewayPresence('a'), presence);
    expect(sentMessages().map((message) => message.kind)).toEqual(['hello', 'batch']);
  });

  test.each([
    ['changes that were never written', 7, {}],
    ['another journal under the same name', 1, { hash: 'b'.repeat(64) }],
  ])(
    'an acknowledgement of %s empties no queue, and shore is asked where both stand',
    async (_, held, more) => {
      await create('Written here');
      link.up();
      environment.advance(0);
      link.take();
      acknowledge(held, more);
      expect((await status()).queue.depth).toBe(1);
      environment.advance(5_000);
      expect(link.take().map(({ kind }) => kind)).toContain('hello');
    },
  );

  test('an acknowledgement of another incarnation is passed over', async () => {
    await create('One');
    link.up();
    acknowledge(1, { origin: 'vanotherother' });
    expect((await status()).queue.depth).toBe(1);
  });

  test("what shore could not apply is told, order by order, and is out of the ship's queue", async () => {
    const order = await create('One');
    link.up();
    acknowledge(1, { problems: [{ number: 1, code: 'parked', message: 'title: too long' }] });
    expect((await vessel.call('sync.problems', {})).items).toMatchObject([
      { code: 'parked', recordId: order.id },
    ]);
    expect((await status()).queue.depth).toBe(0);
  });

  test('held closed by a person, it stays closed across a restart, and nothing leaves', async () => {
    link.up();
    environment.advance(0);
    link.takePublished();
    await vessel.call('sync.setLink', { enabled: false });
    await settle();
    expect((await status()).link.state).toBe('closed');
    await create('While closed');
    await vessel.node.close();

    const second = new ScriptedLink();
    vessel = openTestVessel({ directory: vessel.directory, environment, openLink: second.open });
    expect(second.opened).toBe(0);
    expect((await status()).link.state).toBe('closed');
    await vessel.call('sync.setLink', { enabled: true });
    expect(second.opened).toBe(1);
    second.up();
    expect(batchesOf(second)).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('presence is retained, with a last will that says the ship is away', () => {
    link.up();
    const presence = link.takePublished().find((message) => message.topic.endsWith('/presence'));
    expect(presence?.options).toEqual({ qos: 1, retain: true });
    expect(JSON.parse(new TextDecoder().decode(presence?.payload))).toMatchObject({ online: true });
    expect(JSON.parse(new TextDecoder().decode(link.settings?.will.payload))).toMatchObject({
      online: false,
    });
  });
});

describe('changes from shore', () => {
  let hash: string;
  let hashes: Map<number, string>;
  let number: number;
  beforeEach(() => {
    hash = chainStart(vesselId, shore);
    hashes = new Map();
    number = 0;
    link.up();
    link.answerAsk();
    environment.advance(0);
    link.takePublished();
  });

  function shoreChange(change: Partial<Change> & Pick<Change, 'recordId' | 'operation' | 'fields'>): Change {
    number += 1;
    const made: Change = {
      origin: shore,
      number,
      time: environment.now() * 1024 + number,
      at: environment.now(),
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
    link.receive(vesselId, {
      kind: 'batch',
      vessel: vesselId,
      origin: shore,
      lane: 'normal',
      after: 0,
      hash: hashes.get(changes.at(-1)?.number ?? 0) ?? '',
      attempt: 0,
      proof: [],
      changes,
    });
    return link.takeAcks()[0];
  }

  const verify = () => verifyJournal(join(vessel.directory, databaseFileName));
  const seenAll = (upTo: number) => ({ [origin()]: upTo });

  test("the office's edit stands on board, is acknowledged, and journal and tables agree", async () => {
    const order = await create('Renew gasket');
    const ack = receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'Renew gasket No. 3' },
        seen: seenAll(1),
      }),
    );
    expect(ack).toMatchObject({ origin: shore, held: 1, hash, outcome: 'stored' });
    const changed = await vessel.call('workOrders.get', { id: order.id });
    expect(changed).toMatchObject({ title: 'Renew gasket No. 3', updatedBy: 'K. Ito', conflicts: [] });
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
    expect((await status()).journal.fromShore).toBe(1);
  });

  test('the same batch again changes nothing and is acknowledged again', async () => {
    const order = await create('One');
    const change = shoreChange({
      recordId: order.id,
      operation: 'update',
      fields: { title: 'Two' },
      seen: seenAll(1),
    });
    receive(change);
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'Three' } });
    expect(receive(change)).toMatchObject({ held: 1, outcome: 'stored' });
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('Three');
    expect(verify()).toMatchObject({ ok: true, changes: 3 });
  });

  test('one field set on both sides without seeing each other: both values are kept, with what stood before', async () => {
    const order = await create('Original');
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'From the ship' } });
    environment.advance(1_000);
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'From the office' },
        seen: seenAll(1),
      }),
    );
    const found = await vessel.call('workOrders.get', { id: order.id });
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

    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'Settled' } });
    expect((await vessel.call('workOrders.get', { id: order.id })).conflicts).toEqual([]);
    expect((await status()).conflicts).toBe(0);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('different fields on both sides: both stand, no conflict', async () => {
    const order = await create('Original');
    await vessel.call('workOrders.update', { id: order.id, changes: { actualHours: 4 } });
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { priority: 'high' },
        seen: seenAll(1),
      }),
    );
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      actualHours: 4,
      priority: 'high',
      conflicts: [],
    });
  });

  test('a sign-off on board is not undone by an edit from the office that had not seen it', async () => {
    const order = await create('Original');
    await vessel.call('workOrders.update', { id: order.id, changes: { status: 'completed' } });
    environment.advance(60_000);
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { status: 'on_hold' },
        seen: seenAll(1),
      }),
    );
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      status: 'completed',
      sync: 'conflict',
    });
  });

  test('a delete ashore does not take away what was changed on board meanwhile', async () => {
    const order = await create('Original');
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'Still needed' } });
    receive(shoreChange({ recordId: order.id, operation: 'delete', fields: {}, seen: seenAll(1) }));
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({ title: 'Still needed' });
    receive(shoreChange({ recordId: order.id, operation: 'delete', fields: {}, seen: seenAll(2) }));
    expect((await vessel.refusal('workOrders.get', { id: order.id })).code).toBe('not_found');
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
    expect((await vessel.call('workOrders.list', {})).total).toBe(0);
    expect(verify()).toMatchObject({ ok: true, changes: 1 });
    expect(receive(first)).toMatchObject({ held: 2 });
    expect((await vessel.call('workOrders.get', { id })).title).toBe('Changed ashore');
    expect(verify()).toMatchObject({ ok: true, changes: 2 });
  });

  test('a change that breaks a rule is kept apart and told; what is behind it goes on', async () => {
    const order = await create('One');
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
    expect(await vessel.call('workOrders.get', { id: order.id })).toMatchObject({
      title: 'Still comes',
      status: 'open',
    });
    expect((await vessel.call('sync.problems', {})).items).toMatchObject([{ code: 'parked' }]);
    expect(verify()).toMatchObject({ ok: true });
  });

  test('a change of a newer program is stored, not applied, and acknowledged', async () => {
    const order = await create('One');
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
    const other = await create('Another');
    await vessel.call('workOrders.update', { id: order.id, changes: { title: 'Written on board' } });
    await vessel.call('workOrders.update', { id: other.id, changes: { title: 'Written as well' } });
    const seen = sentBatches()
      .flatMap((batch) => batch.changes)
      .filter(({ operation }) => operation === 'update')
      .map((change) => change.seen[shore] ?? 0);
    expect(seen).toEqual([0, 1]);
  });

  test('another change under a number that is held already is a fork: nothing is stored, and shore is told from where on', async () => {
    const order = await create('One');
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
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('A');
  });

  test('nonsense from the link is refused, told, and stops nothing', async () => {
    const order = await create('One');
    const topic = `arus/${vesselId}/down/normal`;
    link.receiveBytes(topic, new TextEncoder().encode('hello?'));
    link.receiveBytes(topic, new Uint8Array([0xa7, 99, 1, 2, 3]));
    link.receiveBytes(topic, new Uint8Array(300_000));
    link.receiveBytes('some/other/topic', new Uint8Array(3));
    link.receive(vesselId, {
      kind: 'ack',
      vessel: vesselId,
      origin: origin(),
      held: 0,
      hash,
      ...plainAck,
      outcome: 'status',
      attempt: null,
      problems: [],
    });
    expect((await vessel.call('sync.problems', {})).items.map((problem) => problem.code).sort()).toEqual([
      'malformed',
      'oversize',
      'unknown_version',
    ]);
    receive(
      shoreChange({
        recordId: order.id,
        operation: 'update',
        fields: { title: 'Goes on' },
        seen: seenAll(1),
      }),
    );
    expect((await vessel.call('workOrders.get', { id: order.id })).title).toBe('Goes on');
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
