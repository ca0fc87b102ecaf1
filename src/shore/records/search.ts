import { sql, type SQL, type SQLWrapper } from 'drizzle-orm';
import { isStorable } from '#shared/domain/storable-text.ts';

/** True for rows in one of whose `columns` a word stands, whatever the case; the start of a word is enough. */
export type SearchCondition = (columns: readonly SQLWrapper[]) => SQL;

/**
 * @param isMatch where each word must stand
 * @returns one condition a word
 */
export function searchConditions(search: string | undefined, isMatch: (has: SearchCondition) => SQL): SQL[] {
  const words = (search ?? '').split(/\s+/).filter((word) => word !== '');
  return words.map((word) => {
    if (!isStorable(word)) return sql`false`;
    const escaped = word.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
    const pattern = /^[\p{L}\p{N}_]/u.test(word) ? String.raw`\m${escaped}` : escaped;
    return isMatch((columns) => sql`concat_ws(' ', ${sql.join([...columns], sql`, `)}) ~* ${pattern}`);
  });
}
