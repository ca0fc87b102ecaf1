import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import { positionName, positionOf, type Ask, type Page } from '#shared/sync/snapshot/messages.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { silentLog } from '#support/silent-log.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { virtualEnvironment, type VirtualEnvironment } from '#support/virtual-environment.ts';
import { databaseFileName, openDatabase } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { orderAt } from '#support/filled-vessel.ts';

const vesselId = 'mv-aurora';
const lost = 'vlost00pc00';

let environment: VirtualEnvironment;
let link: ScriptedLink;
let vessel: TestVessel;

beforeEach(() => {
  environment = virtualEnvironment(silentLog);
  link = new ScriptedLink(({ number }) => changes[number - 1]?.recordId ?? null);
  vessel = openTestVessel({ environment, openLink: link.open });
});
afterEach(() => vessel.node.close());

const reopen = async (meanwhile = (): void => {}): Promise<void> => {
  await vessel.node.close();
  meanwhile();
  link = new ScriptedLink(({ number }) => changes[number - 1]?.recordId ?? null);
  vessel = openTestVessel({ environment, openLink: link.open, directory: vessel.directory });
};
const status = () => vessel.call('sync.status', {});
const verify = () => verifyJournal(join(vessel.directory, databaseFileName));
const settle = (): void => {
  for (let turn = 0; turn < 30; turn += 1) environment.advance(0);
};

/** The lost computer's journal: `count` orders raised. */
function journalOf(count: number): { changes: Change[]; hashes: string[] } {
  const changes: Change[] = [];
  const hashes: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const change: Change = {
      origin: lost,
      number: index + 1,
      time: (Date.UTC(2026, 0, 1) + index) * 1024,
      at: Date.UTC(2026, 0, 1) + index,
      seen: {},
      entity: 'work_order',
      recordId: `019b7600-0000-7000-8000-${String(index).padStart(12, '0')}`,
      operation: 'create',
      fields: orderAt(index),
      actorId: null,
      actorName: 'Planner',
      device: 'Bridge PC',
      lane: 'normal',
      version: 1,
    };
    changes.push(change);
    hashes.push(chainNext(hashes.at(-1) ?? chainStart(vesselId, lost), change));
  }
  return { changes, hashes };
}

const { changes, hashes } = journalOf(300);

const recordOf = ({ recordId, fields, at, actorName, time, number, seen }: Change): SnapshotRecord => ({
  entity: 'work_order',
  id: recordId,
  values: fields,
  updatedAt: at,
  updatedBy: actorName,
  state: { c: [time, lost, number, seen], f: {}, t: { [lost]: number } },
  history: [],
});

const startAt = (number: number): NonNullable<Page['start']> => ({
  heads: number === 0 ? [] : [{ origin: lost, upTo: number, hash: hashes[number - 1] ?? '' }],
  time: (changes[number - 1]?.time ?? 0) + 5,
  total: number,
  numbers: number === 0 ? [] : [`WO-2026-${String(number).padStart(6, '0')}`],
});

/** Cursor after so many of the orders. */
const cursor = (count: number): string => `3:019b7600-0000-7000-8000-${String(count).padStart(12, '0')}`;

/** What shore answers: orders `first` to `last` (from 0) of a position at `upTo`. */
function page(ask: Ask, upTo: number, [first, last]: [number, number], more: Partial<Page> = {}): Page {
  const start = startAt(upTo);
  const next = last + 1 < upTo ? cursor(last) : null;
  return {
    kind: 'page',
    vessel: vesselId,
    origin: ask.origin,
    attempt: ask.attempt,
    start: ask.position === null && ask.after === '0:' && first === 0 ? start : null,
    at: positionName(positionOf(start)),
    after: first === 0 ? '0:' : cursor(first - 1),
    next,
    runEnd: next,
    version: recordsVersion,
    records: packRecords(changes.slice(first, last + 1).map(recordOf)),
    ...more,
  };
}

function receive(message: Page): void {
  link.receive(vesselId, message);
  settle();
}

function asked(): Ask {
  const ask = link.takeAsks().at(-1);
  if (ask === undefined) throw new Error('The node has not asked');
  return ask;
}

test('a node that wrote before it ever had a link is given the ship all the same', async () => {
  const own = await vessel.call('workOrders.create', { title: 'Raised before the first contact' });
  link.up();
  const published = link.takePublished();
  expect(published.map(({ topic }) => topic.split('/').at(-1))).toEqual(['presence', 'hello', 'ask']);
  await reopen();
  link.up();
  receive(page(asked(), 300, [0, 299]));
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(301);
  expect((await vessel.call('workOrders.get', { id: own.id })).title).toBe('Raised before the first contact');
  expect(verify()).toMatchObject({ ok: true, records: 301, waiting: 1 });
});

