import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import type { Change } from '#shared/sync/change.ts';
import { latestApplied, latestHybridTime } from '#shared/sync/clock.ts';
import { plainAck, type Ack } from '#shared/sync/frame.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { positionName, positionOf } from '#shared/sync/snapshot/messages.ts';
import { orderAt } from '#support/filled-vessel.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { readDatabase } from './database.ts';
import { ScriptedShip, vesselId } from './scripted-ship.ts';

/** Another computer of the ship, of which shore hands on what it writes: whoever has its password. */
const shore = 's0shore0shore';
const stranger = 'vzzzzzzzzzzzz';

let ship: ScriptedShip;
/** Where the stranger's and shore's journals end. */
let ends: Map<string, { number: number; hash: string }>;

beforeEach(() => {
  ship = new ScriptedShip();
  ends = new Map();
  ship.link.up();
  ship.link.answerAsk();
  ship.environment.advance(0);
  ship.link.takePublished();
});
afterEach(() => ship.close());

/** The next change of the stranger, or of another, comes; it has seen the ship's first unless it says otherwise. */
function receive({
  after,
  ...given
}: Partial<Change> & Pick<Change, 'recordId' | 'fields'> & { after?: number }): Ack | undefined {
  const origin = given.origin ?? stranger;
  const end = ends.get(origin) ?? { number: 0, hash: chainStart(vesselId, origin) };
  const number = end.number + 1;
  const change: Change = {
    origin,
    number,
    time: ship.environment.now() * 1024 + 500,
    at: ship.environment.now(),
    seen: { [ship.origin]: 1 },
    entity: 'work_order',
    operation: 'update',
    actorId: null,
    actorName: 'Nobody',
    device: 'A laptop',
    lane: 'normal',
    version: 1,
    ...given,
  };
  const hash = chainNext(end.hash, change);
  ends.set(origin, { number, hash });
  ship.link.receive(vesselId, {
    kind: 'batch',
    vessel: vesselId,
    origin,
    lane: 'bulk',
    after: after ?? number - 1,
    hash,
    attempt: 0,
    proof: [],
    changes: [change],
  });
  return ship.link.takeAcks()[0];
}

const edit = (id: string, changes: Record<string, unknown>) =>
  ship.vessel.call('workOrders.update', { id, changes });
const order = (id: string) => ship.vessel.call('workOrders.get', { id });
const verify = () => verifyJournal(join(ship.vessel.directory, databaseFileName));

/** Time of the change that the ship wrote last. */
const lastTime = (): number =>
  readDatabase(ship.vessel.directory, (connection) =>
    Number(
      connection
        .prepare('SELECT time FROM sync_journal WHERE origin = ? ORDER BY number DESC LIMIT 1')
        .pluck()
        .get(ship.origin),
    ),
  );

test('the latest time that a message can have is kept aside, and the next edit is one that shore takes', async () => {
  const { id } = await ship.create('Renew gasket');
  const ack = receive({ recordId: id, fields: { title: 'From the year 2200' }, time: latestHybridTime });
  expect(ack).toMatchObject({ outcome: 'stored', problems: [{ code: 'parked' }] });
  expect((await order(id)).title).toBe('Renew gasket');

  await edit(id, { title: 'Renew both gaskets' });
  expect(lastTime()).toBeLessThan(latestApplied('vessel'));
  expect((await order(id)).title).toBe('Renew both gaskets');
  expect(verify()).toMatchObject({ ok: true });
});

test('a record at the very end of time is read, and an edit of it says why it cannot be; others go on', async () => {
  const { id } = await ship.create('Renew gasket');
  receive({ recordId: id, fields: { title: 'At the end' }, time: latestApplied('vessel') });
  expect((await order(id)).title).toBe('At the end');
  const refused = await ship.vessel.refusal('workOrders.update', { id, changes: { title: 'Mine' } });
  expect(refused).toMatchObject({ code: 'not_allowed' });
  expect(refused.message).toContain('beyond the year 2190');
  const other = await ship.create('Overhaul pump');
  await edit(other.id, { title: 'Overhaul both pumps' });
  expect(verify()).toMatchObject({ ok: true });
});

test('two changes that break the same rule are both told, each with its record', async () => {
  const first = await ship.create('Renew gasket');
  const second = await ship.create('Overhaul pump');
  receive({ recordId: first.id, fields: { status: 'sunk' } });
  receive({ recordId: second.id, fields: { status: 'sunk' } });
  receive({ recordId: second.id, fields: { status: 'sunk' } });
  const { items } = await ship.vessel.call('sync.problems', {});
  const parked = items.filter(({ code }) => code === 'parked');
  expect(new Set(parked.map(({ recordId }) => recordId))).toEqual(new Set([first.id, second.id]));
  expect(parked).toHaveLength(2);
  expect(parked[0]?.message).toContain('(on board, A laptop)');
});

