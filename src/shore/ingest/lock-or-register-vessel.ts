import { newVessel } from '../journal/new-vessel.ts';
import type { ShoreTransaction, VesselHead } from '../store/shore-store.ts';
import type { IngestDependencies } from './ingest.ts';

/** Locks the vessel's row. Registers it at its first contact where it may come in; null where it may not. */
export async function lockOrRegisterVessel(
  tx: ShoreTransaction,
  { environment, admit }: Pick<IngestDependencies, 'environment' | 'admit'>,
  vesselId: string,
): Promise<VesselHead | null> {
  const known = await tx.vesselForUpdate(vesselId);
  if (known !== null) return known;
  if (!admit(vesselId)) return null;
  await tx.createVessel(newVessel(vesselId, environment), environment.now());
  return tx.vesselForUpdate(vesselId);
}

/** Whether a vessel's messages are taken; at its first contact it is registered. */
export function isAdmitted(
  dependencies: Pick<IngestDependencies, 'environment' | 'admit' | 'store'>,
  vesselId: string,
): Promise<boolean> {
  return dependencies.store.transaction(
    'acknowledge',
    async (tx) => (await lockOrRegisterVessel(tx, dependencies, vesselId)) !== null,
  );
}
