import type { ConflictingValue } from '../sync/conflicts.ts';
import type { Scalar } from '../json.ts';
import type { Conflict } from './conflicts.ts';
import type { OpenConflict } from './record-state.ts';

/** A conflict as either end keeps it. */
interface KeptConflict {
  id: number | null;
  field: string;
  /** What stood there before all of the values; null where that is not known. */
  base: { value: Scalar } | null;
  /** The one in force first. */
  heads: readonly Head[];
  /** ms since 1970 */
  openedAt: number;
  settledAt: number | null;
  settlement: (Head & { deleted: boolean }) | null;
}

type Head = Omit<ConflictingValue, 'also'> & { also?: Record<string, Scalar> | undefined };

/** Which of a field's values stand: changes as soon as another comes in or one goes. */
export function conflictVersion(heads: readonly Pick<Head, 'origin' | 'number'>[]): string {
  return heads.map(({ origin, number }) => `${origin}#${number}`).join('+');
}

/** A conflict as people are told of it beside its record. */
export function openConflictOf({ id, field, base, heads }: KeptConflict): OpenConflict {
  return {
    id: String(id),
    field,
    version: conflictVersion(heads),
    base: base?.value ?? null,
    baseKnown: base !== null,
    values: heads.map(valueOf),
  };
}

/** How it stood in lists, and how it ended. */
export function conflictEndOf({
  openedAt,
  settledAt,
  settlement,
}: KeptConflict): Pick<Conflict, 'openedAt' | 'settledAt' | 'settlement'> {
  return {
    openedAt: new Date(openedAt).toISOString(),
    settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    settlement: settlement === null ? null : { ...valueOf(settlement), deleted: settlement.deleted },
  };
}

function valueOf({ value, also, by, device, at, side }: Head): OpenConflict['values'][number] {
  const author = { value, by, device, at: new Date(at).toISOString(), side };
  return also === undefined ? author : { ...author, also };
}