test('a claim to have seen what this computer never wrote is told', async () => {
  const { id } = await ship.create('Renew gasket');
  const told = async (): Promise<string[]> =>
    (await ship.vessel.call('sync.problems', {})).items.flatMap(({ code, message }) =>
      code === 'unknown_seen' ? [message] : [],
    );
  receive({ recordId: id, fields: { title: 'Honest' } });
  expect(await told()).toEqual([]);
  receive({ recordId: id, fields: { title: 'Poison' }, seen: { [ship.origin]: 1_000_000 } });
  expect(await told()).toEqual([
    expect.stringContaining('had seen 1000000 changes of this computer, which has written 1'),
  ]);
});

test('while what shore holds does not come, shore is told again that the ship is there and takes it', async () => {
  await ship.create('Renew gasket');
  const status: Ack = {
    kind: 'ack',
    ...plainAck,
    vessel: vesselId,
    origin: ship.origin,
    held: 0,
    hash: chainStart(vesselId, ship.origin),
    outcome: 'status',
    attempt: null,
    problems: [],
    holding: { held: { [stranger]: 3 }, digest: null },
  };
  ship.link.receive(vesselId, status);
  ship.link.takePublished();
  ship.environment.advance(30_000);
  const kinds = ship.link.takePublished().map(({ topic }) => topic.split('/').at(-1));
  expect(kinds).toContain('presence');
  expect(kinds).toContain('hello');
});

/** Shore's word that it has a journal as records alone, and the snapshot that the node then asks for. */
function receiveSnapshot(head: { origin: string; upTo: number; hash: string }): void {
  const at = ship.environment.now();
  const record = {
    entity: 'work_order',
    id: '019b7600-0000-7000-8000-000000000001',
    values: orderAt(0),
    updatedAt: at,
    updatedBy: 'Nobody',
    state: {
      c: [at * 1024, head.origin, 1, {}],
      f: {},
      t: { [head.origin]: 1 },
    } satisfies SnapshotRecord['state'],
    history: [],
  };
  ship.link.receive(vesselId, {
    kind: 'base',
    vessel: vesselId,
    origin: ship.origin,
    transfer: '0'.repeat(16),
    total: 0,
    heads: [{ origin: 'vother00000', upTo: 2, hash: 'cd'.repeat(32) }],
    page: null,
    answer: null,
  });
  const ask = ship.link.takeAsks().at(-1);
  if (ask === undefined) throw new Error('The node has not asked');
  const start = { heads: [head], time: 0, total: 0, numbers: [] };
  ship.link.receive(vesselId, {
    kind: 'page',
    vessel: vesselId,
    origin: ship.origin,
    attempt: ask.attempt,
    start,
    at: positionName(positionOf(start)),
    after: ask.after,
    next: null,
    runEnd: null,
    version: recordsVersion,
    records: packRecords([record]),
  });
}

test('word of records that no snapshot brings makes the node take a few, not one after the other for ever', async () => {
  await ship.create('Renew gasket');
  for (let time = 0; time < 3; time += 1) {
    receiveSnapshot({ origin: stranger, upTo: 1, hash: 'ab'.repeat(32) });
    for (let turn = 0; turn < 30; turn += 1) ship.environment.advance(0);
  }
  const say = (upTo: number): number => {
    ship.link.receive(vesselId, {
      kind: 'base',
      vessel: vesselId,
      origin: ship.origin,
      transfer: '0'.repeat(16),
      total: 0,
      heads: [{ origin: 'vother00000', upTo, hash: 'cd'.repeat(32) }],
      page: null,
      answer: null,
    });
    return ship.link.takeAsks().length;
  };
  expect(say(2)).toBe(0);
  // Of more there may be something to come.
  expect(say(3)).toBe(1);
});

test('a snapshot that tells of another journal than the one held is not joined to it', async () => {
  const { id } = await ship.create('Renew gasket');
  receive({ recordId: id, fields: { title: 'Under this number' } });
  receiveSnapshot({ origin: stranger, upTo: 1, hash: 'ab'.repeat(32) });
  const hello = ship.link.take().find((message) => message.kind === 'hello');
  expect(hello).not.toHaveProperty('wants');
  expect((await ship.status()).snapshot).toBeNull();
  expect((await ship.vessel.call('workOrders.list', { limit: 1 })).total).toBe(1);
  expect((await order(id)).title).toBe('Under this number');
});

test('a snapshot that goes on from what came of the office is taken after the changes between were asked for', async () => {
  const { id } = await ship.create('Renew gasket');
  receive({ origin: shore, recordId: id, fields: { title: 'Under the first number' } });
  const head = { origin: shore, upTo: 2, hash: 'ab'.repeat(32) };
  receiveSnapshot(head);
  const hello = ship.link.take().find((message) => message.kind === 'hello');
  expect(hello).not.toHaveProperty('wants');
  expect((await ship.status()).snapshot).toBeNull();
  expect((await ship.vessel.call('workOrders.list', { limit: 1 })).total).toBe(1);

  // Nobody has them: the second time the records are taken.
  receiveSnapshot(head);
  expect((await ship.vessel.call('workOrders.list', { limit: 1 })).total).toBe(2);
});

