import type { Conflict } from '#shared/contract/conflicts.ts';
import { conflictEndOf, openConflictOf } from '#shared/contract/open-conflict.ts';
import type { StoredConflict } from '../store/records/conflicts.ts';

/** A conflict as it stands in a list of them. */
export function toConflict(stored: StoredConflict, label: string): Conflict {
  const { entity, recordId } = stored;
  return { ...openConflictOf(stored), ...conflictEndOf(stored), entity, recordId, label };
}
