import type { PackageFrame } from '#shared/file-transfer/make-package.ts';
import { batchesOf } from '#shared/file-transfer/batches.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import type { Codec } from '#shared/ports.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Digest } from '#shared/sync/digest.ts';
import { encodeFrame, packFrame, type Hello } from '#shared/sync/frame.ts';
import {
  furthestOf,
  receivedFromJson,
  nothingReceived,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { KnownCreations } from '../sync/uplink/known-creations.ts';
import { basesOf, headFingerprintsOf } from '../sync/consistency/head-fingerprints.ts';
import type { TransferLog } from './transfer-log.ts';

export interface OutgoingDependencies {
  store: VesselStore;
  transferLog: TransferLog;
  codec: Codec;
  vesselName: string;
  changesPerBatch: number;
  /** Whether everything that the cursors count is there: no snapshot is being taken. */
  isComplete(): boolean;
  pause(): Promise<void>;
}

/** People may write while the digest is made: after so many attempts the file goes without. */
const attempts = 3;

/**
 * Everything that a file for the office has, in the order in which it is to be taken: what shore lacks of this node's
 * journal and of others', what is to be said of journals that part, and last who is there and what it holds; who is
 * there also comes first, as the office looks at that before it takes anything. Nothing is marked as sent: the queue moves on shore's word alone.
 */
export async function* outgoingFrames(dependencies: OutgoingDependencies): AsyncGenerator<PackageFrame> {
  const { store, transferLog, codec } = dependencies;
  const { shoreHolds } = transferLog;
  yield { frame: encodeFrame(helloOf(dependencies, null), codec), batch: null };
  for (const origin of store.otherOrigins()) {
    // Without shore's word on what it holds, what came from shore is not sent back to it.
    if (shoreHolds === null) continue;
    const theirs = receivedFromJson(shoreHolds[origin] ?? 0);
    yield* journalFrames(dependencies, origin, { theirs, upTo: furthestOf(store.headOf(origin).received) });
  }
  const { origin } = store.own;
  let exported = 0;
  let digest: Digest | null = null;
  for (let attempt = 1; ; attempt += 1) {
    const { last } = store.own;
    const acknowledged = store.heads.acknowledged(origin) ?? nothingReceived;
    const theirs = exported === 0 ? acknowledged : { upTo: exported, beyond: [] };
    if (last > exported) yield* journalFrames(dependencies, origin, { theirs, upTo: last });
    exported = last;
    digest = await digestOf(dependencies);
    // The hello is of one moment: what was written meanwhile comes into the file first.
    if (store.own.last === exported || attempt === attempts) break;
  }
  for (const ack of Object.values(transferLog.answers)) yield { frame: encodeFrame(ack, codec), batch: null };
  yield { frame: encodeFrame(helloOf(dependencies, digest), codec), batch: null };
}

async function* journalFrames(
  { store, transferLog, codec, changesPerBatch, pause }: OutgoingDependencies,
  origin: Origin,
  { theirs, upTo }: { theirs: ReceivedRanges; upTo: number },
): AsyncGenerator<PackageFrame> {
  const known = new KnownCreations(store);
  if (transferLog.writesIdsOut || origin !== store.own.origin) known.refused();
  const mayHold = origin === store.own.origin ? sentEnds(store) : new Map<number, ChainHash>();
  const batches = batchesOf({
    vesselId: store.vesselId,
    origin,
    theirs,
    upTo,
    mayHold,
    entries: (after, limit) => store.journal.range(origin, Math.max(0, after), limit),
    changesPerBatch,
    pause,
  });
  for await (const batch of batches)
    yield {
      frame: await packFrame(batch, codec, {
        creationOf: known.now(),
        pause,
      }),
      batch,
    };
}

function sentEnds({ outbox, journal, own }: VesselStore): Map<number, ChainHash> {
  return new Map(
    outbox.sentEnds().flatMap((number): [number, ChainHash][] => {
      const hash = journal.get(own.origin, number)?.hash ?? null;
      return hash === null ? [] : [[number, hash]];
    }),
  );
}

/** The digest of all records as they are, made a slice at a time; null while they are not all that is held. */
async function digestOf({ store, isComplete, pause }: OutgoingDependencies): Promise<Digest | null> {
  if (!isComplete() || store.settings.get('waiting') === 'yes') return null;
  while (!store.digests.advance()) await pause();
  return store.digests.current();
}

function helloOf({ store, vesselName }: OutgoingDependencies, digest: Digest | null): Hello {
  const { own, vesselId } = store;
  return {
    kind: 'hello',
    vessel: vesselId,
    name: vesselName,
    origin: own.origin,
    last: own.last,
    hash: own.hash,
    acknowledged: furthestOf(store.heads.acknowledged(own.origin) ?? nothingReceived),
    held: store.seen,
    digest,
    marks: headFingerprintsOf(store),
    ...basesOf(store),
    recordsVersion,
    at: store.environment.now(),
  };
}
