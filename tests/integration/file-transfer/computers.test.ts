import { cpSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillWithRemarks } from './filled-ship.ts';
import { office, TwoEnds, uploaded, vesselId } from './two-ends.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

/** What happens to computers and files, without any link. */
describe('computers that are replaced, copied and killed, with files alone', () => {
  let ends: TwoEnds;
  beforeEach(async () => {
    ends = await TwoEnds.start();
  });
  afterEach(() => ends.close());

  test('its keys are for this user alone, beside the database, and stay over restarts', async () => {
    const { own } = await ends.ship.call('byHand.status', {});
    const file = join(ends.ship.directory, 'by-hand-keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = readFileSync(file, 'utf8');
    await ends.ship.node.close();
    ends.ship = ends.openShip({ directory: ends.ship.directory });
    expect((await ends.ship.call('byHand.status', {})).own).toEqual(own);
    expect(readFileSync(file, 'utf8')).toBe(kept);
  });

  test('without the key of the other end nothing is made, and the person is told what to do', async () => {
    const onBoard = await ends.ship.refusal('byHand.export', { partBytes: 5_000_000 });
    expect(onBoard).toMatchObject({ code: 'not_allowed' });
    expect(onBoard.message).toMatch(/Import the key that the office sends/);
    const ashore: unknown = await ends.shore.fileTransfer
      .export(vesselId, 5_000_000)
      .catch((thrown: unknown) => thrown);
    expect(ashore).toMatchObject({ code: 'not_found' });
  });

  test('a key is imported like a file, and taken over once it has been compared', async () => {
    const { text, fingerprint } = await ends.shore.fileTransfer.ownKey();
    const upload = await uploaded(ends.ship, new TextEncoder().encode(`${text}\n`));
    const result = await ends.ship.call('byHand.import', { upload });
    expect(result).toMatchObject({ outcome: 'key', key: { of: 'shore', fingerprint } });
    expect((await ends.ship.call('byHand.status', {})).peer).toBeNull();
    await ends.ship.call('byHand.trust', { text, fingerprint });
    expect((await ends.ship.call('byHand.status', {})).peer).toMatchObject({ fingerprint, how: 'hand' });
  });

  test('a new computer of the ship gets all that the office holds, and goes on under its own name', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Of the lost computer' });
    await ends.roundTrip();
    await ends.shore.service.workOrders.create(vesselId, { title: 'Of the office' }, office);
    await ends.roundTrip();
    await ends.ship.node.close();

    ends.ship = ends.openShip({ options: { device: 'New bridge PC' } });
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Of the new computer' });
    await ends.roundTrip();
    const { items } = await ends.ship.call('workOrders.list', { limit: 100 });
    expect(items.map(({ title }) => title).sort()).toEqual([
      'Of the lost computer',
      'Of the new computer',
      'Of the office',
    ]);
    await ends.roundTrip();
    expect(await ends.depth()).toBe(0);
    expect(await ends.differences()).toEqual([]);
  });

  test('a copied disk: the second computer takes a new name from the answer, and nothing of either is lost', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Before the copy' });
    await ends.roundTrip();
    await ends.ship.node.close();
    const copy = temporaryDirectory('copy');
    cpSync(ends.ship.directory, copy, { recursive: true });
    ends.ship = ends.openShip({ directory: ends.ship.directory });
    await ends.ship.call('workOrders.create', { title: 'On the bridge' });
    await ends.roundTrip();

    const engine = ends.openShip({ directory: copy, options: { device: 'Engine PC' } });
    try {
      await engine.call('workOrders.create', { title: 'In the engine room' });
      const { origin } = (await engine.call('sync.status', {})).journal;
      const [refused] = await ends.toShore(...(await ends.fromShip(5_000_000, engine)));
      expect(refused).toMatchObject({ outcome: 'refused' });
      expect(refused?.message).toMatch(/two computers wrote under one name/);
      await ends.toShip(await ends.fromShore(), engine);
      expect((await engine.call('sync.status', {})).journal.origin).not.toBe(origin);
      await ends.toShore(...(await ends.fromShip(5_000_000, engine)));
      await ends.toShip(await ends.fromShore(), engine);
      expect(await ends.depth(engine)).toBe(0);
      const { items } = await engine.call('workOrders.list', { limit: 100 });
      expect(items.map(({ title }) => title).sort()).toEqual([
        'Before the copy',
        'In the engine room',
        'On the bridge',
      ]);
      expect(await ends.differences(engine)).toEqual([]);
    } finally {
      await engine.node.close();
    }
  });

  test('a ship restored from its own backup takes a new name from the answer and gets back what it lost', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'Before the backup' });
    await ends.roundTrip();
    await ends.ship.node.close();
    const backup = temporaryDirectory('backup');
    cpSync(ends.ship.directory, backup, { recursive: true });
    ends.ship = ends.openShip({ directory: ends.ship.directory });
    await ends.ship.call('workOrders.create', { title: 'After the backup' });
    await ends.roundTrip();
    await ends.ship.node.close();

    ends.ship = ends.openShip({ directory: backup });
    await ends.roundTrip();
    await ends.roundTrip();
    const { items } = await ends.ship.call('workOrders.list', { limit: 100 });
    expect(items.map(({ title }) => title).sort()).toEqual(['After the backup', 'Before the backup']);
    await ends.ship.call('workOrders.create', { title: 'After the restore' });
    await ends.roundTrip();
    expect(await ends.depth()).toBe(0);
    expect(await ends.differences()).toEqual([]);
  });

  test('the office restored from a backup: the ship hears of it in the file and gives back what was lost', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'One' });
    const first = await ends.fromShip();
    await ends.toShore(...first);
    // Of the answer that follows the backup knows nothing: the ship has had it.
    await backUp(ends.url);
    await ends.toShip(await ends.fromShore());
    await ends.ship.call('workOrders.create', { title: 'Two' });
    await ends.roundTrip();
    expect(await ends.depth()).toBe(0);
    await restore(ends.url);
    await ends.ship.call('workOrders.create', { title: 'Three' });
    const [gap] = await ends.toShore(...(await ends.fromShip()));
    expect(gap).toMatchObject({ outcome: 'refused' });
    expect(gap?.message).toMatch(/Make a file here and send it back/);
    await ends.toShip(await ends.fromShore());
    expect(await ends.depth()).toBe(2);
    await ends.roundTrip();
    expect(await ends.depth()).toBe(0);
    expect(await ends.differences()).toEqual([]);
  });

  test('what was newer comes first: an older file after it changes nothing that is known of the ship', async () => {
    await ends.exchangeKeys();
    await ends.ship.call('workOrders.create', { title: 'A' });
    const older = await ends.fromShip();
    await ends.ship.call('workOrders.create', { title: 'B' });
    const newer = await ends.fromShip();
    await ends.toShore(...newer);
    await ends.toShore(...older);
    const problems = await ends.shore.service.problems({});
    expect(problems.items).toEqual([]);
    await ends.toShip(await ends.fromShore());
    expect(await ends.depth()).toBe(0);
  });

  test('other calls are answered while a file of 20,000 changes is made', async () => {
    await ends.ship.node.close();
    const directory = temporaryDirectory('filled');
    fillWithRemarks(directory, vesselId, 20_000);
    ends.ship = ends.openShip({ directory });
    await ends.exchangeKeys();
    expect(await answeredDuring(ends, ends.fromShip(200_000))).toBeGreaterThan(50);
    const { parcels } = await ends.ship.call('byHand.status', {});
    expect(parcels[0]).toMatchObject({ changes: 20_000 });
    expect(parcels[0]?.of).toBeGreaterThan(1);
  }, 180_000);

  test('other calls are answered while a file of thousands of changes is taken in', async () => {
    await ends.ship.node.close();
    const directory = temporaryDirectory('filled');
    fillWithRemarks(directory, vesselId, 5_000);
    ends.ship = ends.openShip({ directory });
    await ends.exchangeKeys();
    await ends.roundTrip();
    await ends.ship.node.close();
    // A new computer of the ship has everything to come, in batches of 250.
    ends.ship = ends.openShip();
    await ends.exchangeKeys();
    await ends.toShore(...(await ends.fromShip()));
    const file = await ends.fromShore();
    expect(await answeredDuring(ends, ends.toShip(file))).toBeGreaterThan(10);
    expect((await ends.ship.call('workOrders.list', { limit: 1 })).total).toBe(5_000);
  }, 180_000);
});

