import { systemEnvironment } from '#link/system-environment.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { orderAt } from '#support/filled-vessel.ts';
import { seeded } from '#support/seeded.ts';
import { silentLog } from '#support/silent-log.ts';
import { remark } from '../../bench/link/vocabulary.ts';

/** Fills a data directory with orders as people write them: each with a remark of its own. */
export function fillWithRemarks(directory: string, vesselId: string, count: number): void {
  const environment = systemEnvironment(silentLog);
  const chance = seeded(35);
  const opened = openDatabase(directory, environment);
  const store = new VesselStore(opened.connection, vesselId, environment);
  for (let first = 0; first < count; first += 1_000) {
    recordAndPublish(store, { actor: { id: null, name: 'Filler' }, device: 'Bridge PC' }, (unit) => {
      for (let index = first; index < Math.min(count, first + 1_000); index += 1)
        unit.create('work_order', store.recordIds.next(), { ...orderAt(index), notes: remark(chance) });
    });
  }
  opened.close();
}
