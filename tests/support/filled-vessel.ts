import { systemEnvironment } from '#link/system-environment.ts';
import { priorities, workOrderTypes } from '#shared/records/work-order.ts';
import { openDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { VesselStore } from '#vessel/store/vessel-store.ts';
import { silentLog } from './silent-log.ts';

const words = [
  'purifier',
  'pump',
  'cooler',
  'valve',
  'bearing',
  'filter',
  'winch',
  'gasket',
  'sensor',
  'motor',
];
const unitSize = 1_000;

/**
 * Fills a node's data directory with work orders in a few large units, through the one way to write.
 * @param notesOf what stands under an order's notes
 */
export function fillWithOrders(
  directory: string,
  vesselId: string,
  count: number,
  notesOf: (index: number) => string = () => '',
): void {
  const environment = systemEnvironment(silentLog);
  const opened = openDatabase(directory, environment);
  const store = new VesselStore(opened.connection, vesselId, environment);
  for (let first = 0; first < count; first += unitSize) {
    recordAndPublish(store, { actor: { id: null, name: 'Filler' }, device: 'Bridge PC' }, (unit) => {
      for (let index = first; index < Math.min(count, first + unitSize); index += 1)
        unit.create('work_order', store.recordIds.next(), { ...orderAt(index), notes: notesOf(index) });
    });
  }
  opened.close();
}

/** Believable values for the `index`-th order, the same every time. */
export function orderAt(index: number) {
  const word = words[index % words.length] ?? '';
  const done = index % 3 === 0;
  return {
    number: `WO-2026-${String(index + 1).padStart(6, '0')}`,
    title: `Overhaul ${word} No. ${index % 7} and renew seals, round ${index}`,
    description: `Isolate, drain and open up the ${word}. Measure clearances and note them below.`,
    equipmentId: null,
    type: workOrderTypes[index % workOrderTypes.length] ?? 'planned',
    priority: priorities[1 + (index % 3)] ?? 'normal',
    status: done ? 'completed' : 'open',
    dueDate:
      index % 11 === 0
        ? null
        : `2026-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`,
    assigneeId: null,
    estimatedHours: 1 + (index % 16) / 2,
    actualHours: done ? 1 + (index % 20) / 2 : null,
    notes: '',
    completedAt: done ? '2026-02-01T10:00:00.000Z' : null,
    completedBy: done ? 'M. Santos, Second engineer' : null,
    createdAt: '2026-01-01T10:00:00.000Z',
    createdBy: 'Planner',
  };
}