/** How many answers a screen got while `work` went on. */
async function answeredDuring(ends: TwoEnds, work: Promise<unknown>): Promise<number> {
  const state = { isDone: false, answered: 0 };
  const done = work.finally(() => (state.isDone = true));
  while (!state.isDone) {
    await ends.ship.call('vessel.info', {});
    state.answered += 1;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await done;
  return state.answered;
}

const tables = [
  'vessel',
  'vessel_contact',
  'sync_head',
  'sync_journal',
  'sync_versions',
  'sync_outbox',
  'work_order',
  'by_hand_parcel',
  'by_hand_part',
  'by_hand_peer',
];

async function backUp(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const table of tables) await client.query(`create table backup_${table} as select * from ${table}`);
  } finally {
    await client.end();
  }
}

/** Puts the database back to what it was, in place. */
async function restore(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('begin');
    await client.query("set local session_replication_role = 'replica'");
    await client.query("select set_config('arus.context', 'restore', true)");
    for (const table of tables) {
      const columns = await client.query<{ name: string }>(
        `select string_agg(quote_ident(column_name), ',') as name from information_schema.columns
         where table_name = '${table}' and is_generated = 'NEVER'`,
      );
      const names = columns.rows[0]?.name ?? '*';
      await client.query(`delete from ${table}`);
      await client.query(
        `insert into ${table} (${names}) overriding system value select ${names} from backup_${table}`,
      );
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
