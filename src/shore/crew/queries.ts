import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import { decodeCursor, encodeCursor } from '../records/cursor.ts';
import { orderOf, rangesAfter, readPage, type Keyset } from '../records/keyset-page.ts';
import { pageLimit } from '../records/page-limit.ts';
import { standingOf } from '../records/record-standing.ts';
import type { CrewService, Page, PageQuery, ShoreCrewMember } from '../service.ts';
import type { Executor } from '../store/database.ts';
import { crewMember } from '../store/schema.ts';

const order = 'name asc';
const keyset: Keyset = {
  value: crewMember.name,
  id: crewMember.id,
  vesselId: crewMember.vesselId,
  direction: 'asc',
};

/** Reads the crew for the office, by name. */
export class CrewQueries implements CrewService {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  async list(query: PageQuery): Promise<Page<ShoreCrewMember>> {
    const limit = pageLimit(query.limit, 50);
    const vessel = query.vesselId === undefined ? [] : [eq(crewMember.vesselId, query.vesselId)];
    const { rows, more } = await readPage(
      rangesAfter(keyset, decodeCursor(order, 'string', query.cursor)),
      limit,
      (range, count) =>
        this.#executor
          .select({
            record: getTableColumns(crewMember),
            sync: standingOf(crewMember.vesselId, crewMember.id),
          })
          .from(crewMember)
          .where(and(sql`not ${crewMember.deleted}`, ...vessel, range))
          .orderBy(...orderOf(keyset))
          .limit(count),
    );
    const last = rows.at(-1)?.record;
    return {
      items: rows.map(({ record: { deleted: _, updatedAt, ...values }, sync }) => ({
        ...values,
        updatedAt: new Date(updatedAt).toISOString(),
        sync,
      })),
      nextCursor: more && last !== undefined ? encodeCursor(order, { ...last, value: last.name }) : null,
    };
  }
}
