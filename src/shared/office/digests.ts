import { z } from 'zod';
import { originName } from '../sync/causal-context.ts';

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Records in one page of digests. */
export const mostDigests = 1_000;

export const digestsQuery = z.object({
  /** `next` of the page before: record id and kind, with a blank between. */
  after: z.string().max(120).optional(),
});

/**
 * What shore holds for a vessel, read from the records themselves, for comparing with the vessel's: digests by record
 * id and kind (`shared/sync/digest.ts`), and where every journal stands.
 */
export const vesselDigests = z.object({
  /** By origin the cursor, or the cursor and ranges beyond it. */
  held: z.record(originName, z.union([count, z.tuple([count], z.tuple([count, count]))])),
  /** Per origin the chain hash at the cursor. */
  heads: z.array(z.object({ origin: z.string(), upTo: z.number().int(), hash: z.string() })).readonly(),
  items: z.array(z.object({ entity: z.string(), recordId: z.string(), digest: z.string() })).readonly(),
  /** To be asked with for the next page; null on the last. */
  next: z.string().nullable(),
});
export type VesselDigests = z.infer<typeof vesselDigests>;
