import { and, or, sql, type SQL, type SQLWrapper } from 'drizzle-orm';

/** More words than these are not looked for. */
const mostWords = 8;

/** True for rows in one of whose `columns` a word stands somewhere. */
export type SearchCondition = (columns: readonly SQLWrapper[]) => SQL | undefined;

/**
 * True for rows of which `isMatch` holds for every word of `text`; undefined for no words.
 * @param isMatch where a word may stand
 */
export function containsWords(
  text: string | undefined,
  isMatch: (has: SearchCondition) => SQL | undefined,
): SQL | undefined {
  return and(
    ...wordsIn(text)
      .slice(0, mostWords)
      .map((word) => {
        const patterns = [...spellings(word)].map(patternOf);
        return isMatch((columns) =>
          or(...columns.flatMap((column) => patterns.map((each) => like(column, each)))),
        );
      }),
  );
}

const patternOf = (word: string): string => `%${word.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

const like = (column: SQLWrapper, pattern: string): SQL => sql`${column} LIKE ${pattern} ESCAPE '\\'`;

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
  const small = word.toLowerCase();
  const [first = ''] = small;
  const written = [word, small, word.toUpperCase(), first.toUpperCase() + small.slice(first.length)];
  return new Set(written.map((each) => each.replace(/[A-Z]/g, (letter) => letter.toLowerCase())));
}
