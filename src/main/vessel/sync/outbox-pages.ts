import type { Statement } from 'better-sqlite3';
import { z } from 'zod';
import type { MethodOutput } from '#shared/contract/index.ts';
import { outboxEntry, type OutboxEntry } from '#shared/contract/sync.ts';
import { labelOf } from '../record-label.ts';
import type { VesselStore } from '../store/vessel-store.ts';

const row = z.object({
  number: z.number(),
  lane: z.string(),
  entity: z.string(),
  record_id: z.string(),
  sent_at: z.number().nullable(),
  operation: z.string(),
  fields: z.string(),
  actor_name: z.string(),
  at: z.number(),
});

/** The queue as a person reads it: order by order, oldest first. */
export class OutboxPages {
  readonly #store: VesselStore;
  readonly #page: Statement;

  constructor(store: VesselStore) {
    this.#store = store;
    this.#page = store.connection.prepare(
      `SELECT o.number, o.lane, o.entity, o.record_id, o.sent_at, j.operation, j.fields, j.actor_name, j.at
       FROM sync_outbox AS o JOIN sync_journal AS j ON j.entry = ? + o.number
       ORDER BY o.number LIMIT ? OFFSET ?`,
    );
  }

  page(limit: number, offset: number): MethodOutput<'sync.outbox'> {
    const items = this.#page
      .all(this.#store.journal.base(this.#store.own.origin), limit, offset)
      .map((found) => this.#toEntry(found));
    return { items, total: this.#store.outbox.figures().depth };
  }

  #toEntry(found: unknown): OutboxEntry {
    const stored = row.parse(found);
    return outboxEntry.parse({
      number: stored.number,
      entity: stored.entity,
      recordId: stored.record_id,
      label: labelOf(this.#store, stored.entity, stored.record_id),
      operation: stored.operation,
      fields: Object.keys(z.record(z.string(), z.unknown()).parse(JSON.parse(stored.fields))),
      lane: stored.lane,
      by: stored.actor_name,
      at: new Date(stored.at).toISOString(),
      sentAt: stored.sent_at === null ? null : new Date(stored.sent_at).toISOString(),
    });
  }
}
