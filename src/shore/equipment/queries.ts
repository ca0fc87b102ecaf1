import { and, eq, getTableColumns, sql, type SQL } from 'drizzle-orm';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { decodeCursor, encodeCursor } from '../records/cursor.ts';
import { orderOf, rangesAfter, readPage, type Keyset } from '../records/keyset-page.ts';
import { pageLimit } from '../records/page-limit.ts';
import { detailsOf, standingOf } from '../records/record-standing.ts';
import { searchConditions } from '../records/search.ts';
import { findRecordVessel } from '../records/find-record-vessel.ts';
import type { EquipmentQuery, EquipmentService, Page, RecordKey, ShoreEquipment } from '../service.ts';
import { ShoreFailure } from '../failure.ts';
import type { Executor } from '../store/database.ts';
import { equipment } from '../store/schema.ts';

const order = 'code asc';
const keyset: Keyset = {
  value: equipment.code,
  id: equipment.id,
  vesselId: equipment.vesselId,
  direction: 'asc',
};
const searched = [equipment.code, equipment.name, equipment.location, equipment.maker, equipment.model];

/** Reads equipment for the office. */
export class EquipmentQueries implements EquipmentService {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async list(query: EquipmentQuery): Promise<Page<ShoreEquipment>> {
    const limit = pageLimit(query.limit, 50);
    const filter = [
      ...(query.vesselId === undefined ? [] : [eq(equipment.vesselId, query.vesselId)]),
      ...searchConditions(query.search, (has) => has(searched)),
    ];
    const { rows, more } = await readPage(
      rangesAfter(keyset, decodeCursor(order, 'string', query.cursor)),
      limit,
      (range, count) => this.#select([...filter, range], count),
    );
    const last = rows.at(-1)?.record;
    return {
      items: await this.#withDetails(rows),
      nextCursor: more && last !== undefined ? encodeCursor(order, { ...last, value: last.code }) : null,
    };
  }

  async get(key: RecordKey): Promise<ShoreEquipment> {
    const { vesselId, id } = await findRecordVessel(this.#executor, equipment, key, 'equipment');
    const [found] = await this.#select([eq(equipment.vesselId, vesselId), eq(equipment.id, id)], 1);
    const [item] = found === undefined ? [] : await this.#withDetails([found]);
    if (item === undefined)
      throw new ShoreFailure('not_found', 'This equipment is not there, or was deleted.');
    return item;
  }

  #select(where: SQL[], limit: number): Promise<SelectedRow[]> {
    return this.#executor
      .select({
        record: getTableColumns(equipment),
        sync: standingOf(equipment.vesselId, equipment.id),
      })
      .from(equipment)
      .where(and(sql`not ${equipment.deleted}`, ...where))
      .orderBy(...orderOf(keyset))
      .limit(limit);
  }

  async #withDetails(rows: readonly SelectedRow[]): Promise<ShoreEquipment[]> {
    const details = await detailsOf(
      this.#executor,
      equipmentSpec,
      rows.map(({ record }) => record),
    );
    return rows.map(({ record: { deleted: _, updatedAt, ...values }, sync }, index) => ({
      versions: {},
      conflicts: [],
      ...values,
      updatedAt: new Date(updatedAt).toISOString(),
      sync,
      ...details[index],
    }));
  }
}

interface SelectedRow {
  record: typeof equipment.$inferSelect;
  sync: ShoreEquipment['sync'];
}
