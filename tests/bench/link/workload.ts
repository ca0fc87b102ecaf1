import type { MethodInput } from '#shared/contract/index.ts';
import type { NewWorkOrder, WorkOrder, WorkOrderChanges } from '#shared/contract/work-orders.ts';
import { workOrderTypes, type Priority } from '#shared/records/work-order.ts';
import { statusTransitions } from '#shared/records/work-order-status.ts';
import { seeded, type Seeded } from '#support/seeded.ts';
import type { VirtualEnvironment } from '#support/virtual-environment.ts';
import type { TestVessel } from '#support/vessel.ts';
import { equipmentNames, remark, skewed, title } from './vocabulary.ts';

/** What both ends know before the ship loses its link, and what is done on board until it has it again. */
export const workload = {
  seed: 2_026,
  orders: 5_000,
  changes: 10_000,
  days: 21,
  share: { creates: 0.28, deletes: 0.02, remarks: 1 / 3 },
};

const dayMs = 86_400_000;
const crew = [
  ['Henrik Aas', 'Master'],
  ['Marina Kovač', 'Chief officer'],
  ['Tomasz Wilk', 'Chief engineer'],
  ['Rajesh Nair', 'Second engineer'],
  ['Joel Santos', 'Third engineer'],
  ['Oleksandr Bilyk', 'Electrician'],
  ['Reynaldo Magbanua', 'Bosun'],
  ['Danilo Reyes', 'Motorman'],
] as const;

type Order = Pick<
  WorkOrder,
  'id' | 'status' | 'priority' | 'type' | 'dueDate' | 'assigneeId' | 'estimatedHours' | 'actualHours'
>;

const priorities: readonly Priority[] = ['normal', 'high', 'low'];
const halfHours = Array.from({ length: 32 }, (_, index) => (index + 1) / 2);

/** A crew that writes through the node's contract as the screens do, by a clock and by chance from a seed. */
export class Crew {
  readonly #vessel: TestVessel;
  readonly #environment: VirtualEnvironment;
  readonly #chance: Seeded;
  #people: string[] = [];
  #equipment: string[] = [];
  #orders: Order[] = [];

  constructor(vessel: TestVessel, environment: VirtualEnvironment, seed: number) {
    this.#vessel = vessel;
    this.#environment = environment;
    this.#chance = seeded(seed);
  }

  /** The crew, the equipment and the orders that are known to both ends. */
  async settleIn(): Promise<void> {
    for (const [name, rank] of crew)
      this.#people.push((await this.#vessel.call('crew.create', { name, rank })).id);
    for (const [index, name] of equipmentNames.entries()) {
      const input = {
        code: `${300 + index * 10}.01`,
        name,
        location: 'Engine room',
        criticality: 'B' as const,
      };
      this.#equipment.push((await this.#vessel.call('equipment.create', input)).id);
    }
    for (let count = 0; count < workload.orders; count += 1) await this.#create(120_000);
  }

  /** Who knows a ship already, from its own database: what `settleIn` left, in an order from the seed. */
  async comeBack(): Promise<void> {
    this.#people = (await this.#vessel.call('crew.list', {})).items.map(({ id }) => id);
    this.#equipment = (await this.#vessel.call('equipment.list', { limit: 1_000 })).items.map(({ id }) => id);
    const found: Order[] = [];
    for (let offset = 0; ; offset += 500) {
      const { items } = await this.#vessel.call('workOrders.list', { sort: 'number', limit: 500, offset });
      found.push(...items);
      if (items.length < 500) break;
    }
    this.#orders = this.#chance.shuffled(found);
  }

  /** The changes made without a link. */
  async work(): Promise<void> {
    const { creates, deletes } = workload.share;
    const every = (workload.days * dayMs) / workload.changes;
    for (let count = 0; count < workload.changes; count += 1) {
      const kind = this.#chance.next();
      if (kind < creates) await this.#create(every);
      else if (kind < creates + deletes) await this.#delete(every);
      else await this.#update(every);
    }
  }

  /** Seldom at the usual pace, often soon after the last: as people work. */
  #pass(meanMs: number): void {
    this.#environment.advance(Math.max(1, Math.round(-Math.log(1 - this.#chance.next()) * meanMs)));
  }

  async #create(afterMs: number): Promise<void> {
    this.#pass(afterMs);
    const chance = this.#chance;
    const place = chance.between(0, this.#equipment.length - 1);
    const input: NewWorkOrder = {
      title: title(place, chance),
      description: chance.next() < 0.5 ? remark(chance) : '',
      equipmentId: this.#equipment[place] ?? null,
      type: skewed(workOrderTypes, chance),
      // Nothing critical: that goes another way (lane `urgent`), and is measured by itself.
      priority: skewed(priorities, chance),
      dueDate: this.#dueDate(),
      assigneeId: chance.next() < 0.6 ? chance.pick(this.#people) : null,
      estimatedHours: chance.pick(halfHours),
    };
    this.#orders.push(await this.#vessel.call('workOrders.create', input, skewed(this.#people, chance)));
  }

  async #update(afterMs: number): Promise<void> {
    this.#pass(afterMs);
    const chance = this.#chance;
    const order = skewed(this.#orders, chance);
    const changes = this.#changesOf(order);
    const input: MethodInput<'workOrders.update'> = { id: order.id, changes };
    const changed = await this.#vessel.call('workOrders.update', input, skewed(this.#people, chance));
    this.#orders[this.#orders.indexOf(order)] = changed;
  }

  /** Three to five fields, a third of the times a remark among them. */
  #changesOf(order: Order): WorkOrderChanges {
    const chance = this.#chance;
    const other = <T>(list: readonly T[], current: T): T =>
      skewed(
        list.filter((each) => each !== current),
        chance,
      );
    const possible: (() => WorkOrderChanges)[] = [
      () => ({ status: skewed(statusTransitions[order.status], chance) }),
      () => ({ priority: other(priorities, order.priority) }),
      () => ({ dueDate: this.#dueDate(order.dueDate) }),
      () => ({ assigneeId: other<string | null>(this.#people, order.assigneeId) }),
      () => ({ estimatedHours: chance.pick(halfHours.filter((hours) => hours !== order.estimatedHours)) }),
      () => ({ actualHours: (order.actualHours ?? 0) + chance.between(1, 8) / 2 }),
      () => ({ type: other(workOrderTypes, order.type) }),
    ];
    const withRemark = chance.next() < workload.share.remarks;
    const chosen = chance.shuffled(possible).slice(0, chance.between(3, 5) - (withRemark ? 1 : 0));
    const changes = Object.assign({}, ...chosen.map((field) => field())) as WorkOrderChanges;
    return withRemark ? { ...changes, notes: remark(chance) } : changes;
  }

  async #delete(afterMs: number): Promise<void> {
    this.#pass(afterMs);
    const order = this.#chance.pick(this.#orders);
    await this.#vessel.call('workOrders.delete', { id: order.id }, this.#chance.pick(this.#people));
    this.#orders.splice(this.#orders.indexOf(order), 1);
  }

  #dueDate(current: string | null = null): string {
    const date = new Date(this.#environment.now() + this.#chance.between(1, 90) * dayMs)
      .toISOString()
      .slice(0, 10);
    return date === current ? this.#dueDate(current) : date;
  }
}
