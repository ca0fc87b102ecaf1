import { z } from 'zod';
import { subjectColumns } from '#shared/records/attached.ts';
import { lazy } from '#shared/lazy.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const row = z.object({ id: z.string(), versions: z.string(), lacking: z.number() });

/** Whether all that is attached to records of one kind is ashore with them. */
export class AttachedStanding {
  readonly #store: VesselStore;
  readonly #entity: string;
  /** Of a whole page at once: most records have nothing attached, and a look for each would cost more than the page. */
  readonly #attached = lazy(() => {
    const { id, kind } = subjectColumns(this.#entity);
    return this.#store.connection.prepare(
      `SELECT a.${id} AS id, a.versions, EXISTS (
           SELECT 1 FROM content AS c WHERE c.sha256 IN (a.sha256, a.thumbnail_sha256) AND c.complete = 1 AND c.is_ashore = 0
         ) AS lacking
       FROM attachment AS a WHERE a.deleted = 0 AND a.${id} IN (SELECT value FROM json_each(?))
         ${kind === null ? '' : `AND a.subject_kind = '${kind}'`}`,
    );
  });

  constructor(store: VesselStore, entity: string) {
    this.#store = store;
    this.#entity = entity;
  }

  /**
   * @param records ids of those that shore holds
   * @returns those of them of which it lacks something attached, or a content of that
   */
  lackingOf(records: readonly string[]): ReadonlySet<string> {
    if (records.length === 0) return new Set();
    const { outbox } = this.#store;
    return new Set(
      this.#attached()
        .all(JSON.stringify(records))
        .map((found) => row.parse(found))
        .filter(({ versions, lacking }) => lacking !== 0 || outbox.standingOf(versions) !== 'held')
        .map(({ id }) => id),
    );
  }
}
