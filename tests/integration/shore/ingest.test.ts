import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { plainAck } from '#shared/sync/frame.ts';
import { rowsOf } from '#shore/store/database.ts';
import { kinds } from './support/databases.ts';
import { openOffice, type Office } from './support/office.ts';
import { Ship } from './support/ship.ts';

describe.each(kinds)('ingest on %s', (kind) => {
  let office: Office;
  let ship: Ship;

  beforeEach(async () => {
    office = await openOffice(kind);
    ship = new Ship('nordlys');
  });
  afterEach(() => office.close());

  const titles = async (): Promise<string[]> =>
    (await office.rows('work_order')).map((row) => String(row['title'])).toSorted();

  test('a batch is stored, applied and acknowledged with the hash of the sender', async () => {
    const id = ship.create({ title: 'Overhaul purifier' });
    ship.update(id, { status: 'in_progress' });

    const { ack, fresh, events } = await office.stored(ship.batch(1, 2, { attempt: 3 }));

    expect(ack).toEqual({
      kind: 'ack',
      vessel: 'nordlys',
      origin: ship.origin,
      held: 2,
      hash: ship.hashes[1],
      outcome: 'stored',
      attempt: 3,
      problems: [],
      ...plainAck,
    });
    expect(fresh).toBe(2);
    expect(events).toEqual([
      { vesselId: 'nordlys', entity: 'work_order', ids: [id], feed: 2, cause: 'vessel' },
    ]);
    const [row] = await office.rows('work_order');
    expect(row).toMatchObject({
      vessel_id: 'nordlys',
      id,
      title: 'Overhaul purifier',
      status: 'in_progress',
      deleted: false,
      updated_at: ship.at,
      updated_by: 'A. Rossi',
    });
    expect((await office.vessel('nordlys')).feed).toBe(2);
  });

  test('taking a batch again changes nothing and is acknowledged again', async () => {
    const id = ship.create();
    ship.update(id, { title: 'Second' });
    const first = await office.stored(ship.batch(1, 2));
    const before = await office.rows('work_order');

    const again = await office.stored(ship.batch(1, 2));

    expect(again.ack).toEqual(first.ack);
    expect(again).toMatchObject({ fresh: 0, duplicates: 2, events: [] });
    expect(await office.rows('work_order')).toEqual(before);
    expect(await office.count('sync_journal')).toBe(2);
    expect((await office.vessel('nordlys')).feed).toBe(2);
  });

  test('an urgent change that overtakes is held beyond the gap, and its hash is checked when the gap closes', async () => {
    const first = ship.create({ title: 'One' });
    ship.update(first, { title: 'One, changed' });
    const urgent = ship.create({ title: 'Steering gear leak', priority: 'critical' });

    const early = await office.stored(ship.batch(3, 3, { after: 0, lane: 'urgent' }));
    expect(early.ack.held).toEqual([0, [3, 3]]);
    expect(await titles()).toEqual(['Steering gear leak']);

    const late = await office.stored(ship.batch(1, 2));
    expect(late.ack.held).toBe(3);
    expect(late.ack.hash).toBe(ship.hashes[2]);
    expect(await titles()).toEqual(['One, changed', 'Steering gear leak']);
    const hashes = (await office.rows('sync_journal')).toSorted(
      (a, b) => Number(a['number']) - Number(b['number']),
    );
    expect(hashes.map((row) => row['hash'])).toEqual(ship.hashes);
    expect(urgent).toBeDefined();
  });

  test('a batch whose predecessor in its lane is missing is not stored, and told where to go on', async () => {
    const id = ship.create();
    for (let i = 0; i < 5; i += 1) ship.update(id, { title: `Title ${i}` });
    await office.stored(ship.batch(1, 2));

    const gap = await office.take(ship.batch(5, 6));

    expect(gap).toMatchObject({ outcome: 'gap', ack: { outcome: 'gap', held: 2, hash: ship.hashes[1] } });
    expect(await office.count('sync_journal')).toBe(2);
    expect(await titles()).toEqual(['Title 0']);
  });

  test('what an urgent change took along is no proof that its lane is held up to there, at any gateway', async () => {
    const [first, second] = [ship.create({ title: 'One' }), ship.create({ title: 'Two' })];
    ship.update(first, { title: 'One, changed' });
    ship.update(second, { priority: 'critical' });

    // The first is lost; the second goes with the urgent change of its order; the third comes late.
    const { ack } = await office.stored(ship.batch(2, 2, { after: 0, lane: 'urgent' }));
    expect(ack.held).toEqual([0, [2, 2]]);
    expect(await office.take(ship.batch(3, 3))).toMatchObject({ outcome: 'gap', ack: { held: [0, [2, 2]] } });
    await office.stored(ship.batch(4, 4, { after: 2, lane: 'urgent' }));

    const { ack: all } = await office.stored(ship.batch(1, 3, { after: 0 }));
    expect(all).toMatchObject({ held: 4, hash: ship.hashes[3] });
    expect(await office.rows('sync_head')).toMatchObject([{ out_of_lane: null }]);
  });

  test('batches in any order give the same tables', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => ship.create({ title: `Order ${index}` }));
    for (const [index, id] of ids.entries())
      ship.update(id, { title: `Order ${index}, second`, notes: 'Done.' });
    for (const id of ids.slice(0, 3)) ship.delete(id);
    const batches = ship.batches(4).map((batch) => ({ ...batch, after: 0 }));

    for (const batch of batches.toReversed()) await office.stored(batch);
    for (const batch of batches) await office.stored(batch);

    const straight = await openOffice(kind);
    try {
      for (const batch of batches) await straight.stored(batch);
      const sorted = async (each: Office): Promise<unknown[]> =>
        (await each.rows('work_order')).toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1));
      expect(await sorted(office)).toEqual(await sorted(straight));
      expect((await straight.rows('sync_versions')).length).toBe(12);
    } finally {
      await straight.close();
    }
    expect(await office.count('sync_journal')).toBe(ship.journal.length);
  });

  test('an update that arrives before its create waits in the versions, and the row shows who was last', async () => {
    const id = ship.create({ title: 'First title' });
    ship.actorName = 'B. Tanaka';
    ship.update(id, { title: 'Last title' });

    await office.stored(ship.batch(2, 2, { after: 0 }));
    expect(await office.count('work_order')).toBe(0);

    await office.stored(ship.batch(1, 1));
    const [row] = await office.rows('work_order');
    expect(row).toMatchObject({ title: 'Last title', updated_by: 'B. Tanaka', updated_at: ship.at });
  });

  test('another change under a number that is held is a fork: nothing is stored, people are told, once', async () => {
    const id = ship.create();
    const clone = ship.clone();
    ship.update(id, { title: 'By the bridge' });
    clone.update(id, { title: 'By the copy' });
    await office.stored(ship.batch(1, 2));

    const fork = await office.take(clone.batch(1, 2));
    await office.take(clone.batch(1, 2));

    expect(fork).toMatchObject({ outcome: 'fork', ack: { outcome: 'fork', held: 2, hash: ship.hashes[1] } });
    expect(await titles()).toEqual(['By the bridge']);
    expect(await office.rows('sync_problems')).toMatchObject([
      { code: 'fork', vessel_id: 'nordlys', times: 2 },
    ]);
  });

  test('a copy that goes on from where the original was is seen by its hash, even with new numbers only', async () => {
    const id = ship.create();
    const clone = ship.clone();
    ship.update(id, { title: 'By the bridge' });
    clone.update(id, { title: 'By the copy' });
    clone.update(id, { title: 'By the copy, again' });
    await office.stored(ship.batch(1, 2));

    const fork = await office.take(clone.batch(3, 3));

    expect(fork.outcome).toBe('fork');
    expect(await office.count('sync_journal')).toBe(2);
    expect(await titles()).toEqual(['By the bridge']);
  });

  test('a claim beyond a gap that does not fit is a fork once the gap is closed', async () => {
    const id = ship.create();
    const clone = ship.clone();
    ship.update(id, { title: 'By the bridge' });
    ship.update(id, { notes: 'Bridge' });
    clone.update(id, { title: 'By the copy' });
    clone.update(id, { notes: 'Copy' });
    await office.stored(ship.batch(1, 1));
    await office.stored(clone.batch(3, 3, { after: 0, lane: 'urgent' }));

    expect((await office.take(ship.batch(2, 2))).outcome).toBe('fork');
  });

  test('a change that breaks a rule is parked and reported, and blocks nothing behind it', async () => {
    const id = ship.create({ title: 'Good' });
    ship.write('update', 'work_order', id, { status: 'exploded' });
    ship.write('create', 'submarine', '0198c0de-0000-7000-8000-000000000001', { depth: 3 });
    ship.update(id, { notes: 'Still here' });

    const { ack } = await office.stored(ship.batch(1, 4));

    expect(ack.held).toBe(4);
    expect(ack.problems.map(({ number, code }) => [number, code])).toEqual([
      [2, 'parked'],
      [3, 'parked'],
    ]);
    expect(await office.rows('work_order')).toMatchObject([{ status: 'open', notes: 'Still here' }]);
    expect((await office.rows('sync_problems')).map((row) => row['code'])).toEqual(['parked', 'parked']);
    // The vessel that missed the answer is told the same again.
    expect((await office.stored(ship.batch(1, 4))).ack.problems).toEqual(ack.problems);
  });

  test('a text that Postgres cannot hold is parked, not a reason to stop', async () => {
    const id = ship.create({ title: 'Good' });
    ship.update(id, { notes: 'nul \u0000 here' });
    ship.update(id, { description: 'half \uD800 a pair' });
    ship.update(id, { title: 'Better' });

    const { ack } = await office.stored(ship.batch(1, 4));

    expect(ack.problems.map(({ number }) => number)).toEqual([2, 3]);
    expect(ack.hash).toBe(ship.hashes[3]);
    expect(await office.rows('work_order')).toMatchObject([{ title: 'Better', notes: '', description: '' }]);
    expect((await office.stored(ship.batch(1, 4))).duplicates).toBe(4);
  });

  test('a change of a newer program is stored and reported, and applied after the update', async () => {
    const id = ship.create({ title: 'Known' });
    ship.version = recordsVersion + 1;
    ship.update(id, { title: 'From the future' });

    const { ack } = await office.stored(ship.batch(1, 2));

    expect(ack).toMatchObject({ held: 2, problems: [{ number: 2, code: 'newer_program' }] });
    expect(await titles()).toEqual(['Known']);
    expect((await office.rows('sync_journal')).map((row) => String(row['applied'])).toSorted()).toEqual([
      'applied',
      'later',
    ]);
  });

  test('what shore writes has not seen what it could not apply', async () => {
    const id = ship.create({ title: 'Known' });
    ship.version = recordsVersion + 1;
    ship.update(id, { title: 'From the future' });
    ship.version = recordsVersion;
    ship.update(id, { notes: 'Three' });
    await office.stored(ship.batch(1, 3));

    await office.write('nordlys', (unit) => unit.update('work_order', id, { title: 'Office' }));

    const [change] = (await office.rows('sync_journal')).filter((row) => row['actor_name'] === 'M. Larsen');
    expect(change?.['seen']).toEqual({ [ship.origin]: [1, [3, 3]] });
  });

  test('what a vessel sends of the journal that shore is writing is not stored', async () => {
    const shore = await office.addVessel('nordlys');
    const impostor = new Ship('nordlys', shore.origin);
    impostor.create();
    expect(await office.take(impostor.batch(1, 1))).toMatchObject({ outcome: 'gap', ack: { held: 0 } });
    expect(await office.count('sync_journal')).toBe(0);
  });

  test('a vessel that may not come in leaves nothing', async () => {
    ship.create();
    const { dependencies } = office;
    const { ingest } = await import('#shore/ingest/ingest.ts');
    const refused = await ingest({ ...dependencies, admit: () => false }, ship.batch(1, 1));
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(await office.count('vessel')).toBe(0);
  });

  test('a failure anywhere before the commit leaves nothing, and the same batch is taken afterwards', async () => {
    ship.create({ title: 'Survives' });
    ship.create({ title: 'Too' });
    const { store } = office;
    const broken = {
      ...office.dependencies,
      store: new Proxy(store, {
        get(target, name, receiver) {
          if (name !== 'transaction') return Reflect.get(target, name, receiver) as unknown;
          return (...args: Parameters<typeof store.transaction>) =>
            store.transaction(args[0], async (tx) => {
              await args[1](tx);
              throw new Error('power loss');
            });
        },
      }),
    };
    const { ingest } = await import('#shore/ingest/ingest.ts');

    await expect(ingest(broken, ship.batch(1, 2))).rejects.toThrow('power loss');
    for (const table of ['vessel', 'sync_journal', 'sync_versions', 'work_order', 'sync_head'])
      expect([table, await office.count(table)]).toEqual([table, 0]);

    await office.stored(ship.batch(1, 2));
    expect(await office.count('work_order')).toBe(2);
  });

  test('parallel gateways taking the same batches, doubled, shuffled and interleaved, store each change once', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => ship.create({ title: `Order ${index}` }));
    for (let round = 0; round < 5; round += 1)
      for (const id of ids) ship.update(id, { title: `Round ${round}`, notes: `Line ${round}` });
    const batches = ship.batches(7).map((batch) => ({ ...batch, after: 0 }));
    const shuffled = [...batches, ...batches, ...batches].toSorted(
      (a, b) => ((a.hash.charCodeAt(5) * 31 + b.hash.charCodeAt(7)) % 7) - 3,
    );

    const results = await Promise.all(shuffled.map((batch) => office.stored(batch)));

    expect(results.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(ship.journal.length);
    expect(await office.count('sync_journal')).toBe(ship.journal.length);
    const feeds = await rowsOf(
      office.database.reader,
      sql`select feed::int as feed from sync_journal order by feed`,
      z.object({ feed: z.number() }),
    );
    expect(feeds.map(({ feed }) => feed)).toEqual(ship.journal.map((_, index) => index + 1));
    expect(new Set(await titles())).toEqual(new Set(['Round 4']));
    const [head] = await office.rows('sync_head');
    expect(head).toMatchObject({ held: ship.journal.length, hash: ship.hashes.at(-1) });
  });
});
