import type { HistoryEvent } from '#shared/contract/history.ts';
import { hasReceived } from '#shared/sync/received-ranges.ts';
import { historyOf, historyPage, type Entry, type HistoryEvent as Event } from '#shared/sync/history.ts';
import { emptyState } from '#shared/sync/merge.ts';
import { decodeState } from '#shared/sync/record-state-json.ts';
import { sideOf } from '#shared/sync/causal-context.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { Handlers } from '../handlers.ts';
import type { VesselStore } from '../store/vessel-store.ts';

export function historyHandlers(store: VesselStore): Pick<Handlers, 'history.list'> {
  return {
    'history.list': ({ entity, id, limit, cursor = null }) => {
      const table = store.tables.get(entity);
      const base = store.base.get(entity, id);
      const since = table === undefined ? [] : store.journal.ofRecord(entity, id);
      if (table === undefined || (since.length === 0 && base === null))
        throw new ContractFailure('not_found', 'The journal on board has nothing of this record.');
      // What came with a snapshot came as a state, and with its changes only where people had to be told of them.
      const before = (base?.history ?? []).map((change): Entry => ({ change, applied: 'applied' }));
      const start =
        base === null || before.length > 0 ? emptyState : decodeState(table.spec, base.state, base.values);
      const all = historyOf(table.spec, [...before, ...since], start);
      const { events, nextCursor } = historyPage(all, { cursor, limit });
      const items = events.map((event) => toEvent(store, event));
      return { items, total: all.length, nextCursor };
    },
  };
}

function toEvent(store: VesselStore, { entry, fields, overridesDelete }: Event): HistoryEvent {
  const { change, applied } = entry;
  const { origin, number } = change;
  return {
    origin,
    number,
    operation: change.operation,
    by: change.actorName,
    device: change.device,
    side: sideOf(origin),
    at: new Date(change.at).toISOString(),
    standing: standingOf(store, origin, number),
    applied,
    overridesDelete,
    fields: fields.map(({ from, ...rest }) => ({
      ...rest,
      from: from?.value ?? null,
      fromKnown: from !== null,
    })),
  };
}

/** What came from elsewhere came through shore, which has it unless it said otherwise since. */
function standingOf(store: VesselStore, origin: string, number: number): HistoryEvent['standing'] {
  if (origin !== store.own.origin) return hasReceived(store.notAshore.of(origin), number) ? 'here' : 'held';
  const acknowledged = store.heads.acknowledged(origin);
  if (acknowledged !== null && hasReceived(acknowledged, number)) return 'held';
  return store.outbox.isSent(number) ? 'sent' : 'here';
}
