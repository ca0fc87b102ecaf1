import { z } from 'zod';

/** False for texts that Postgres cannot hold: with a NUL, or with half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

/** A text that both databases can hold. */
export const storableText = z.string().refine(isStorable, 'Holds a character that cannot be stored');
