import type { OpenConflict } from '#shared/contract/record-state.ts';
import type { ConflictHead } from '../store/schema.ts';
import type { StoredConflict } from '../store/shore-store.ts';

/** Which of a field's values stand: changes as soon as another comes in or one goes. */
export function versionOf(heads: readonly { origin: string; number: number }[]): string {
  return heads.map(({ origin, number }) => `${origin}#${number}`).join('+');
}

/** A conflict as the office is told of it beside its record. */
export function openConflict({ id, field, base, heads }: StoredConflict): OpenConflict {
  return {
    id: String(id),
    field,
    version: versionOf(heads),
    base: base?.value ?? null,
    baseKnown: base !== null,
    values: heads.map(valueFrom),
  };
}

/** How it stood in lists, and how it ended. */
export function conflictEnd({ openedAt, settledAt, settlement }: StoredConflict) {
  return {
    openedAt: new Date(openedAt).toISOString(),
    settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    settlement: settlement === null ? null : { ...valueFrom(settlement), deleted: settlement.deleted },
  };
}

function valueFrom({ value, also, by, device, at, side }: ConflictHead): OpenConflict['values'][number] {
  const author = { value, by, device, at: new Date(at).toISOString(), side };
  return also === undefined ? author : { ...author, also };
}
