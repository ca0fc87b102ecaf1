import { z } from 'zod';
import { lazy } from '#shared/lazy.ts';
import { linesOf } from '#shared/records/lines.ts';
import { columnOf } from '#shared/records/record.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const row = z.object({ parent: z.string(), versions: z.string() });

/** Whether all lines of records of one kind are ashore with them. */
export class LineStanding {
  readonly #store: VesselStore;
  readonly #statements = lazy(() =>
    linesOf(this.#entity).map(({ entity, parent }) => {
      const column = columnOf(parent);
      return this.#store.connection.prepare(
        `SELECT ${column} AS parent, versions FROM ${entity}
         WHERE deleted = 0 AND ${column} IN (SELECT value FROM json_each(?))`,
      );
    }),
  );
  readonly #entity: string;

  constructor(store: VesselStore, entity: string) {
    this.#store = store;
    this.#entity = entity;
  }

  /**
   * @param records ids of those that shore holds
   * @returns those of them of which it lacks what a line says
   */
  lackingOf(records: readonly string[]): ReadonlySet<string> {
    if (records.length === 0) return new Set();
    const { outbox } = this.#store;
    const ids = JSON.stringify(records);
    return new Set(
      this.#statements()
        .flatMap((statement) => statement.all(ids).map((found) => row.parse(found)))
        .filter(({ versions }) => outbox.standingOf(versions) !== 'held')
        .map(({ parent }) => parent),
    );
  }
}
