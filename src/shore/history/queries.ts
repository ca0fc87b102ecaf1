import { and, asc, eq } from 'drizzle-orm';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { HistoryEvent, HistoryPage } from '#shared/contract/history.ts';
import { receivedFromJson, hasReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { historyOf, historyPage, type HistoryEvent as Event } from '#shared/sync/history.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import { ShoreFailure } from '../failure.ts';
import { pageLimit } from '../records/page-limit.ts';
import type { HistoryQuery, RecordKey } from '../service.ts';
import type { Executor } from '../store/database.ts';
import { journalEntry } from '../store/journal-rows.ts';
import { syncJournal, vessel, workOrder } from '../store/schema.ts';

/** Reads what was done to a work order, from the journal. */
export class HistoryQueries {
  readonly #executor: Executor;

  constructor(executor: Executor) {
    this.#executor = executor;
  }

  /** @throws {ShoreFailure} `not_found`; `invalid_input` when two vessels have that id and none was named */
  async ofWorkOrder(key: RecordKey, { limit, cursor }: HistoryQuery): Promise<HistoryPage> {
    const vesselId = await this.#whose(key);
    const rows = await this.#executor
      .select()
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          eq(syncJournal.recordId, key.id),
          eq(syncJournal.entity, workOrderSpec.entity),
        ),
      )
      .orderBy(asc(syncJournal.feed));
    const [head] = await this.#executor
      .select({ origin: vessel.origin, acknowledged: vessel.acknowledged })
      .from(vessel)
      .where(eq(vessel.vesselId, vesselId));
    const onBoard =
      head === undefined ? null : { origin: head.origin, received: receivedFromJson(head.acknowledged) };
    const all = historyOf(workOrderSpec, rows.map(journalEntry));
    const { events, nextCursor } = historyPage(all, { cursor: cursor ?? null, limit: pageLimit(limit, 30) });
    return { items: events.map((event) => toEvent(event, onBoard)), total: all.length, nextCursor };
  }

  /** The vessel that has the order; deleted ones have a history too. */
  async #whose({ id, vesselId }: RecordKey): Promise<string> {
    const rows = await this.#executor
      .select({ vesselId: workOrder.vesselId })
      .from(workOrder)
      .where(and(eq(workOrder.id, id), ...(vesselId === undefined ? [] : [eq(workOrder.vesselId, vesselId)])))
      .limit(2);
    const [first, second] = rows;
    if (first === undefined) throw new ShoreFailure('not_found', 'This work order is not there.');
    if (second !== undefined)
      throw new ShoreFailure('invalid_input', 'Several vessels have this work order. Name the vessel.', {
        details: [{ path: 'vesselId', message: 'Needed here' }],
      });
    return first.vesselId;
  }
}

function toEvent(
  { entry: { change, applied }, fields, overridesDelete }: Event,
  onBoard: { origin: string; received: ReceivedRanges } | null,
): HistoryEvent {
  const { origin, number } = change;
  const waits = onBoard !== null && origin === onBoard.origin && !hasReceived(onBoard.received, number);
  return {
    origin,
    number,
    operation: change.operation,
    by: change.actorName,
    device: change.device,
    side: sideOf(origin),
    at: new Date(change.at).toISOString(),
    standing: waits ? 'here' : 'held',
    applied,
    overridesDelete,
    fields: fields.map(({ from, ...rest }) => ({
      ...rest,
      from: from?.value ?? null,
      fromKnown: from !== null,
    })),
  };
}
