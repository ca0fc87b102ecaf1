import type { Environment } from '#shared/ports.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { emptyDigest } from '#shared/sync/digest.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { VesselHead } from '../store/shore-store.ts';

/** Ten characters of 36: two lives of one database never meet. */
const originLength = 10;

/** Shore's name as a writer for one vessel, new for every life of the database. */
export function newShoreOrigin(environment: Pick<Environment, 'randomBytes'>): Origin {
  let name = 's';
  while (name.length <= originLength) {
    for (const byte of environment.randomBytes(originLength)) {
      // 252 is the highest multiple of 36 in a byte: above it some letters would come more often.
      if (byte < 252 && name.length <= originLength) name += (byte % 36).toString(36);
    }
  }
  return name;
}

/** Shore's side of a vessel that it hears of for the first time. */
export function newVessel(vesselId: string, environment: Environment): VesselHead {
  const origin = newShoreOrigin(environment);
  return {
    vesselId,
    origin,
    last: 0,
    hash: chainStart(vesselId, origin),
    time: 0,
    feed: 0,
    acknowledged: nothingReceived,
    digest: emptyDigest,
  };
}
