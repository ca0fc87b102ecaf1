import { systemEnvironment } from '#link/system-environment.ts';
import { orderAt } from '#support/filled-vessel.ts';
import { seeded } from '#support/seeded.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';

const month = 30 * 86_400_000;
const people = ['J. Berg, Chief engineer', 'M. Santos, Second engineer', 'L. Dahl, Master'];
/** Changes written in one transaction, by one person. */
const unitSize = 250;

/**
 * Fills a node's data directory with a month of work without a link: three changes of ten raise an order, the others
 * are updates of two or three fields, mostly of orders that are new. One order of fifty is urgent.
 * @returns how many orders there are
 */
export function fillBacklog(directory: string, vesselId: string, changes: number): number {
  const random = seeded(11);
  const system = systemEnvironment(silentLog);
  const begin = system.now() - month;
  let written = 0;
  const environment = { ...system, now: () => Math.round(begin + (month * written) / changes) };
  const opened = openDatabase(directory, environment);
  const store = new VesselStore(opened.connection, vesselId, environment);
  const orders: string[] = [];
  for (let first = 0; first < changes; first += unitSize) {
    recordAndPublish(
      store,
      { actor: { id: null, name: random.pick(people) }, device: 'Bridge PC' },
      (unit) => {
        for (let count = 0; count < unitSize && written < changes; count += 1) {
          if (orders.length === 0 || random.next() < 0.3) {
            const id = store.recordIds.next();
            const values = orderAt(orders.length);
            const priority = orders.length % 50 === 0 ? 'critical' : values.priority;
            unit.create('work_order', id, { ...values, priority });
            orders.push(id);
          } else {
            const back = Math.floor(orders.length * random.next() ** 4);
            const id = orders[orders.length - 1 - back] ?? '';
            unit.update('work_order', id, {
              actualHours: written / 10,
              notes: `Round ${written}: within limits.`,
              ...(random.next() < 0.3 ? { title: `Overhaul, round ${written}` } : {}),
            });
          }
          written += 1;
        }
      },
    );
  }
  opened.close();
  return orders.length;
}
