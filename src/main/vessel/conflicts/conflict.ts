import type { Conflict } from '#shared/contract/conflicts.ts';
import type { OpenConflict } from '#shared/contract/record-state.ts';
import type { ConflictHead, StoredConflict } from '../store/records/conflicts.ts';

/** Which values stand in a conflict: changes as soon as another comes in or one goes. */
export function conflictVersion({ heads }: Pick<StoredConflict, 'heads'>): string {
  return heads.map(({ origin, number }) => `${origin}#${number}`).join('+');
}

/** A conflict as a screen is told of it beside its record. */
export function toOpenConflict(stored: StoredConflict): OpenConflict {
  return {
    id: String(stored.id),
    field: stored.field,
    version: conflictVersion(stored),
    base: stored.base?.value ?? null,
    baseKnown: stored.base !== null,
    values: stored.heads.map(toValue),
  };
}

/** A conflict as it stands in a list of them. */
export function toConflict(stored: StoredConflict, label: string): Conflict {
  const { settlement, settledAt } = stored;
  return {
    ...toOpenConflict(stored),
    entity: stored.entity,
    recordId: stored.recordId,
    label,
    openedAt: new Date(stored.openedAt).toISOString(),
    settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    settlement: settlement === null ? null : { ...toValue(settlement), deleted: settlement.deleted },
  };
}

function toValue({ value, also, by, device, at, side }: ConflictHead): OpenConflict['values'][number] {
  const author = { value, by, device, at: new Date(at).toISOString(), side };
  return also === undefined ? author : { ...author, also };
}
