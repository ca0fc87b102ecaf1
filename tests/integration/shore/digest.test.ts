import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Hello } from '#shared/sync/frame.ts';
import { emptyDigest, xorDigests } from '#shared/sync/digest.ts';
import { takeHello } from '#shore/ingest/take-hello.ts';
import { completeDigest } from '#shore/compare/complete-digest.ts';
import { openContext } from '#shore/store/database.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { until } from '#support/until.ts';
import { kinds } from './support/databases.ts';
import { startGateway } from './support/gateway.ts';
import { openOffice, type Office } from './support/office.ts';
import { Ship } from './support/ship.ts';

describe.each(kinds)('the digest of all records ashore, on %s', (kind) => {
  let office: Office;
  let ship: Ship;

  beforeEach(async () => {
    office = await openOffice(kind);
    ship = new Ship('nordlys');
  });
  afterEach(() => office.close());

  const digest = async (): Promise<string | null> => (await office.vessel('nordlys')).digest;
  const kept = async (): Promise<string> =>
    (await office.rows('sync_versions')).map((row) => String(row['digest'])).reduce(xorDigests, emptyDigest);
  const sendAll = async (): Promise<void> => {
    for (const batch of ship.batches(50)) await office.stored(batch);
  };
  const hello = (changes: Partial<Hello> = {}): Hello => ({
    kind: 'hello',
    vessel: 'nordlys',
    name: 'Nordlys',
    origin: ship.origin,
    last: ship.journal.length,
    hash: ship.hashes.at(-1) ?? '0'.repeat(64),
    held: {},
    acknowledged: 0,
    marks: {},
    digest: null,
    recordsVersion: 1,
    at: ship.at,
    ...changes,
  });

  /** A database as it stood before there were digests. */
  const forgetDigests = (): Promise<void> =>
    office.database.transaction(async (tx) => {
      await openContext(tx, 'test');
      await tx.execute(sql`update sync_versions set digest = null`);
      await tx.execute(sql`update vessel set digest = null`);
    });

  test('is kept with every change, the ship’s and the office’s, a delete and an awaited record', async () => {
    await office.addVessel('nordlys');
    expect(await digest()).toBe(emptyDigest);
    const id = ship.create();
    ship.update(id, { title: 'Other' });
    const other = ship.create();
    ship.delete(other);
    ship.update('0190a5b0-0000-7000-8000-0000000000aa', { title: 'Its create has not arrived' });
    const seen = new Set([await digest()]);
    for (const batch of ship.batches(1)) {
      await office.stored(batch);
      seen.add(await digest());
    }
    await office.write('nordlys', (unit) => unit.update('work_order', id, { title: 'From the office' }));
    seen.add(await digest());
    expect(seen.size).toBe(7);
    expect(await digest()).toBe(await kept());
    expect(await verifyShore(office.database)).toMatchObject({ holds: true, records: 3 });
    await office.stored(ship.batch(1, 2));
    expect(seen).toContain(await digest());
  });

  test('is the same however the changes were cut into batches, and part of what is verified', async () => {
    for (let count = 0; count < 40; count += 1) ship.update(ship.create(), { status: 'in_progress' });
    await sendAll();
    const whole = await digest();
    const second = await openOffice(kind);
    try {
      for (const batch of ship.batches(7)) await second.stored(batch);
      expect((await second.vessel('nordlys')).digest).toBe(whole);
    } finally {
      await second.close();
    }
    await office.database.transaction(async (tx) => {
      await openContext(tx, 'test');
      await tx.execute(sql`update vessel set digest = ${emptyDigest}`);
    });
    expect(await verifyShore(office.database)).toMatchObject({
      holds: false,
      difference: expect.stringContaining('The digest of all records'),
    });
  });

  test('of a database from before there were digests is made in bounded batches when it is first asked for', async () => {
    for (let count = 0; count < 1_200; count += 1) ship.create();
    await sendAll();
    const before = await digest();
    await forgetDigests();

    // What is written meanwhile has a digest of its own and does not pretend that the total is known.
    const id = ship.create();
    await office.stored(ship.batch(1_201, 1_201));
    expect(await digest()).toBeNull();
    const answer = await takeHello(office.dependencies, hello());
    expect(answer).toMatchObject({ ack: { holding: { held: { [ship.origin]: 1_201 }, digest: null } } });

    expect(await completeDigest(office.dependencies, 'nordlys')).toBe(true);
    const [record] = await office.store.transaction('update', (tx) =>
      tx.records('nordlys', 'work_order', [id]),
    );
    expect(await digest()).toBe(xorDigests(before ?? '', record?.digest ?? ''));
    expect(await verifyShore(office.database)).toMatchObject({ holds: true });
    expect(await completeDigest(office.dependencies, 'stranger')).toBe(false);
  });

  test('goes out in the answer to a hello, and whether both agree is written down', async () => {
    ship.create();
    await sendAll();
    const held = { [ship.origin]: 1 };
    const agreement = async () => (await office.store.contact('nordlys'))?.agreement;

    const first = await takeHello(office.dependencies, hello());
    expect(first).toMatchObject({ ack: { outcome: 'status', holding: { held, digest: await digest() } } });
    expect(await agreement()).toBeNull();

    await takeHello(office.dependencies, hello({ digest: await digest() }));
    const equalAt = (await agreement())?.at;
    expect(await agreement()).toEqual({ equal: true, at: expect.any(Number), equalAt, differing: 0 });

    await takeHello(office.dependencies, hello({ digest: 'f'.repeat(32) }));
    expect(await agreement()).toMatchObject({ equal: false, equalAt, differing: null });

    // On its way: what it says of other records is not about these.
    ship.create();
    await takeHello(office.dependencies, hello({ digest: await digest() }));
    expect(await agreement()).toMatchObject({ equal: false, equalAt });
  });

  test('is made by the gateway itself once a vessel has asked in vain', async () => {
    ship.create();
    await sendAll();
    const before = await digest();
    await forgetDigests();
    const gateway = await startGateway(office.database);
    gateway.hello(ship);
    const first = await until('the first answer', () => gateway.acks('nordlys')[0]);
    expect(first.holding?.digest).toBeNull();
    await until('the digest', async () => (await digest()) === before);
    gateway.hello(ship);
    expect((await until('the second answer', () => gateway.acks('nordlys')[1])).holding?.digest).toBe(before);
    await gateway.shore.close();
  });
});
