import type { PartHeader } from '#shared/file-transfer/header.ts';
import type { PackageStore } from '#shared/file-transfer/package-store.ts';
import type { FrameTaken } from '#shared/file-transfer/take-part.ts';
import type { Codec } from '#shared/ports.ts';
import { decodeFrame, type Ack, type Batch } from '#shared/sync/frame.ts';
import { framesInFiles } from '#shared/sync/message-limits.ts';
import { receivedFromJson, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { applyBatch } from '../sync/intake/apply-batch.ts';
import type { FileTransferSession } from '../sync/link/take-file-transfer.ts';
import type { TransferLog } from './transfer-log.ts';

export interface IncomingDependencies {
  store: VesselStore;
  transferLog: TransferLog;
  packages: PackageStore;
  codec: Codec;
  session: FileTransferSession;
  pause(): Promise<void>;
}

const nothing: FrameTaken = { outcome: 'taken', fresh: 0, known: 0 };

/** Takes one frame of a file from the office, by the same code as from the link. */
export async function takeFrame(
  dependencies: IncomingDependencies,
  frame: Uint8Array,
  header: PartHeader,
): Promise<FrameTaken> {
  const { store, codec } = dependencies;
  const message = decodeFrame(frame, store.vesselId, codec, framesInFiles);
  if (message.kind === 'batch') return takeBatch(dependencies, message);
  if (message.kind === 'ack') await takeAck(dependencies, message, header);
  return nothing;
}

function takeBatch({ store, transferLog, session }: IncomingDependencies, batch: Batch): FrameTaken {
  // Meant for another computer of this ship, which lacks them.
  if (batch.origin === store.own.origin) return nothing;
  session.onBatch();
  const before = countOf(store, batch);
  const ack = applyBatch(store, batch);
  const { [batch.origin]: _, ...others } = transferLog.answers;
  // What shore cannot know from what this node holds: from where on its journal is another.
  if (ack.outcome === 'fork') transferLog.answers = { ...others, [batch.origin]: ack };
  else if (Object.keys(transferLog.answers).length !== Object.keys(others).length)
    transferLog.answers = others;
  if (ack.outcome !== 'stored')
    return { outcome: ack.outcome === 'fork' ? 'fork' : 'gap', fresh: 0, known: 0 };
  const fresh = batch.changes.length - before;
  return { outcome: 'taken', fresh, known: before };
}

function countOf(store: VesselStore, { origin, changes }: Batch): number {
  return changes.filter(({ number }) => store.journal.get(origin, number) !== null).length;
}

async function takeAck(
  { store, transferLog, packages, session, pause }: IncomingDependencies,
  ack: Ack,
  header: PartHeader,
): Promise<void> {
  if (ack.holding !== null) transferLog.shoreHolds = ack.holding.held;
  if (ack.origin !== store.own.origin) return;
  if (ack.outcome === 'unresolved') transferLog.noteUnresolved();
  // The digest that shore's is compared with, made without keeping anybody waiting.
  while (ack.holding !== null && !store.digests.advance()) await pause();
  session.take(ack, await askedWith(packages, store, header));
}

/** What shore had acknowledged when the newest of the files was made that this one answers. */
async function askedWith(
  packages: PackageStore,
  store: VesselStore,
  { answers }: PartHeader,
): Promise<ReceivedRanges | null> {
  for (const { parcel, way, basis } of await packages.list(100))
    if (way === 'made' && answers.includes(parcel) && basis?.origin === store.own.origin)
      return receivedFromJson(basis.acknowledged);
  return null;
}
