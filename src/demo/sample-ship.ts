import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import { sampleCrew, type SampleRank } from './sample-crew.ts';
import { sampleEquipment } from './sample-equipment.ts';
import { sampleOrders, type SampleOrder } from './sample-orders.ts';

export const sampleVessel = { id: 'astrid-holm', name: 'MV Astrid Holm', device: 'Bridge PC' } as const;

/** Asks a vessel node through its contract; `actor` is the id of the crew member who acts. */
export type Ask = <N extends MethodName>(
  method: N,
  input: MethodInput<N>,
  actor?: string,
) => Promise<MethodOutput<N>>;

/**
 * Puts crew, equipment and work orders of a ship in trade into a vessel node, through the contract as a person
 * would. What is there already, by name, code or title, is left as it is, so that it can be called again after it
 * was interrupted.
 * @param today `YYYY-MM-DD`, the day around which the orders fall due
 */
export async function createSampleShip(ask: Ask, today: string): Promise<void> {
  const crew = await createCrew(ask);
  const equipment = await createEquipment(ask, crew.get('Chief engineer'));
  for (const { code, runningHours } of sampleEquipment) {
    const id = equipment.get(code);
    if (id !== undefined && runningHours !== null)
      await createMeter(ask, { id, runningHours, today }, crew.get('Second engineer'));
  }
  const titles = new Set((await ask('workOrders.list', { limit: 500 })).items.map(({ title }) => title));
  for (const order of sampleOrders) {
    if (!titles.has(order.title)) await createOrder(ask, order, { crew, equipment, today });
  }
}

type CrewIds = ReadonlyMap<string, string>;
type EquipmentIds = ReadonlyMap<string, string>;

async function createCrew(ask: Ask): Promise<CrewIds> {
  const { items } = await ask('crew.list', {});
  const ids = new Map(items.map(({ rank, id }) => [rank, id]));
  for (const { name, rank } of sampleCrew) {
    if (!ids.has(rank)) ids.set(rank, (await ask('crew.create', { name, rank })).id);
  }
  return ids;
}

async function createEquipment(ask: Ask, by: string | undefined): Promise<EquipmentIds> {
  const { items } = await ask('equipment.list', { limit: 1_000 });
  const ids = new Map(items.map(({ code, id }) => [code, id]));
  for (const { runningHours: _, ...item } of sampleEquipment) {
    if (!ids.has(item.code)) ids.set(item.code, (await ask('equipment.create', item, by)).id);
  }
  return ids;
}

/** Days before today on which a meter was read, the last at what it shows now. */
const readDaysAgo = [15, 8, 1];
const hoursAWeek = 60;

async function createMeter(
  ask: Ask,
  { id, runningHours, today }: { id: string; runningHours: number; today: string },
  by: string | undefined,
): Promise<void> {
  const found = await ask('records.list', { entity: 'meter', filter: { equipmentId: [id] } });
  const meterId =
    found.items[0]?.id ??
    (await ask('records.create', { entity: 'meter', values: { equipmentId: id } }, by)).id;
  const { total } = await ask('records.list', { entity: 'meter_reading', filter: { meterId: [meterId] } });
  for (const [index, days] of readDaysAgo.entries()) {
    if (index < total) continue;
    const value = Math.max(0, runningHours - hoursAWeek * (readDaysAgo.length - 1 - index));
    const readAt = `${addDays(today, -days)}T08:00:00.000Z`;
    await ask('records.create', { entity: 'meter_reading', values: { meterId, value, readAt } }, by);
  }
}

async function createOrder(
  ask: Ask,
  order: SampleOrder,
  { crew, equipment, today }: { crew: CrewIds; equipment: EquipmentIds; today: string },
): Promise<void> {
  const assignee = order.assignee === null ? null : (crew.get(order.assignee) ?? null);
  const raisedBy = crew.get(raiserOf(order));
  const { id } = await ask(
    'workOrders.create',
    {
      title: order.title,
      description: order.description,
      equipmentId: order.equipment === null ? null : (equipment.get(order.equipment) ?? null),
      type: order.type,
      priority: order.priority,
      dueDate: order.dueInDays === null ? null : addDays(today, order.dueInDays),
      assigneeId: assignee,
      estimatedHours: order.estimatedHours,
    },
    raisedBy,
  );
  const { progress } = order;
  if (progress === undefined) return;
  const { status, notes, actualHours } = progress;
  const changes = { status, notes, ...(actualHours === undefined ? {} : { actualHours }) };
  await ask('workOrders.update', { id, changes }, assignee ?? raisedBy);
}

/** Deck work is raised by the chief officer, the rest by the chief engineer. */
function raiserOf({ assignee }: SampleOrder): SampleRank {
  return assignee === 'Bosun' || assignee === 'Chief officer' ? 'Chief officer' : 'Chief engineer';
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