test('goes on where it stood after the link was cut and the program ended, in the middle of a page too', async () => {
  link.up();
  const first = asked();
  expect(first).toMatchObject({ position: null, after: '0:' });
  receive(page(first, 300, [0, 99]));
  expect((await status()).snapshot).toEqual({ taken: 100, total: 300 });
  expect(asked()).toMatchObject({ position: { [lost]: 300 }, after: cursor(99), attempt: first.attempt });
  link.down();
  link.up();
  const second = asked();
  expect(second).toMatchObject({ after: cursor(99) });
  expect(second.attempt).not.toBe(first.attempt);

  // A part of the page is stored, then the program ends.
  link.receive(vesselId, page(second, 300, [100, 199]));
  expect((await status()).snapshot).toEqual({ taken: 100, total: 300 });
  await reopen();
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(150);
  expect(verify()).toMatchObject({ ok: true });
  link.up();
  const third = asked();
  expect(third).toMatchObject({ position: { [lost]: 300 }, after: cursor(99) });
  receive(page(third, 300, [100, 199]));
  receive(page(asked(), 300, [200, 299]));
  expect((await status()).snapshot).toBeNull();
  expect(verify()).toMatchObject({ ok: true, records: 300, changes: 0 });
  await reopen();
  link.up();
  expect(link.takeAsks()).toEqual([]);
});

test('pages of another moment, of another node, of an earlier ask and out of order are passed over', async () => {
  link.up();
  const ask = asked();
  receive(page(ask, 300, [0, 99], { origin: 'vother00pc00' }));
  receive(page(ask, 300, [0, 99], { attempt: ask.attempt + 1 }));
  expect((await status()).snapshot).toEqual({ taken: 0, total: 0 });
  receive(page(ask, 300, [0, 99]));
  const next = asked();
  receive(page(next, 200, [100, 199]));
  const again = asked();
  expect(again).toMatchObject({ after: cursor(99), attempt: next.attempt + 1 });
  receive(page(again, 300, [200, 299]));
  expect(asked()).toMatchObject({ after: cursor(99), attempt: next.attempt + 2 });
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(100);
});

test('there is no digest to be compared before all of it has come', async () => {
  link.up();
  receive(page(asked(), 300, [0, 199]));
  const digest = (): string | null => {
    const opened = openDatabase(vessel.directory, environment);
    const { digests } = new VesselStore(opened.connection, vesselId, environment);
    while (!digests.advance());
    const current = digests.current();
    opened.close();
    return current;
  };
  await reopen(() => expect(digest()).toBeNull());
  link.up();
  receive(page(asked(), 300, [200, 299]));
  await reopen(() => expect(digest()).toHaveLength(32));
});

test('asks again when nothing comes', async () => {
  link.up();
  const { attempt } = asked();
  environment.advance(29_000);
  expect(link.takeAsks()).toEqual([]);
  environment.advance(2_000);
  expect(asked()).toMatchObject({ attempt: attempt + 1, after: '0:' });
});

test('a page whose records break their rules is refused and told of, and nothing of it is stored', async () => {
  link.up();
  const [one, two] = changes.slice(0, 2).map(recordOf);
  if (one === undefined || two === undefined) throw new Error('There are two');
  const broken = { ...two, values: { ...two.values, status: 'sunk' } };
  receive(page(asked(), 300, [0, 1], { records: packRecords([one, broken]) }));
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(0);
  const { items } = await vessel.call('sync.problems', {});
  expect(items[0]).toMatchObject({ code: 'malformed' });
  const unknown = { ...two, values: { ...two.values, colour: 'red' } };
  receive(page(asked0(), 300, [0, 1], { records: packRecords([unknown]) }));
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(0);

  function asked0(): Ask {
    link.down();
    link.up();
    return asked();
  }
});

test('records of a newer program are left until this one is updated, and people are told once', async () => {
  for (let time = 0; time < 2; time += 1) {
    link.up();
    receive(page(asked(), 300, [0, 99], { version: recordsVersion + 1 }));
    link.down();
  }
  const { items } = await vessel.call('sync.problems', {});
  expect(items).toMatchObject([{ code: 'newer_program' }]);
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(0);
});

test('begins anew where shore was set back meanwhile, keeps what has come, and asks as one that holds nothing', async () => {
  link.up();
  receive(page(asked(), 300, [0, 99]));
  receive(page(asked(), 300, [100, 199], { at: null }));
  const anew = asked();
  expect(anew).toMatchObject({ position: null, after: '0:' });
  await reopen();
  link.up();
  const ask = asked();
  expect(ask).toMatchObject({ position: null, after: '0:' });
  receive(page(ask, 200, [0, 199]));
  expect((await status()).snapshot).toBeNull();
  expect((await vessel.call('workOrders.list', { limit: 1 })).total).toBe(200);
  expect(verify()).toMatchObject({ ok: true, records: 200 });
});

test('what is written while a snapshot arrives is later than everything in it, after a restart too', async () => {
  link.up();
  const ask = asked();
  // The office's clock is an hour ahead.
  const ahead = (environment.now() + 3_600_000) * 1024;
  receive(page(ask, 300, [0, 99], { start: { ...startAt(300), time: ahead } }));
  await reopen();
  const { id } = await vessel.call('workOrders.create', { title: 'Raised meanwhile' });
  await vessel.call('workOrders.update', {
    id: changes[5]?.recordId ?? '',
    changes: { title: 'Edited meanwhile' },
  });
  link.up();
  environment.advance(0);
  const [batch] = link.takeBatches();
  expect(batch?.changes.map(({ recordId }) => recordId)).toEqual([id, changes[5]?.recordId]);
  for (const change of batch?.changes ?? []) {
    expect(change.time).toBeGreaterThan(ahead);
    expect(change.seen).toEqual({ [lost]: 300 });
  }
  expect((await vessel.call('workOrders.get', { id })).number).toBe('WO-2026-000301');
});
