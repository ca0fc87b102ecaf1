import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { OpenLink } from '#shared/ports.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { StartFailure } from '#vessel/start-failure.ts';
import { startProgram } from '#support/processes.ts';
import { projectRoot } from '#support/project.ts';
import { openTestVessel } from '#support/vessel.ts';

/** A broker that lets everybody in and says nothing. */
const silentBroker: OpenLink = (_settings, events) => ({
  connected: true,
  open: () => events.onUp(),
  publish: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

async function shipWithOrders(orders: number, openLink: OpenLink | null = null): Promise<string> {
  const ship = openTestVessel({ vesselId: 'vessel-46f01dfc', openLink });
  for (let order = 1; order <= orders; order += 1)
    await ship.call('workOrders.create', { title: `Order ${order}` });
  await ship.node.close();
  return ship.directory;
}

function idAndStart(directory: string): { vessel: unknown; first: unknown } {
  const database = new Database(join(directory, 'arus.db'), { readonly: true });
  const read = (sql: string): unknown => database.prepare(sql).pluck().get();
  const found = {
    vessel: read("SELECT value FROM node_settings WHERE name = 'vessel_id'"),
    first: read('SELECT hex(hash) FROM sync_journal ORDER BY entry LIMIT 1'),
  };
  database.close();
  return found;
}

const renamed = { vesselId: 'polaris', options: { vesselIdBefore: 'vessel-46f01dfc' } };

describe('a ship that nobody else has heard of', () => {
  test('gets another id in one go: its journal begins with it, and every order is there', async () => {
    // More than are read at a time.
    const directory = await shipWithOrders(510);
    const before = idAndStart(directory);
    const ship = openTestVessel({ directory, ...renamed });
    expect(ship.node.whyIdIsSettled()).toBeNull();
    expect((await ship.call('vessel.info', {})).vesselId).toBe('polaris');
    await ship.call('workOrders.create', { title: 'After the change' });
    await ship.node.close();
    const after = idAndStart(directory);
    expect(before.vessel).toBe('vessel-46f01dfc');
    expect(after.vessel).toBe('polaris');
    expect(after.first).not.toBe(before.first);
    expect(verifyJournal(join(directory, 'arus.db'))).toMatchObject({ ok: true, changes: 511, waiting: 511 });

    // The setting that asked for it may stay.
    await openTestVessel({ directory, ...renamed }).node.close();
  });

  test('keeps its id where nobody asked for another', async () => {
    const directory = await shipWithOrders(3);
    expect(() => openTestVessel({ directory, vesselId: 'polaris' })).toThrow(
      /belongs to vessel vessel-46f01dfc/,
    );
    const options = { vesselIdBefore: 'borealis' };
    expect(() => openTestVessel({ directory, vesselId: 'polaris', options })).toThrow(StartFailure);
    expect(idAndStart(directory).vessel).toBe('vessel-46f01dfc');
  });

  test('keeps the old id whole when the change is cut off', async () => {
    const directory = await shipWithOrders(30);
    const before = idAndStart(directory);
    const program = startProgram(process.execPath, [
      join(projectRoot, 'tests', 'support', 'rename-cut-off-program.ts'),
      directory,
    ]);
    expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(idAndStart(directory)).toEqual(before);
    expect(verifyJournal(join(directory, 'arus.db'))).toMatchObject({ ok: true, changes: 30 });
  });
});

describe('a ship that others may know', () => {
  /** What the node says to another id, and the page to whoever asks; both leave everything as it was. */
  async function refusals(directory: string): Promise<{ start: string; page: string | null }> {
    const before = idAndStart(directory);
    let start = '';
    try {
      await openTestVessel({ directory, ...renamed }).node.close();
    } catch (error) {
      if (error instanceof StartFailure) start = error.message;
    }
    const again = openTestVessel({ directory, vesselId: 'vessel-46f01dfc' });
    const page = again.node.whyIdIsSettled();
    await again.node.close();
    expect(idAndStart(directory)).toEqual(before);
    return { start, page };
  }

  test('keeps its id once a broker has let it in', async () => {
    const { start, page } = await refusals(await shipWithOrders(1, silentBroker));
    expect(start).toMatch(
      /cannot be changed.*has been in touch with shore as vessel-46f01dfc.*Nothing was changed/,
    );
    expect(page).toMatch(/^The ship has been in touch with shore as vessel-46f01dfc\. Ask the office/);
  });

  test('may change it while a broker that was set did not answer', async () => {
    const deaf: OpenLink = (settings, events) => ({ ...silentBroker(settings, events), open: () => {} });
    const directory = await shipWithOrders(1, deaf);
    await openTestVessel({ directory, ...renamed }).node.close();
    expect(idAndStart(directory).vessel).toBe('polaris');
  });

  test('keeps its id once a file was made to be carried by hand', async () => {
    const directory = await shipWithOrders(1);
    const database = new Database(join(directory, 'arus.db'));
    database.exec(
      "INSERT INTO by_hand_parcels (parcel, place, way, made_at, by, of, total) VALUES ('p', 1, 'made', 0, 'x', 1, 1)",
    );
    database.close();
    const { start, page } = await refusals(directory);
    expect(start).toMatch(/Files to be carried by hand have been made/);
    expect(page).toMatch(/^Files to be carried by hand have been made/);
  });
});
