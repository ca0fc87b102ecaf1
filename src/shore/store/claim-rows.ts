import { desc, eq } from 'drizzle-orm';
import type { Executor } from './database.ts';
import { vesselClaim, vesselContact } from './schema.ts';
import type { VesselIdentity } from './shore-store.ts';

/** Who said to be the vessel, the newest first. */
export async function readIdentity(executor: Executor, vesselId: string): Promise<VesselIdentity> {
  const [contact] = await executor
    .select({ knownAs: vesselContact.knownAs })
    .from(vesselContact)
    .where(eq(vesselContact.vesselId, vesselId));
  const rows = await executor
    .select()
    .from(vesselClaim)
    .where(eq(vesselClaim.vesselId, vesselId))
    .orderBy(desc(vesselClaim.firstAt), vesselClaim.origin);
  return { knownAs: contact?.knownAs ?? null, claims: rows.map(({ vesselId: _, ...claim }) => claim) };
}
