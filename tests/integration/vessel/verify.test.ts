import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';

/** What shore is made to have said, with the hash of some other journal unless one is given. */
const acknowledged = (held: string, hash = 'zeroblob(32)'): string =>
  `INSERT INTO sync_heads (origin, held, hash, acknowledged, acknowledged_hash) SELECT value, '0', zeroblob(32), '${held}', ${hash} FROM node_settings WHERE name = 'origin'`;

describe('verify', () => {
  let vessel: TestVessel;
  let file: string;
  beforeEach(async () => {
    vessel = openTestVessel();
    file = join(vessel.directory, databaseFileName);
    const order = await vessel.call('workOrders.create', { title: 'Overhaul' });
    await vessel.call('workOrders.update', {
      id: order.id,
      changes: { status: 'completed', actualHours: 3 },
    });
    await vessel.call('workOrders.create', { title: 'Second' });
    await vessel.node.close();
  });

  /** Alters the file as somebody would who knows his way: with the guards taken off first. */
  function tamper(statement: string): void {
    const connection = new Database(file);
    for (const name of connection
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`)
      .pluck()
      .all())
      connection.exec(`DROP TRIGGER ${String(name)}`);
    connection.exec(statement);
    connection.close();
  }

  test('holds on an untouched database, and counts', () => {
    expect(verifyJournal(file)).toEqual({ ok: true, changes: 3, records: 2, waiting: 3, beyond: 0 });
  });

  test.each([
    [
      'a record altered',
      `UPDATE work_order SET title = 'Forged' WHERE title = 'Second'`,
      /title is "Forged", the journal says "Second"/,
    ],
    [
      'a sign-off taken back',
      `UPDATE work_order SET status = 'open' WHERE status = 'completed'`,
      /status is "open"/,
    ],
    [
      'a record deleted',
      `DELETE FROM work_order WHERE title = 'Second'`,
      /has no row, but the journal created it/,
    ],
    [
      'a record marked deleted',
      `UPDATE work_order SET deleted = 1 WHERE title = 'Second'`,
      /the journal says otherwise/,
    ],
    [
      'a record smuggled in',
      `INSERT INTO crew_member (id, updated_at, updated_by, name, rank, on_board) VALUES ('x', 0, '', 'X', 'Master', 1)`,
      /crew_member x is in its table, but not in the journal/,
    ],
    [
      'an entry altered',
      `UPDATE sync_journal SET fields = json_set(fields, '$.actualHours', 9) WHERE number = 2`,
      /entry 2 does not fit the hash chain/,
    ],
    [
      'who did it altered',
      `UPDATE sync_journal SET actor_name = 'Somebody else' WHERE number = 2`,
      /entry 2 does not fit/,
    ],
    ['an entry taken out', `DELETE FROM sync_journal WHERE number = 2`, /entry 3 follows entry 1/],
    [
      'the last entry cut off',
      `DELETE FROM sync_journal WHERE number = 3; DELETE FROM work_order WHERE title = 'Second'; ${acknowledged('3')}`,
      /ends at entry 2, but shore acknowledged 3/,
    ],
    [
      'the queue emptied by a cursor that shore never sent',
      acknowledged('3'),
      /entry 3 is not the one that shore acknowledged/,
    ],
    ['a cursor set back', acknowledged('0'), /shore acknowledged another one/],
    ['a cursor without its hash', acknowledged('2', 'NULL'), /what shore acknowledged has no hash/],
    [
      'early changes acknowledged that were never written',
      acknowledged('[1,[3,4]]', `(SELECT hash FROM sync_journal WHERE number = 1)`),
      /ends at entry 3, but shore acknowledged 4/,
    ],
    [
      'a mark of what has left that is beyond the journal',
      `INSERT INTO sync_sent VALUES ('normal', 4, 0)`,
      /Lane normal has left the ship up to 4, but the journal ends at 3/,
    ],
    [
      'a change moved into the urgent lane that was never written',
      `INSERT INTO sync_promoted VALUES (4, 'normal', NULL)`,
      /Change 4 was moved to the urgent lane, but it does not wait/,
    ],
    [
      'a change moved out of a lane that it was never in',
      `INSERT INTO sync_promoted VALUES (2, 'bulk', NULL)`,
      /Change 2 was moved out of lane bulk, but is journalled as normal/,
    ],
    [
      'an entry missing where entries are found by record',
      `INSERT INTO sync_journal_record SELECT entry, record_id FROM sync_journal WHERE number <> 2`,
      /The index by record lacks an entry/,
    ],
    [
      'an entry that is found under another record',
      `INSERT INTO sync_journal_record SELECT entry, 'x' FROM sync_journal WHERE number = 1`,
      /The index by record names an entry of x that the journal does not have/,
    ],
    [
      'field versions altered',
      `UPDATE work_order SET versions = json_set(versions, '$.t', json('{}'))`,
      /its field versions are not those of the journal/,
    ],
  ])('finds %s', (_what, statement, difference) => {
    tamper(statement);
    expect(verifyJournal(file)).toEqual({
      ok: false,
      difference: expect.stringMatching(difference) as string,
    });
  });

  test('runs beside the node', async () => {
    const again = openTestVessel({ directory: vessel.directory });
    expect(verifyJournal(file)).toMatchObject({ ok: true, changes: 3 });
    await again.call('workOrders.create', { title: 'Third' });
    expect(verifyJournal(file)).toMatchObject({ ok: true, changes: 4 });
    await again.node.close();
  });
});
