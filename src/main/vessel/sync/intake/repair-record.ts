import { specOf } from '#shared/records/catalogue.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import {
  applyChange,
  emptyState,
  isDeleted,
  latestStamp,
  materialise,
  type RecordState,
} from '#shared/sync/merge.ts';
import { decodeState, encodeState } from '#shared/sync/record-state-json.ts';
import { compareStamps } from '#shared/sync/causal-context.ts';
import { stampOf } from '#shared/sync/change.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { VesselStore } from '../../store/vessel-store.ts';

/**
 * Repairs a record that is not what the journal says: from the journal, and from a snapshot where it came with one.
 * Within an `apply` transaction.
 * @returns whether it was changed
 */
export function repairRecord(store: VesselStore, { entity, recordId }: RecordKey): boolean {
  const spec = specOf(entity);
  if (spec === undefined) return false;
  const applied = store.journal.ofRecord(entity, recordId).filter((entry) => entry.applied === 'applied');
  const base = store.base.get(entity, recordId);
  if (applied.length === 0 && base === null) return false;
  const state = applied.reduce<RecordState>(
    (folded, { change }) => applyChange(spec, folded, change),
    base === null ? emptyState : decodeState(spec, base.state, base.values),
  );
  const table = store.table(entity);
  const row = table.get(recordId);
  const known = row?.versions ?? store.awaited.get(entity, recordId);
  const values = materialise(spec, state);
  const versions = JSON.stringify(encodeState(state));
  if (
    known !== null &&
    canonicalJson(jsonOf(known)) === canonicalJson(encodeState(state)) &&
    canonicalJson(row?.values ?? null) === canonicalJson(values) &&
    (row?.deleted ?? false) === (values !== null && isDeleted(state))
  )
    return false;
  if (values === null) {
    if (row !== null) return false;
    store.awaited.put(entity, recordId, versions);
  } else {
    const latest = latestStamp(state);
    const author = applied.find(
      ({ change }) => latest !== null && compareStamps(stampOf(change), latest) === 0,
    );
    table.put(recordId, {
      values,
      deleted: isDeleted(state),
      updatedAt: author?.change.at ?? base?.updatedAt ?? row?.updatedAt ?? 0,
      updatedBy: author?.change.actorName ?? base?.updatedBy ?? row?.updatedBy ?? '',
      versions,
    });
    store.awaited.remove(entity, recordId);
  }
  // The conflicts of a field whose values were damaged go by the change that is in force last.
  const last = applied.at(-1);
  if (last !== undefined)
    store.conflicts.follow(spec, last.change, {
      prior: priorOf(known, () => decodeState(spec, known ?? '', row?.values ?? null)),
      state,
      now: store.environment.now(),
    });
  store.digests.markStale(entity, recordId);
  return true;
}

/** What stood there, as far as it can be read: it may be what was damaged. */
function priorOf(known: string | null, decode: () => RecordState): RecordState {
  if (known === null) return emptyState;
  try {
    return decode();
  } catch {
    return emptyState;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
