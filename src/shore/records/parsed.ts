import type { z } from 'zod';
import { ShoreFailure } from '../failure.ts';

/** @throws {ShoreFailure} `invalid_input`, with what is wrong by path */
export function parsed<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const details = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message,
  }));
  throw new ShoreFailure('invalid_input', 'Something in this is not right. Nothing was saved.', { details });
}
