import { and, or, sql, type SQL } from 'drizzle-orm';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';

/** More words than these are not looked for. */
const mostWords = 8;

/** True for rows where every word of `text` stands somewhere in one of `columns`; undefined for no words. */
export function containsWords(text: string | undefined, columns: readonly SQLiteColumn[]): SQL | undefined {
  const words = wordsIn(text).slice(0, mostWords);
  if (words.length === 0) return undefined;
  return and(
    ...words.map((word) => {
      const patterns = [...spellings(word)].map(
        (spelling) => `%${spelling.replace(/[\\%_]/g, (character) => `\\${character}`)}%`,
      );
      return or(
        ...columns.flatMap((column) => patterns.map((pattern) => sql`${column} LIKE ${pattern} ESCAPE '\\'`)),
      );
    }),
  );
}

/** Whether `containsWords` has anything to look for. */
export const hasWords = (text: string | undefined): boolean => wordsIn(text).length > 0;

function wordsIn(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/**
 * The ways in which a word may be written, as far as `LIKE` tells them apart: it knows the case of English letters alone,
 * so that a `KJØLEVANN` would not be found by who looks for `kjølevann`.
 */
function spellings(word: string): ReadonlySet<string> {
  if (/^\p{ASCII}*$/u.test(word)) return new Set([word]);
  const small = word.toLowerCase();
  const [first = ''] = small;
  return new Set([word, small, word.toUpperCase(), first.toUpperCase() + small.slice(first.length)]);
}
