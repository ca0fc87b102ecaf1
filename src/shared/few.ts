import { z } from 'zod';

/**
 * Lists and objects of what others send. Zod looks at a list's length after it has checked every member: here at
 * first, so that a list of a hundred thousand costs nothing.
 */
export function fewItems<T>(most: number, item: z.ZodType<T>): z.ZodType<T[]> {
  return z
    .custom<unknown[]>((value) => Array.isArray(value) && value.length <= most, `A list of at most ${most}`)
    .pipe(z.array(item));
}

/** As `fewItems`, for an object with names of our own choosing. */
export function fewNamed<K extends string, T>(
  most: number,
  name: z.ZodType<K, K>,
  value: z.ZodType<T>,
): z.ZodType<Record<K, T>> {
  return z
    .custom<Record<K, unknown>>((given) => hasFewNames(given, most), `An object of at most ${most}`)
    .pipe(z.record(name, value));
}

function hasFewNames(value: unknown, most: number): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  let count = 0;
  for (const _name in value) if ((count += 1) > most) return false;
  return true;
}
