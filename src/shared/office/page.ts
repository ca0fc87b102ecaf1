import { z } from 'zod';
import { vesselId } from '../sync/topics.ts';

/** Narrows a question to one vessel; left out means all of them. */
export const vesselQuery = z.strictObject({ vessel: vesselId.optional() });

export const pageQuery = z.strictObject({
  ...vesselQuery.shape,
  limit: z.number().int().min(1).max(500).default(50),
  /** `nextCursor` of the page before, asked with the same filter and order. */
  cursor: z.string().min(1).max(2_000).optional(),
});

/** A page by keyset: `nextCursor` is opaque, null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });
}
