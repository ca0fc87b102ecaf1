import { expect, onTestFinished, test } from 'vitest';
import { recordsVersion } from '#shared/records/catalogue.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import { takeBase } from '#shore/base/take-base.ts';
import { openOffice } from './support/office.ts';
import { newId, orderValues, Ship } from './support/ship.ts';

test('a record that nobody has as changes is taken whatever its writer claims to have seen of the office, and that is told', async () => {
  const office = await openOffice('PGlite');
  onTestFinished(() => office.close());
  const ship = new Ship('mv-aurora');
  ship.create();
  await office.stored(ship.batch(1, 1));
  const own = await office.store.transaction('update', (tx) => tx.vesselForUpdate('mv-aurora'));
  const id = newId();
  const time = Date.UTC(2026, 0, 1);
  const taken = await takeBase(office.dependencies, {
    kind: 'base',
    vessel: 'mv-aurora',
    origin: ship.origin,
    transfer: 'a'.repeat(16),
    total: 1,
    heads: [{ origin: 'vformer001', upTo: 1, hash: 'ab'.repeat(32) }],
    page: {
      after: '',
      next: null,
      version: recordsVersion,
      records: packRecords([
        {
          entity: 'work_order',
          id,
          values: orderValues({ number: 'WO-2025-000001' }),
          updatedAt: time,
          updatedBy: 'Nobody',
          // The office has written nothing under the name that it has now.
          state: {
            c: [time * 1024, 'vformer001', 1, { [own?.origin ?? '']: 10 }],
            f: {},
            t: { vformer001: 1 },
          },
          history: [],
        },
      ]),
    },
    answer: null,
  });
  expect(taken?.reply.answer).toMatchObject({ outcome: 'taken', after: null });
  expect((await office.rows('work_order')).map((row) => row['id'])).toContain(id);
  expect((await office.rows('sync_problems')).map((row) => row['code'])).toContain('unknown_seen');
});
