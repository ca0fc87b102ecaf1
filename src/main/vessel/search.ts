import { and, or, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';

/** True for rows where every word of `text` stands somewhere in one of `columns`; undefined for no words. */
export function containsWords(text: string | undefined, columns: readonly SQLiteColumn[]): SQL | undefined {
  const words = (text ?? '').split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return undefined;
  return and(
    ...words.slice(0, 8).map((word) => {
      const pattern = `%${word.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
      return or(...columns.map((column) => sql`${column} LIKE ${pattern} ESCAPE '\\'`));
    }),
  );
}
