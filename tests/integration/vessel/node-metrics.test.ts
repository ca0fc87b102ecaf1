import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchHost } from '#vessel/metrics/host-reading.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { openTestVessel } from '#support/vessel.ts';

test('a node tells how it has done: what waits, its process, its write-ahead log and the disk', async () => {
  const vessel = openTestVessel({ watchHost });
  try {
    await vessel.call('workOrders.create', { title: 'Leak at the fuel pump' });
    const { at, series, since, now } = await vessel.call('node.history', {});
    expect(at.length).toBe(1);
    expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(since));
    expect(series['residentBytes']?.[0]).toBeGreaterThan(10_000_000);
    expect(series['freeBytes']?.[0]).toBeGreaterThan(0);
    expect(series['walBytes']?.[0]).not.toBeUndefined();
    expect(series['queue']).toEqual([0]);
  } finally {
    await vessel.node.close();
  }
});

test('what cannot be read is not known, and stops nothing', () => {
  const watch = watchHost(join('/nowhere', databaseFileName));
  expect(watch.read()).toMatchObject({ walBytes: null, freeBytes: null });
  watch.stop();
});