test('a snapshot is not joined to what came across a gap of another journal, which takes a name of its own', async () => {
  const { id } = await ship.create('Renew gasket');
  const base = { number: 1, hash: chainStart(vesselId, shore) };
  // The first of it never came, so that the second lies beyond a gap.
  ends.set(shore, base);
  receive({ origin: shore, recordId: id, fields: { title: 'Under the second number' }, after: 0 });
  const head = { origin: shore, upTo: 1, hash: 'ab'.repeat(32) };
  const held = () =>
    readDatabase(ship.vessel.directory, (connection) =>
      connection.prepare(`SELECT origin, count(*) AS entries FROM sync_journal GROUP BY origin`).all(),
    );
  expect(held()).toContainEqual({ origin: shore, entries: 1 });

  receiveSnapshot(head);
  expect(ship.link.take().find((message) => message.kind === 'hello')).not.toHaveProperty('wants');
  expect((await ship.vessel.call('workOrders.list', { limit: 1 })).total).toBe(1);

  // The batches did not bring it out.
  receiveSnapshot(head);
  expect(held()).not.toContainEqual(expect.objectContaining({ origin: shore }));
  expect((await ship.vessel.call('workOrders.list', { limit: 1 })).total).toBe(2);
  expect((await order(id)).title).toBe('Under the second number');
  expect(verify()).toMatchObject({ ok: true });
});

test('a change that waits for a program that there never will be does not end the talk with shore', async () => {
  const { id } = await ship.create('Renew gasket');
  ship.link.takePublished();
  // Shore holds all that was written here.
  const acknowledged: Ack = {
    kind: 'ack',
    ...plainAck,
    vessel: vesselId,
    origin: ship.origin,
    held: 1,
    hash: ship.hashAt(1),
    outcome: 'stored',
    attempt: null,
    problems: [],
  };
  ship.link.receive(vesselId, acknowledged);
  const ack = receive({ recordId: id, fields: { title: 'From the future' }, version: 999_999 });
  expect(ack).toMatchObject({ outcome: 'stored', problems: [{ code: 'newer_program' }] });
  const hellos = () => ship.link.take().filter((message) => message.kind === 'hello');
  for (let round = 0; round < 5; round += 1) {
    ship.environment.advance(60_000);
    const attempt = hellos().at(-1)?.attempt ?? null;
    if (attempt !== null) ship.link.receive(vesselId, { ...acknowledged, outcome: 'status', attempt });
  }
  ship.environment.advance(600_000);
  expect(hellos()).toEqual([]);
  receive({ recordId: id, fields: { title: 'From the future again' }, version: 999_999 });
  ship.environment.advance(600_000);
  expect(hellos()[0]).toMatchObject({ held: { [stranger]: 2 }, digest: null });
});

test('a claim to have seen what is not written yet freezes no field', async () => {
  const { id } = await ship.create('Renew gasket');
  const shore = 's0shore0shore';
  receive({
    recordId: id,
    fields: { title: 'Poison' },
    seen: { [ship.origin]: 1_000_000, [shore]: 1_000_000 },
  });
  expect((await order(id)).title).toBe('Poison');
  ship.environment.advance(60_000);
  await edit(id, { title: 'By the crew' });
  ship.environment.advance(60_000);
  const all = { [ship.origin]: 2, [stranger]: 1 };
  receive({ origin: shore, recordId: id, fields: { title: 'By the office' }, seen: all });
  expect(await order(id)).toMatchObject({ title: 'By the office', conflicts: [] });
  expect(verify()).toMatchObject({ ok: true });
});

test('notes that are longer together than one may type can be read, and other fields and the notes written on', async () => {
  const { id } = await ship.create('Renew gasket');
  await edit(id, { notes: `${'a'.repeat(39_000)}\nOurs` });
  receive({ recordId: id, fields: { notes: `${'b'.repeat(39_000)}\nTheirs` } });
  const { notes } = await order(id);
  expect(notes.length).toBeGreaterThan(65_536);
  expect(notes).toContain('Ours');
  expect(notes).toContain('Theirs');

  await edit(id, { title: 'Renew both gaskets' });
  expect(await order(id)).toMatchObject({ title: 'Renew both gaskets', notes });
  const refused = await ship.vessel.refusal('workOrders.update', {
    id,
    changes: { notes: `${notes}\nMore` },
  });
  expect(refused.message).toContain('At most 65536 characters');
  expect(refused.message).toContain('stays in the history');
  await edit(id, { notes: `${notes.slice(-40_000)}\nMore` });
  expect((await order(id)).notes).toMatch(/\nMore$/);
  expect(verify()).toMatchObject({ ok: true });
});

test('a number from the end of the year’s range is not counted on from', async () => {
  const first = await ship.create('Renew gasket');
  const { number: second } = await ship.create('Overhaul pump');
  const prefix = second.slice(0, -6);
  receive({ recordId: first.id, fields: { number: `${prefix}499999` } });
  expect((await order(first.id)).number).toBe(`${prefix}499999`);
  expect(second).toBe(`${prefix}000002`);
  expect((await ship.create('Clean strainer')).number).toBe(`${prefix}000003`);
  expect((await ship.create('Clean the other')).number).toBe(`${prefix}000004`);
});
