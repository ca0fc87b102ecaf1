import { sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { isStorable } from '#shared/domain/storable-text.ts';

/**
 * Each word must stand in one of the columns, whatever the case; the start of a word is enough.
 * @returns one condition a word
 */
export function searchConditions(columns: readonly PgColumn[], search: string | undefined): SQL[] {
  const words = (search ?? '').split(/\s+/).filter((word) => word !== '');
  const text = sql`concat_ws(' ', ${sql.join([...columns], sql`, `)})`;
  return words.map((word) => {
    if (!isStorable(word)) return sql`false`;
    const escaped = word.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
    const pattern = /^[\p{L}\p{N}_]/u.test(word) ? String.raw`\m${escaped}` : escaped;
    return sql`${text} ~* ${pattern}`;
  });
}
