import type { FrameTaken } from '#shared/file-transfer/take-part.ts';
import type { Codec } from '#shared/ports.ts';
import { openFrame, type Ack, type Batch, type Hello } from '#shared/sync/frame.ts';
import { framesInFiles } from '#shared/sync/message-limits.ts';
import type { Commits } from '../commits.ts';
import { ingest, type IngestDependencies } from '../ingest/ingest.ts';
import { openBatch } from '../ingest/open-batch.ts';
import { takeAcknowledgement } from '../ingest/take-acknowledgement.ts';
import { takeHello } from '../ingest/take-hello.ts';
import { ShoreFailure } from '../failure.ts';
import { retryConflicts } from '../store/retry.ts';
import type { FileTransferStore } from './file-transfer-store.ts';
import { checkSender, heldFailure } from './validate-sender.ts';

export interface IncomingDependencies extends IngestDependencies {
  commits: Commits;
  codec: Codec;
  fileTransfer: FileTransferStore;
}

const nothing: FrameTaken = { outcome: 'taken', fresh: 0, known: 0 };

/** Takes one frame of a ship's file, by the same code as from the link. */
export async function takeFrame(
  dependencies: IncomingDependencies,
  vesselId: string,
  frame: Uint8Array,
): Promise<FrameTaken> {
  const message = openFrame(frame, vesselId, dependencies.codec, framesInFiles);
  if (message.kind === 'batch' || message.kind === 'sealed') await checkSender(dependencies, message);
  switch (message.kind) {
    case 'batch':
      return takeBatch(dependencies, message);
    case 'sealed': {
      const opened = await retried(dependencies, () => openBatch(dependencies, message));
      if (opened?.kind === 'batch') return takeBatch(dependencies, opened);
      if (opened !== null) await noteAnswer(dependencies, opened);
      return { outcome: 'gap', fresh: 0, known: 0 };
    }
    case 'hello':
      await takeHelloOnce(dependencies, message);
      return nothing;
    case 'ack': {
      const { events, status } = await retried(dependencies, () =>
        takeAcknowledgement(dependencies, message),
      );
      dependencies.commits.announce(events);
      if (status !== null) await forgetAnswers(dependencies, vesselId);
      return nothing;
    }
    default:
      return nothing;
  }
}

async function takeBatch(dependencies: IncomingDependencies, batch: Batch): Promise<FrameTaken> {
  const taken = await retried(dependencies, () => ingest(dependencies, batch));
  if (taken.outcome === 'refused')
    throw new ShoreFailure('not_allowed', `${taken.reason}. Nothing was taken in.`);
  dependencies.commits.announce(taken.events);
  // What the ship cannot know from what shore holds: from where on its journal is another.
  if (taken.outcome === 'fork') await noteAnswer(dependencies, taken.ack);
  else await forgetAnswers(dependencies, batch.vessel, batch.origin);
  const { outcome, fresh, duplicates } = taken;
  return { outcome: outcome === 'stored' ? 'taken' : outcome, fresh, known: duplicates };
}

/**
 * Files come in any order, and what an older one says of who is there must not undo what a newer one, or the link,
 * has told since.
 */
async function takeHelloOnce(dependencies: IncomingDependencies, hello: Hello): Promise<void> {
  const { store, fileTransfer } = dependencies;
  const { vessel, origin, last, at, held } = hello;
  const before = (await store.contact(vessel))?.hello ?? null;
  const isOlder =
    before !== null && (before.origin === origin ? last <= before.last : true) && at < before.at;
  if (isOlder) return;
  const taken = await retried(dependencies, () => takeHello(dependencies, hello, 'file'));
  if (taken.outcome === 'repeated') return;
  if (taken.outcome === 'refused')
    throw new ShoreFailure('not_allowed', `${taken.reason}. Nothing was taken in.`);
  if (taken.outcome === 'held') throw heldFailure(taken.identity);
  await fileTransfer.notePeer(vessel, { hello: { origin, last, at, held } });
  if (taken.ack.fork !== null) await noteAnswer(dependencies, taken.ack);
  dependencies.commits.announce(taken.events);
}

async function noteAnswer({ fileTransfer }: IncomingDependencies, ack: Ack): Promise<void> {
  const { answers } = await fileTransfer.peer(ack.vessel);
  await fileTransfer.notePeer(ack.vessel, { answers: { ...answers, [ack.origin]: ack } });
}

/** @param origin all origins when left out: shore's journal has a new name */
async function forgetAnswers(
  { fileTransfer }: IncomingDependencies,
  vesselId: string,
  origin?: string,
): Promise<void> {
  const { answers } = await fileTransfer.peer(vesselId);
  if (origin !== undefined && answers[origin] === undefined) return;
  const { [origin ?? '']: _, ...others } = answers;
  await fileTransfer.notePeer(vesselId, { answers: origin === undefined ? {} : others });
}

function retried<T>({ environment }: IncomingDependencies, work: () => Promise<T>): Promise<T> {
  return retryConflicts(environment, () => undefined, work);
}
