import type { MethodOutput } from '#shared/contract/index.ts';
import { outboxEntry, type OutboxEntry } from '#shared/contract/sync.ts';
import { labelOf } from '../../record-label.ts';
import type { WaitingChange } from '../../store/journal/outbox.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/** The queue as a person reads it: change by change, oldest first. */
export function outboxPage(store: VesselStore, limit: number, offset: number): MethodOutput<'sync.outbox'> {
  return {
    items: store.outbox.page(limit, offset).map((waiting) => toEntry(store, waiting)),
    total: store.outbox.counts().depth,
  };
}

function toEntry(store: VesselStore, { entry: { change }, lane, sentAt }: WaitingChange): OutboxEntry {
  const { number, entity, recordId, operation, fields, actorName, at } = change;
  return outboxEntry.parse({
    number,
    entity,
    recordId,
    label: labelOf(store, entity, recordId),
    operation,
    fields: Object.keys(fields),
    lane,
    by: actorName,
    at: new Date(at).toISOString(),
    sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
  });
}
