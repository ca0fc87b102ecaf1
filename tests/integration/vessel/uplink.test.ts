import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { encodePresence, openFrame, type Batch } from '#shared/sync/frame.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { gatewayPresence } from '#shared/sync/topics.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { until } from '#support/until.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel } from '#support/vessel.ts';
import { ScriptedShip, vesselId } from './scripted-ship.ts';

let ship: ScriptedShip;
beforeEach(() => {
  ship = new ScriptedShip();
});
afterEach(() => ship.close());

describe('the uplink', () => {
  test('hands nothing to the link while it is down, and everything when it is up, with the hello beside it', async () => {
    await ship.create('One');
    await ship.create('Two');
    expect(ship.link.takePublished()).toEqual([]);

    ship.link.up();
    const [hello, batch] = ship.sentMessages();
    expect(hello).toMatchObject({ kind: 'hello', vessel: vesselId, last: 2, recordsVersion });
    expect(batch).toMatchObject({ kind: 'batch', lane: 'normal', after: 0 });
    expect((batch as Batch).changes.map((change) => change.number)).toEqual([1, 2]);
  });

  test("the broker's word takes nothing out of the queue; shore's does", async () => {
    const order = await ship.create('One');
    ship.link.up();
    ship.environment.advance(0);
    const published = ship.link.takePublished();
    for (const message of published) await message.confirm();
    await ship.settle();
    expect((await ship.status()).queue).toMatchObject({ depth: 1, sent: 1 });
    expect((await ship.vessel.call('workOrders.get', { id: order.id })).sync).toBe('sent');

    ship.acknowledge(1);
    expect((await ship.status()).queue).toMatchObject({ depth: 0, sent: 0 });
    expect((await ship.vessel.call('workOrders.get', { id: order.id })).sync).toBe('held');
    expect((await ship.status()).journal).toMatchObject({ last: 1, acknowledged: 1 });
  });

  test('what was sent and not acknowledged is sent again after the connection is lost, and after the app was killed', async () => {
    await ship.create('One');
    ship.link.up();
    ship.environment.advance(0);
    ship.link.takePublished();
    ship.link.down();
    ship.link.up();
    expect(ship.sentBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);

    await ship.restart();
    ship.link.up();
    expect(ship.sentBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('every batch shows what is here at the numbers where shore holds another journal, until it does not', async () => {
    await ship.create('One');
    await ship.create('Two', 'critical');
    await ship.create('Three');
    ship.link.up();
    ship.sentMessages();
    const another = 'ab'.repeat(32);
    ship.acknowledge(2, { hash: another, outcome: 'gap' });
    const marks = [[2, fingerprintOf(ship.hashAt(2))]];
    ship.link.down();
    ship.link.up();
    const shown = ship.sentBatches();
    expect(shown.map(({ lane }) => lane)).toEqual(['urgent', 'normal']);
    for (const { proof } of shown) expect(proof).toEqual(expect.arrayContaining(marks));

    // Of a fork the number before it is named, where that is not as it is here either.
    ship.acknowledge(2, { hash: another, outcome: 'fork', fork: { number: 2, hash: another } });
    ship.link.down();
    ship.link.up();
    for (const { proof } of ship.sentBatches())
      expect(proof).toEqual(expect.arrayContaining([...marks, [1, fingerprintOf(ship.hashAt(1))]]));

    ship.acknowledge(0);
    ship.link.down();
    ship.link.up();
    expect(ship.sentBatches()[0]?.proof).toEqual([]);
  });

  test('several batches are in flight, none too large and no more than the window, and the next goes when one is acknowledged', async () => {
    await ship.restartWith(9_000);
    ship.link.up();
    const flying: Batch[] = [];
    let [reached, mostFlying] = [0, 0];
    const depart = (): void => {
      ship.environment.advance(0);
      for (const { topic, payload } of ship.link.published) {
        if (!topic.endsWith('/normal')) continue;
        expect(payload.length).toBeLessThanOrEqual(24 * 1024);
      }
      for (const batch of ship.link.takeBatches()) {
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
      ship.environment.advance(100);
      ship.acknowledge(flying.shift()?.changes.at(-1)?.number ?? 0, { attempt: 1 });
      depart();
    }
    expect(reached).toBe(9_000);
    expect(mostFlying).toBe(4);
    expect((await ship.status()).queue.depth).toBe(0);
  });

  test('an urgent change overtakes a drain', async () => {
    await ship.restartWith(1_200);
    ship.link.up();
    ship.environment.advance(0);
    ship.link.takePublished();
    const order = await ship.create('Crack in the rudder stock', 'critical');
    expect(ship.sentBatches()).toMatchObject([
      { lane: 'urgent', after: 0, changes: [{ recordId: order.id }] },
    ]);
  });

  test('an urgent change takes along the create it stands on, out of the middle of the queue', async () => {
    await ship.restartWith(1_200);
    const order = await ship.create('Rudder stock');
    await ship.create('Behind it');
    ship.link.up();
    ship.environment.advance(0);
    ship.link.takePublished();
    await ship.vessel.call('workOrders.update', { id: order.id, changes: { priority: 'critical' } });
    const [batch] = ship.sentBatches();
    expect(batch?.lane).toBe('urgent');
    expect(batch?.changes.map((change) => [change.operation, change.recordId])).toEqual([
      ['create', order.id],
      ['update', order.id],
    ]);
  });

  test('a batch begins with what was taken along, where shore may hold all else that goes before it and not that', async () => {
    const first = await ship.create('Rudder stock');
    ship.link.up();
    await ship.create('Crack in the hull', 'critical');
    const second = await ship.create('Steering gear');
    const urgent = (): [number, number[]][] =>
      ship
        .sentBatches()
        .flatMap(({ lane, after, changes }) =>
          lane === 'urgent' ? [[after, changes.map(({ number }) => number)]] : [],
        );
    const makeCritical = ({ id }: { id: string }) =>
      ship.vessel.call('workOrders.update', { id, changes: { priority: 'critical' } });
    expect(urgent()).toEqual([[0, [2]]]);
    await makeCritical(first);
    // Shore may hold 2, and this batch be lost.
    expect(urgent()).toEqual([[0, [1, 2, 4]]]);
    await makeCritical(second);
    expect(urgent()).toEqual([[0, [1, 2, 3, 4, 5]]]);
    await ship.create('Fire in the galley', 'critical');
    expect(urgent()).toEqual([[5, [6]]]);
  });

  test('what would go past what was taken along waits for the word on that', async () => {
    const text = (from: number): string =>
      Array.from({ length: 600 }, (_, index) => Math.sin(from + index).toString(36))
        .join('')
        .slice(0, 7_900);
    const first = await ship.create('Rudder stock');
    for (const from of [0, 1_000, 2_000, 3_000])
      await ship.vessel.call('workOrders.create', {
        title: 'Crack in the hull',
        priority: 'critical',
        description: text(from),
        notes: text(from + 10_000),
      });
    await ship.vessel.call('workOrders.update', { id: first.id, changes: { priority: 'critical' } });
    ship.link.up();
    const taken: number[][] = [];
    while (taken.at(-1)?.at(-1) !== 6) {
      const [batch, ...more] = ship.sentBatches().filter(({ lane }) => lane === 'urgent');
      const numbers = batch?.changes.map(({ number }) => number) ?? [];
      // Nothing else goes before shore has said that it holds 1.
      if (taken.length === 0) expect(more).toEqual([]);
      taken.push(numbers, ...more.map(({ changes }) => changes.map(({ number }) => number)));
      ship.acknowledge(taken.at(-1)?.at(-1) ?? 0, { attempt: 1 });
    }
    expect(taken.length).toBeGreaterThan(1);
    expect(taken[0]?.[0]).toBe(1);
  });

  test('a gap makes it start again once, not once for every batch behind the lost one', async () => {
    await ship.restartWith(1_000);
    ship.link.up();
    const attempt = ship.sentBatches()[0]?.attempt ?? 0;
    ship.acknowledge(0, { outcome: 'gap', attempt });
    expect(ship.sentBatches()[0]?.changes[0]?.number).toBe(1);
    ship.acknowledge(0, { outcome: 'gap', attempt });
    ship.acknowledge(0, { outcome: 'gap', attempt });
    expect(ship.sentBatches()).toHaveLength(0);
  });

  test('records that shore knows are named by their creation; where shore cannot look them up, by their ids again', async () => {
    const { id } = await ship.create('Known ashore');
    ship.link.up();
    ship.sentBatches();
    ship.acknowledge(1);
    await ship.vessel.call('workOrders.update', { id, changes: { title: 'Edited' } });
    ship.environment.advance(0);
    const [named] = ship.link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
    const sealed = openFrame(named?.payload ?? new Uint8Array(), vesselId, linkCodec);
    expect(sealed).toMatchObject({ kind: 'sealed', creations: [{ origin: ship.origin, number: 1 }] });
    ship.acknowledge(1, { outcome: 'unresolved', attempt: sealed.kind === 'sealed' ? sealed.attempt : null });
    ship.environment.advance(0);
    const [whole] = ship.link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
    expect(openFrame(whole?.payload ?? new Uint8Array(), vesselId, linkCodec)).toMatchObject({
      kind: 'batch',
      changes: [{ recordId: id }],
    });
  });

  test('they are so too where shore holds another journal under this name, once', async () => {
    const { id } = await ship.create('Known ashore');
    ship.link.up();
    ship.sentBatches();
    ship.acknowledge(1);
    await ship.vessel.call('workOrders.update', { id, changes: { title: 'Edited' } });
    ship.environment.advance(0);
    const [named] = ship.link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
    const sealed = openFrame(named?.payload ?? new Uint8Array(), vesselId, linkCodec);
    const attempt = sealed.kind === 'sealed' ? sealed.attempt : null;
    const unresolved = { hash: 'ab'.repeat(32), outcome: 'unresolved' } as const;
    ship.acknowledge(1, { ...unresolved, attempt });
    const [whole] = ship.sentBatches();
    expect(whole).toMatchObject({ changes: [{ recordId: id }], proof: [[1, fingerprintOf(ship.hashAt(1))]] });
    ship.acknowledge(1, { ...unresolved, attempt: whole?.attempt ?? null });
    expect(ship.sentBatches()).toEqual([]);
  });

  test('silence of shore makes it send again, at growing intervals, for as long as it takes', async () => {
    await ship.create('One');
    ship.link.up();
    const sendings: number[] = [];
    for (let second = 0; second <= 300; second += 1) {
      ship.environment.advance(second === 0 ? 0 : 1_000);
      const batches = ship.link.takePublished().filter(({ topic }) => topic.endsWith('/normal'));
      for (const batch of batches) await batch.confirm();
      if (batches.length > 0) sendings.push(second);
    }
    expect(sendings).toEqual([0, 30, 90, 210]);
    expect(ship.link.opened).toBe(1);
  });

  test('a batch that the link does not take is tried again after a while, not at once', async () => {
    await ship.create('One');
    ship.link.largestTaken = 0;
    ship.link.up();
    ship.environment.advance(0);
    await ship.settle();
    expect(ship.link.refused).toBe(1);
    expect((await ship.status()).link).toMatchObject({
      state: 'online',
      error: { code: 'refused', message: expect.stringMatching(/larger than the broker takes/) },
    });
    ship.environment.advance(29_000);
    await ship.settle();
    expect(ship.link.refused).toBe(1);
    ship.link.largestTaken = Infinity;
    ship.environment.advance(2_000);
    await ship.settle();
    expect(ship.link.takeBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('where a broker takes less than a batch, it is given as much as it takes', async () => {
    for (let number = 0; number < 150; number += 1) await ship.create(`Order ${number} ${Math.sin(number)}`);
    ship.link.largestTaken = 1_200;
    ship.link.up();
    for (
      let seconds = 0;
      seconds < 600 && ship.link.published.every(({ topic }) => !topic.endsWith('/normal'));
      seconds += 10
    ) {
      ship.environment.advance(10_000);
      await ship.settle();
    }
    const [batch] = ship.link.takeBatches();
    expect(batch?.changes.length).toBeGreaterThan(5);
    expect(ship.link.refused).toBeGreaterThan(0);
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
    await ship.create('One');
    ship.link.up();
    expect(ship.sentBatches()).toHaveLength(1);
    ship.environment.advance(29_000);
    expect(ship.link.opened).toBe(1);
    ship.environment.advance(2_000);
    expect(ship.link.opened).toBe(2);
    expect((await ship.status()).link.state).toBe('connecting');
    ship.link.up();
    expect(ship.sentBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('a gateway that comes up is greeted and gets everything at once', async () => {
    await ship.create('One');
    ship.link.up();
    ship.environment.advance(0);
    ship.link.takePublished();
    const presence = encodePresence({ online: true, name: 'gateway', version: '1', since: '' });
    ship.link.receiveBytes(gatewayPresence('a'), presence, true);
    expect(ship.sentMessages()).toEqual([]);
    ship.link.receiveBytes(gatewayPresence('a'), presence);
    expect(ship.sentMessages().map((message) => message.kind)).toEqual(['hello', 'batch']);
  });

  test.each([
    ['changes that were never written', 7, {}],
    ['another journal under the same name', 1, { hash: 'b'.repeat(64) }],
  ])(
    'an acknowledgement of %s empties no queue, and shore is asked where both stand',
    async (_, held, more) => {
      await ship.create('Written here');
      ship.link.up();
      ship.environment.advance(0);
      ship.link.take();
      ship.acknowledge(held, more);
      expect((await ship.status()).queue.depth).toBe(1);
      ship.environment.advance(5_000);
      expect(ship.link.take().map(({ kind }) => kind)).toContain('hello');
    },
  );

  test('an acknowledgement of another incarnation is passed over', async () => {
    await ship.create('One');
    ship.link.up();
    ship.acknowledge(1, { origin: 'vanotherother' });
    expect((await ship.status()).queue.depth).toBe(1);
  });

  test("what shore could not apply is told, order by order, and is out of the ship's queue", async () => {
    const order = await ship.create('One');
    ship.link.up();
    ship.acknowledge(1, { problems: [{ number: 1, code: 'parked', message: 'title: too long' }] });
    expect((await ship.vessel.call('sync.problems', {})).items).toMatchObject([
      { code: 'parked', recordId: order.id },
    ]);
    expect((await ship.status()).queue.depth).toBe(0);
  });

  test('held closed by a person, it stays closed across a restart, and nothing leaves', async () => {
    ship.link.up();
    ship.environment.advance(0);
    ship.link.takePublished();
    await ship.vessel.call('sync.setLink', { enabled: false });
    await ship.settle();
    expect((await ship.status()).link.state).toBe('closed');
    await ship.create('While closed');

    await ship.restart();
    expect(ship.link.opened).toBe(0);
    expect((await ship.status()).link.state).toBe('closed');
    await ship.vessel.call('sync.setLink', { enabled: true });
    expect(ship.link.opened).toBe(1);
    ship.link.up();
    expect(ship.sentBatches()).toMatchObject([{ changes: [{ number: 1 }] }]);
  });

  test('presence is retained, with a last will that says the ship is away', () => {
    ship.link.up();
    const presence = ship.link.takePublished().find((message) => message.topic.endsWith('/presence'));
    expect(presence?.options).toEqual({ qos: 1, retain: true });
    expect(JSON.parse(new TextDecoder().decode(presence?.payload))).toMatchObject({ online: true });
    expect(JSON.parse(new TextDecoder().decode(ship.link.settings?.will.payload))).toMatchObject({
      online: false,
    });
  });
});
