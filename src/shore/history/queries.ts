import { and, asc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { HistoryEvent, HistoryPage } from '#shared/contract/history.ts';
import { receivedFromJson, hasReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { historyOf, historyPage, type HistoryEvent as Event } from '#shared/sync/history.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import { ShoreFailure } from '../failure.ts';
import { pageLimit } from '../records/page-limit.ts';
import type { HistoryQuery, RecordKey } from '../service.ts';
import { rowsOf, type Executor } from '../store/database.ts';
import { journalEntry } from '../store/journal-rows.ts';
import { syncJournal, vessel } from '../store/schema.ts';

/** Reads what was done to a record of one kind, from the journal. */
export class HistoryQueries {
  readonly #executor: Executor;
  readonly #spec: RecordDeclaration;

  constructor(executor: Executor, spec: RecordDeclaration) {
    this.#executor = executor;
    this.#spec = spec;
  }

  /** @throws {ShoreFailure} `not_found`; `invalid_input` when two vessels have that id and none was named */
  async of(key: RecordKey, { limit, cursor }: HistoryQuery): Promise<HistoryPage> {
    const vesselId = await this.#whose(key);
    const rows = await this.#executor
      .select()
      .from(syncJournal)
      .where(
        and(
          eq(syncJournal.vesselId, vesselId),
          eq(syncJournal.recordId, key.id),
          eq(syncJournal.entity, this.#spec.entity),
        ),
      )
      .orderBy(asc(syncJournal.feed));
    const [head] = await this.#executor
      .select({ origin: vessel.origin, acknowledged: vessel.acknowledged })
      .from(vessel)
      .where(eq(vessel.vesselId, vesselId));
    const onBoard =
      head === undefined ? null : { origin: head.origin, received: receivedFromJson(head.acknowledged) };
    const all = historyOf(this.#spec, rows.map(journalEntry));
    const { events, nextCursor } = historyPage(all, { cursor: cursor ?? null, limit: pageLimit(limit, 30) });
    return { items: events.map((event) => toEvent(event, onBoard)), total: all.length, nextCursor };
  }

  /** The vessel that has the record; deleted ones have a history too. */
  async #whose({ id, vesselId }: RecordKey): Promise<string> {
    const { entity, names } = this.#spec;
    const name = names.one.toLowerCase();
    const ofVessel = vesselId === undefined ? sql`` : sql`and vessel_id = ${vesselId}`;
    const [first, second] = await rowsOf(
      this.#executor,
      sql`select vessel_id from ${sql.identifier(entity)} where id = ${id} ${ofVessel} limit 2`,
      z.object({ vessel_id: z.string() }),
    );
    if (first === undefined) throw new ShoreFailure('not_found', `This ${name} is not there.`);
    if (second !== undefined)
      throw new ShoreFailure('invalid_input', `Several vessels have this ${name}. Name the vessel.`, {
        details: [{ path: 'vesselId', message: 'Needed here' }],
      });
    return first.vessel_id;
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
