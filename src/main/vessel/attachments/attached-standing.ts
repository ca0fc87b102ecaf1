import { z } from 'zod';
import { lazy } from '#shared/lazy.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const row = z.object({ id: z.string(), versions: z.string(), lacking: z.number() });

/** Whether all that is attached to an order is ashore with it. */
export class AttachedStanding {
  readonly #store: VesselStore;
  /** Of a whole page at once: most orders have nothing attached, and a look for each would cost more than the page. */
  readonly #attached = lazy(() =>
    this.#store.connection.prepare(
      `SELECT a.work_order_id AS id, a.versions, EXISTS (
           SELECT 1 FROM content AS c WHERE c.sha256 IN (a.sha256, a.thumbnail_sha256) AND c.complete = 1 AND c.is_ashore = 0
         ) AS lacking
       FROM attachment AS a WHERE a.deleted = 0 AND a.work_order_id IN (SELECT value FROM json_each(?))`,
    ),
  );

  constructor(store: VesselStore) {
    this.#store = store;
  }

  /**
   * @param orders ids of orders that shore holds
   * @returns those of them of which it lacks something attached, or a content of that
   */
  lackingOf(orders: readonly string[]): ReadonlySet<string> {
    if (orders.length === 0) return new Set();
    const { outbox } = this.#store;
    return new Set(
      this.#attached()
        .all(JSON.stringify(orders))
        .map((found) => row.parse(found))
        .filter(({ versions, lacking }) => lacking !== 0 || outbox.standingOf(versions) !== 'held')
        .map(({ id }) => id),
    );
  }
}
