import { sampleOrders } from '../../src/demo/sample-orders.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import { seeded } from '#support/seeded.ts';
import { silentLog } from '#support/silent-log.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';

const people = [
  'J. Berg, Chief engineer',
  'M. Santos, Second engineer',
  'P. Novak, Motorman',
  'L. Dahl, Master',
];
const remarks = [
  'Within limits.',
  'Spare fitted, order one.',
  'Slight wear, watch it.',
  'Cleaned and refitted.',
];
const ordersPerDay = 20;
/** Orders that are being worked on, besides those that nobody gets round to. */
const openAtOnce = 100;
const day = 86_400_000;

/**
 * Fills a node's data directory with what a ship has after `orders` work orders at twenty a day: equipment, crew, and
 * nine orders of ten reported done some days after they were raised. The same every time but for ids.
 */
export function fillWorkedShip(directory: string, vesselId: string, orders: number): void {
  const random = seeded(7);
  let now = Date.UTC(2026, 0, 1);
  const environment = { ...systemEnvironment(silentLog), now: () => now };
  const opened = openDatabase(directory, environment);
  const store = new VesselStore(opened.connection, vesselId, environment);
  const write = (work: Parameters<typeof recordAndPublish<void>>[2]): void =>
    recordAndPublish(store, { actor: { id: null, name: random.pick(people) }, device: 'Bridge PC' }, work);
  const equipment = Array.from({ length: 300 }, () => store.recordIds.next());
  const crew = Array.from({ length: 25 }, () => store.recordIds.next());
  write((unit) => {
    for (const [index, id] of equipment.entries())
      unit.create('equipment', id, {
        code: `${600 + (index % 90)}.${String(Math.floor(index / 90) + 1).padStart(2, '0')}`,
        name: `${random.pick(['Pump', 'Purifier', 'Cooler', 'Valve', 'Motor'])} No. ${index}`,
        location: random.pick(['Engine room, floor', 'Engine room, 2nd deck', 'Main deck', 'Bridge deck']),
        maker: random.pick(['Alfa', 'Behn', 'Corvex', 'Dahlberg']),
        model: `M${random.between(100, 999)}`,
        serialNumber: String(random.between(100_000, 999_999)),
        criticality: random.pick(['A', 'B', 'C']),
        runningHours: null,
      });
    for (const equipmentId of equipment) {
      if (random.next() < 0.5) continue;
      const meterId = store.recordIds.next();
      unit.create('meter', meterId, { equipmentId, name: 'Running hours', unit: 'hours' });
      unit.create('meter_reading', store.recordIds.next(), {
        meterId,
        kind: 'reading',
        value: random.between(0, 40_000),
        readAt: new Date(now).toISOString(),
        readBy: random.pick(people),
        reason: '',
        corrects: null,
        lastValue: null,
      });
    }
    for (const [index, id] of crew.entries())
      unit.create('crew_member', id, { name: `N. N. ${index}`, rank: 'Motorman', onBoard: true });
  });
  const open: string[] = [];
  for (let first = 0; first < orders; first += ordersPerDay) {
    now += day;
    write((unit) => {
      for (let index = first; index < Math.min(orders, first + ordersPerDay); index += 1) {
        const id = store.recordIds.next();
        unit.create('work_order', id, newOrder(index, now));
        if (random.next() < 0.9) open.push(id);
      }
    });
    now += random.between(0, day / 2);
    while (open.length > openAtOnce) {
      const [id] = open.splice(random.between(0, Math.min(open.length, ordersPerDay) - 1), 1);
      if (id === undefined) break;
      now += random.between(1_000, 600_000);
      write((unit) =>
        unit.update('work_order', id, {
          status: 'completed',
          actualHours: random.between(1, 32) / 2,
          notes: `${random.pick(remarks)} Clearance ${random.between(5, 60) / 100} mm.`,
          completedAt: new Date(now).toISOString(),
          completedBy: random.pick(people),
        }),
      );
    }
  }
  opened.close();

  function newOrder(index: number, at: number) {
    const sample = random.pick(sampleOrders);
    return {
      number: `WO-${new Date(at).getUTCFullYear()}-${String(index + 1).padStart(6, '0')}`,
      title: `${sample.title}, ${random.pick(['port', 'starboard', 'forward', 'aft'])} ${random.between(1, 9)}`,
      description: sample.description,
      equipmentId: random.next() < 0.1 ? null : random.pick(equipment),
      type: sample.type,
      priority: sample.priority,
      status: 'open',
      dueDate: new Date(at + random.between(3, 60) * day).toISOString().slice(0, 10),
      assigneeId: random.pick(crew),
      estimatedHours: sample.estimatedHours,
      actualHours: null,
      notes: '',
      completedAt: null,
      completedBy: null,
      createdAt: new Date(at).toISOString(),
      createdBy: random.pick(people),
    };
  }
}
