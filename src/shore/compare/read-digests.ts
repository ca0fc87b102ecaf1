import { mostDigests, type VesselDigests } from '#shared/office/digests.ts';
import type { Environment } from '#shared/ports.ts';
import { ShoreFailure } from '../failure.ts';
import { digestOf } from '../journal/digest-of-records.ts';
import { keyOf } from '../journal/fold.ts';
import type { RecordRef, ShoreStore } from '../store/shore-store.ts';
import { completeDigest } from './complete-digest.ts';
import { holdingOf } from '../journal/holding.ts';

/**
 * One page of what shore holds for a vessel, each digest made from the record as it is read: what is kept beside the
 * records is not believed.
 * @throws {ShoreFailure} `not_found` for a vessel that nobody knows
 */
export async function readDigests(
  dependencies: { store: ShoreStore; environment: Environment },
  vesselId: string,
  after: string | undefined,
): Promise<VesselDigests> {
  if (!(await completeDigest(dependencies, vesselId)))
    throw new ShoreFailure('not_found', `There is no vessel called '${vesselId}'.`);
  return dependencies.store.transaction('update', async (tx) => {
    const vessel = await tx.vesselForUpdate(vesselId);
    if (vessel === null) throw new ShoreFailure('not_found', `There is no vessel called '${vesselId}'.`);
    const heads = await tx.originHeads(vesselId);
    const page = await tx.digestsAfter(vesselId, after === undefined ? null : refFrom(after), mostDigests);
    const digests = new Map<string, string>();
    for (const [entity, refs] of Map.groupBy(page, (ref) => ref.entity)) {
      const ids = refs.map(({ recordId }) => recordId);
      for (const record of await tx.records(vesselId, entity, ids))
        digests.set(keyOf(entity, record.id), digestOf(record));
    }
    const last = page.at(-1);
    return {
      held: holdingOf(vessel, heads).held,
      heads: [
        ...heads.map(({ origin, received, hash }) => ({ origin, upTo: received.upTo, hash })),
        { origin: vessel.origin, upTo: vessel.last, hash: vessel.hash },
      ],
      items: page.map(({ entity, recordId }) => ({
        entity,
        recordId,
        digest: digests.get(keyOf(entity, recordId)) ?? '',
      })),
      next: last === undefined || page.length < mostDigests ? null : `${last.recordId} ${last.entity}`,
    };
  });
}

function refFrom(text: string): RecordRef {
  const [recordId = '', entity = ''] = text.split(' ');
  return { entity, recordId };
}
