import { and, asc, count, eq, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { MethodOutput, ParsedInput } from '#shared/contract/index.ts';
import { equipment as equipmentShape, type Equipment } from '#shared/contract/equipment.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import type { ShownInstead } from '../records/record-queries.ts';
import { isContested, qualified, standingOf } from '../record-standing.ts';
import { containsWords } from '../search.ts';
import { recordTables } from '../store/record-tables.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const { equipment, work_order: workOrder } = recordTables;

const outstanding = sql<number>`(SELECT count(*) FROM ${workOrder} WHERE ${workOrder.equipmentId} = ${qualified(equipment.id)}
  AND ${workOrder.deleted} = 0 AND ${workOrder.status} NOT IN ('completed', 'cancelled'))`;

/** What the screens read of equipment. */
export class EquipmentQueries {
  readonly #db: BetterSQLite3Database;
  readonly #store: VesselStore;
  readonly #hours: ShownInstead;

  /** @param hours what their meters have counted */
  constructor(db: BetterSQLite3Database, store: VesselStore, hours: ShownInstead) {
    this.#db = db;
    this.#store = store;
    this.#hours = hours;
  }

  list(input: ParsedInput<'equipment.list'>): MethodOutput<'equipment.list'> {
    const where = and(
      eq(equipment.deleted, false),
      containsWords(input.search, (has) =>
        has([equipment.code, equipment.name, equipment.location, equipment.maker, equipment.model]),
      ),
    );
    const items = this.#db
      .select({ equipment, outstanding, contested: isContested(equipment.id) })
      .from(equipment)
      .where(where)
      .orderBy(asc(equipment.code), asc(equipment.id))
      .limit(input.limit)
      .offset(input.offset)
      .all();
    const [total] = this.#db.select({ total: count() }).from(equipment).where(where).all();
    return { items: this.#toEquipment(items), total: total?.total ?? 0 };
  }

  get(id: string): Equipment | null {
    const found = this.#db
      .select({ equipment, outstanding, contested: isContested(equipment.id) })
      .from(equipment)
      .where(and(eq(equipment.id, id), eq(equipment.deleted, false)))
      .all();
    return this.#toEquipment(found)[0] ?? null;
  }

  #toEquipment(
    found: readonly {
      equipment: typeof equipment.$inferSelect;
      outstanding: number;
      contested: number;
    }[],
  ): Equipment[] {
    const hours = this.#hours(
      found.map(({ equipment: { id, versions, ...values } }) => ({ id, versions, values })),
    );
    return found.map((each) =>
      equipmentShape.parse({
        ...each.equipment,
        ...hours.get(each.equipment.id),
        outstandingOrders: each.outstanding,
        sync: standingOf(this.#store.outbox, { ...each.equipment, contested: each.contested }),
        versions: fieldVersions(equipmentSpec, each.equipment.versions),
      }),
    );
  }
}
