import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import type { Position } from './cursor.ts';

export interface Keyset {
  value: SQLWrapper;
  isNullable: boolean;
  id: SQLWrapper;
  vesselId: SQLWrapper;
  direction: 'asc' | 'desc';
}

/** `asc` and `desc` alike have rows without a value last; id and vessel make the order complete. */
export function orderOf({ value, isNullable, id, vesselId, direction }: Keyset): SQL[] {
  if (direction === 'asc') return [sql`${value} asc nulls last`, sql`${id} asc`, sql`${vesselId} asc`];
  // Only where the column can be empty, as the usual index does not serve `nulls last` backwards.
  const first = isNullable ? sql`${value} desc nulls last` : sql`${value} desc`;
  return [first, sql`${id} desc`, sql`${vesselId} desc`];
}

/**
 * Conditions that give, one after the other, the rows that follow `position`: those with a value, then those
 * without. Two plain ranges, where one condition with `or` would read the index from its beginning.
 */
export function rangesAfter(
  { value, isNullable, id, vesselId, direction }: Keyset,
  position: Position | null,
): SQL[] {
  const than = sql.raw(direction === 'asc' ? '>' : '<');
  if (position === null) return [sql`true`];
  if (position.value === null)
    return [sql`${value} is null and (${id}, ${vesselId}) ${than} (${position.id}, ${position.vesselId})`];
  const following = sql`(${value}, ${id}, ${vesselId}) ${than} (${position.value}, ${position.id}, ${position.vesselId})`;
  return isNullable ? [following, sql`${value} is null`] : [following];
}

/** Reads range after range until there are `limit` rows and one more, which tells that another page follows. */
export async function readPage<T>(
  ranges: readonly SQL[],
  limit: number,
  read: (range: SQL, limit: number) => Promise<T[]>,
): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = [];
  for (const range of ranges) {
    if (rows.length > limit) break;
    rows.push(...(await read(range, limit + 1 - rows.length)));
  }
  return { rows: rows.slice(0, limit), more: rows.length > limit };
}
