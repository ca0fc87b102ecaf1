import { batchesOf } from '#shared/file-transfer/batches.ts';
import type { PackageFrame } from '#shared/file-transfer/make-package.ts';
import type { Codec, Environment } from '#shared/ports.ts';
import { chainStart } from '#shared/sync/chain.ts';
import { noReferences } from '#shared/sync/columns/record-references.ts';
import { encodeFrame, packFrame, type Ack } from '#shared/sync/frame.ts';
import {
  furthestOf,
  receivedFromJson,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import { holdingOf } from '../journal/holding.ts';
import { answer } from '../ingest/answer.ts';
import { pause } from '../store/retry.ts';
import type { OriginHead, ShoreStore, VesselHead } from '../store/shore-store.ts';
import type { Peer } from './file-transfer-store.ts';

export interface OutgoingDependencies {
  store: ShoreStore;
  environment: Environment;
  codec: Codec;
  /** Most changes in a batch: on board one is applied at a turn of the program that draws the screens. */
  changesPerBatch: number;
}

const attempts = 3;

/**
 * Everything that a file for a ship has, in the order in which it is to be taken: what the ship lacks of the office's
 * journal and of others', what is to be said of journals that part, and last what shore holds of the ship's own.
 */
export async function* outgoingFrames(
  dependencies: OutgoingDependencies,
  vesselId: string,
  peer: Peer,
): AsyncGenerator<PackageFrame> {
  const { store, environment, codec } = dependencies;
  const known = await store.vessel(vesselId);
  if (known === null) return;
  const origin = peer.hello?.origin ?? (await store.contact(vesselId))?.hello?.origin ?? null;
  const exported = new Map<Origin, number>();
  for (let attempt = 1; ; attempt += 1) {
    const { vessel, heads, status } = await positionOf(dependencies, vesselId, origin);
    const { hello } = peer;
    for (const head of hello === null ? [] : heads) {
      // Without the ship's word on what it holds, what came from the ship is not sent back to it.
      if (head.origin === origin) continue;
      const theirs = receivedFromJson(hello?.held[head.origin] ?? 0);
      yield* journalFrames(
        dependencies,
        vesselId,
        { origin: head.origin, theirs, upTo: furthestOf(head.received) },
        exported,
      );
    }
    const own = { origin: vessel.origin, theirs: vessel.acknowledged, upTo: vessel.last };
    yield* journalFrames(dependencies, vesselId, own, exported);
    // What shore says that it holds is of one moment: what was written meanwhile comes into the file first.
    const after = await store.vessel(vesselId);
    if (after?.feed !== vessel.feed && attempt < attempts) continue;
    for (const ack of Object.values(peer.answers)) yield { frame: encodeFrame(ack, codec), batch: null };
    if (status !== null) yield { frame: encodeFrame(status, codec), batch: null };
    environment.log.debug({ vessel: vesselId, attempt }, 'a file for a ship was put together');
    return;
  }
}

async function* journalFrames(
  { store, environment, codec, changesPerBatch }: OutgoingDependencies,
  vesselId: string,
  { origin, theirs, upTo }: { origin: Origin; theirs: ReceivedRanges; upTo: number },
  exported: Map<Origin, number>,
): AsyncGenerator<PackageFrame> {
  const done = exported.get(origin);
  const turn = (): Promise<void> => pause(environment, 0);
  const batches = batchesOf({
    vesselId,
    origin,
    theirs: done === undefined ? theirs : { upTo: done, beyond: [] },
    upTo,
    entries: (after, limit) => store.entriesOf(vesselId, origin, Math.max(0, after), limit),
    changesPerBatch,
    pause: turn,
  });
  for await (const batch of batches)
    yield { frame: await packFrame(batch, codec, { creationOf: noReferences, pause: turn }), batch };
  exported.set(origin, Math.max(upTo, done ?? 0));
}

/** Where shore stands with the vessel at one moment, and what it says of that to the ship's computer. */
async function positionOf(
  { store, environment }: OutgoingDependencies,
  vesselId: string,
  origin: Origin | null,
): Promise<{ vessel: VesselHead; heads: readonly OriginHead[]; status: Ack | null }> {
  const isWaiting = (await store.waiting(vesselId, 0, 1)).length > 0;
  return store.transaction('acknowledge', async (tx) => {
    const vessel = await tx.vesselForUpdate(vesselId);
    if (vessel === null) throw new Error(`${vesselId} is not a vessel of this office any more`);
    const heads = await tx.originHeads(vesselId);
    if (origin === null) return { vessel, heads, status: null };
    const head = heads.find((each) => each.origin === origin) ?? {
      origin,
      received: nothingReceived,
      hash: chainStart(vesselId, origin),
    };
    const holding = holdingOf(vessel, heads);
    const status = await answer(tx, vesselId, head, {
      outcome: 'status',
      attempt: null,
      holding: isWaiting ? { ...holding, digest: null } : holding,
      at: environment.now(),
    });
    return { vessel, heads, status };
  });
}
