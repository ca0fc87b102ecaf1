import { z } from 'zod';
import { storableText } from './storable-text.ts';

/**
 * What a program is told of itself and tells the other end. Whatever one end accepts at its start the other end and
 * both databases take; what they could not is refused at the start, in words.
 */

/** Of a ship's name, as `hello` and presence carry it. */
export const shipNameLimit = 120;
/** Of how a computer signs its changes. */
export const deviceLimit = 120;

/** One line that people read, of so many characters at most. */
export function wordsUpTo(most: number): z.ZodType<string> {
  return (
    storableText
      .trim()
      .min(1, 'Not empty')
      .max(most, `At most ${most} characters`)
      // oxlint-disable-next-line no-control-regex
      .regex(/^[^\u0000-\u001f\u007f]*$/, 'No line ends or other control characters')
  );
}

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]/g;

/** What a system calls itself, as such words. */
export function wordsOf(text: string, most: number): string {
  const clean = text.toWellFormed().replaceAll(controls, ' ').trim();
  return clean.slice(0, most).toWellFormed().trim() || 'Computer';
}

/**
 * A time zone as IANA names it. Offsets such as `+02:00`, which some programs take for one, mean the opposite to
 * others (POSIX), and are none.
 */
export const timeZoneName = z
  .string()
  .max(64)
  .refine(isTimeZone, 'Give the name of a time zone, such as Europe/Oslo or Etc/GMT-8 (which is UTC+8).');

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Characters in 'name, rank', as a person signs: each at its longest. */
export const personLimit = 200;
