import {
  decodeContent,
  type ContentMessage,
  type HeldContent,
  type Offer,
  type Piece,
  type Want,
} from '#shared/sync/content/messages.ts';
import { WireError } from '#shared/sync/frame.ts';
import { nothingReceived } from '#shared/sync/received-ranges.ts';
import type { Committed } from '../service.ts';
import type { ShoreStore } from '../store/shore-store.ts';
import type { ContentStore, NamedContent } from './content-store.ts';

/** Bytes of one piece to a ship: what a change that comes behind it waits for. */
const pieceBytes = 4 * 1024;
/** Bytes that one question brings at most. */
const mostAtOnce = 64 * 1024;
/** The office's page is told of each so many bytes. */
const toldEvery = 64 * 1024;

export interface ContentDependencies {
  store: ShoreStore;
  contents: ContentStore;
  /** Bytes that the office lets an attachment have. */
  attachmentLimit: number;
  now(): number;
}

export interface ContentAnswer {
  replies: readonly ContentMessage[];
  events: readonly Committed[];
  /** Whether a content is held whole now that was not: other gateways are to be told. */
  isNews: boolean;
}

/**
 * Takes a ship's message of contents, and answers it once what it brought is committed. Whatever it asks again is
 * answered again, by any gateway: none remembers anything.
 * @throws WireError for what breaks the protocol; nothing of it is stored
 */
export async function answerContent(
  dependencies: ContentDependencies,
  vesselId: string,
  payload: Uint8Array,
): Promise<ContentAnswer> {
  const message = decodeContent(payload);
  switch (message.kind) {
    case 'offer':
      return silently(await answerOffer(dependencies, vesselId, message));
    case 'want':
      return silently(await answerWant(dependencies, vesselId, message));
    case 'piece':
      return takePiece(dependencies, vesselId, message);
    default:
      throw new WireError('malformed', `A message '${message.kind}' goes down, not up`);
  }
}

const silently = (replies: readonly ContentMessage[]): ContentAnswer => ({
  replies,
  events: [],
  isNews: false,
});

async function answerOffer(
  { contents, attachmentLimit }: ContentDependencies,
  vesselId: string,
  { attempt, contents: offered }: Offer,
): Promise<HeldContent[]> {
  const answers: HeldContent[] = [];
  for (const { sha256, size } of offered) {
    const known = await contents.standing(vesselId, sha256);
    const named = await contents.named(vesselId, sha256);
    const isRight = named?.size === size;
    const outcome = known?.complete
      ? 'complete'
      : !isRight
        ? 'unnamed'
        : size > attachmentLimit
          ? 'too_large'
          : 'partial';
    const received = isRight && known?.size === size ? known.received : nothingReceived;
    answers.push({ kind: 'held', sha256, outcome, attempt, held: received });
  }
  return answers;
}

async function answerWant(
  { contents }: ContentDependencies,
  vesselId: string,
  { sha256, offset, length }: Want,
): Promise<ContentMessage[]> {
  const known = await contents.standing(vesselId, sha256);
  const span = { offset, length: Math.min(length, mostAtOnce) };
  const bytes = known?.complete === true ? await contents.read(vesselId, sha256, span) : null;
  if (known === null || bytes === null || bytes.length === 0) return [{ kind: 'lacking', sha256 }];
  const replies: ContentMessage[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes)
    replies.push({
      kind: 'piece',
      sha256,
      size: known.size,
      offset: offset + start,
      bytes: bytes.subarray(start, start + pieceBytes),
    });
  return replies;
}

async function takePiece(
  dependencies: ContentDependencies,
  vesselId: string,
  piece: Piece,
): Promise<ContentAnswer> {
  const { contents, attachmentLimit } = dependencies;
  const { sha256, size } = piece;
  const held = (outcome: HeldContent['outcome'], of = nothingReceived): HeldContent => ({
    kind: 'held',
    sha256,
    outcome,
    attempt: 0,
    held: of,
  });
  const named = await contents.named(vesselId, sha256);
  if (named?.size !== size) return silently([held('unnamed')]);
  if (size > attachmentLimit) return silently([held('too_large')]);
  const taken = await contents.takePiece(vesselId, piece, named, dependencies.now());
  const isNews = taken.outcome === 'complete' && taken.fresh > 0;
  const total = taken.received.upTo;
  const isTold = isNews || Math.floor(total / toldEvery) > Math.floor((total - taken.fresh) / toldEvery);
  return {
    replies: [held(taken.outcome, taken.received)],
    events: isTold ? [await eventOf(dependencies, vesselId, named)] : [],
    isNews,
  };
}

/** The records are the same; what is held of their contents moved. */
async function eventOf(
  { store }: ContentDependencies,
  vesselId: string,
  { entity, ids }: NamedContent,
): Promise<Committed> {
  const head = await store.vessel(vesselId);
  return { vesselId, entity, ids, feed: head?.feed ?? 0, cause: 'sync' };
}
