import { z } from 'zod';
import { lanes, type Lane } from '../records/record.ts';
import { JsonLimitError, parseBoundedJson } from '../bounded-json.ts';
import { fewItems, fewNamed } from '../few.ts';
import { storableText } from '../domain/storable-text.ts';
import type { Codec } from '../ports.ts';
import { compareBody, type Compare } from './compare.ts';
import { changeSchema, latestInstant, type Change } from './change.ts';
import { ColumnsError } from './columns/bytes.ts';
import { columnsInSteps, encodeColumns, openColumns } from './columns/batch.ts';
import { noReferences, sumOf, type Creation, type CreationOf } from './columns/record-references.ts';
import { outOfOrder } from './out-of-order.ts';
import { receivedRangesJson } from './received-ranges.ts';
import { identityBody, type IdentityMessage } from './identity.ts';
import {
  contentLimit,
  frameKinds,
  frameLimit,
  messageLimits,
  originLimit,
  type FrameKind,
} from './message-limits.ts';
import { changeNumber, numberOrNone } from './numbers.ts';
import {
  headFingerprint as journalMark,
  headFingerprints,
  type HeadFingerprints,
} from './head-fingerprints.ts';
import { originName, causalContextOnWire, type Origin } from './causal-context.ts';
import { baseBody, type BaseMessage } from './snapshot/base.ts';
import { askBody, pageBody, type Ask, type Page } from './snapshot/messages.ts';
import { vesselId } from './topics.ts';

/**
 * What travels between ship and shore: one frame a message, two bytes of header (a mark and the protocol's
 * version), then what the codec compressed: a batch in columns, anything else as JSON. `docs/protocol.md` describes it.
 */
export const protocolVersion = 1;
const mark = 0xa7;
/** First byte of a batch's content. */
const columnsMark = 1;

/** Most changes in one batch. */
export const batchLimit = 2_000;

export { contentLimit, frameLimit };

/** `unresolved`: a batch names records by their creation that this end does not hold as the sender does. */
export type WireFault = 'malformed' | 'unknown_version' | 'oversize' | 'wrong_vessel' | 'unresolved';

/** A message that cannot be taken. Nothing of it has been stored. */
export class WireError extends Error {
  readonly code: WireFault;
  constructor(code: WireFault, message: string) {
    super(message);
    this.name = 'WireError';
    this.code = code;
  }
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const digest = z.string().regex(/^[0-9a-f]{32}$/);
const count = z.number().int().min(0);
/** ms since 1970, within what a date can be. */
const wallClock = z.number().int().min(-latestInstant).max(latestInstant);

/** Changes of one origin in one lane, in order of their numbers. */
export interface Batch {
  readonly kind: 'batch';
  readonly vessel: string;
  readonly origin: Origin;
  readonly lane: Lane;
  /** Number of the sender's unacknowledged change that goes before these in the lane; 0 when there is none. */
  readonly after: number;
  /** Hash of the sender's journal at the last of these changes. */
  readonly hash: string;
  /**
   * How often the sender has started again since its connection stood. The acknowledgement carries it back, so
   * that the answers to one lost batch make the sender start again once, not once for each batch behind it.
   */
  readonly attempt: number;
  readonly proof: HeadFingerprints;
  readonly changes: readonly Change[];
}

/** A batch without its changes, as it comes out of its columns. */
const batchHead = z.object({
  vessel: vesselId,
  origin: originName,
  lane: z.enum(lanes),
  after: numberOrNone,
  hash,
  attempt: count,
  proof: headFingerprints,
});

/** What the receiver holds after it took, or could not take, a batch. Also sent when asked by a hello. */
export const ackBody = z.strictObject({
  kind: z.literal('ack'),
  vessel: vesselId,
  /** Whose changes these figures are about. */
  origin: originName,
  held: receivedRangesJson,
  /** Hash of that origin's journal at the cursor, as the receiver computed it. */
  hash,
  /** Hash claimed by the writer at the highest number held, where that lies beyond the cursor; null otherwise. */
  beyondHash: hash.nullable(),
  /** Where a batch was stored and part of it lies beyond the cursor. */
  outOfOrder: outOfOrder.optional(),
  /**
   * What became of the batch this answers: stored, out of order (`gap`: send again from the cursor), a number
   * that already stands for another change (`fork`), records named by creations that are not held as the sender
   * holds them (`unresolved`: send again with ids written out), or `status` when it answers no batch.
   */
  outcome: z.enum(['stored', 'gap', 'fork', 'unresolved', 'status']),
  /** The `attempt` of the batch or the hello that this answers. */
  attempt: count.nullable(),
  /** Changes that were stored but break a rule, or wait for a newer program. */
  problems: fewItems(
    batchLimit,
    z.strictObject({ number: numberOrNone, code: storableText.max(40), message: storableText.max(500) }),
  ),
  /**
   * From `number` on, what is held under this origin is not what the other end has there: two journals under one
   * name. `hash` is that of the journal held, at the entry before.
   */
  fork: z.strictObject({ number: changeNumber, hash }).nullable(),
  /**
   * In the answer to a hello: all that the answerer holds of every origin, its own included, and the digest of its
   * records at exactly that (`digest.ts`); null where that cannot be had at once, and in other answers.
   */
  holding: z.strictObject({ held: causalContextOnWire, digest: digest.nullable() }).nullable(),
  /** In answer to a hello: the answerer's wall clock, ms. */
  at: wallClock.nullable(),
});
export type Ack = z.infer<typeof ackBody>;

/** What most acknowledgements have nothing to say of. */
export const plainAck = { beyondHash: null, fork: null, holding: null, at: null } satisfies Partial<Ack>;

/** First word after a connection stands, sent along with the first batches. */
export const helloBody = z.strictObject({
  kind: z.literal('hello'),
  vessel: vesselId,
  name: storableText.max(120),
  origin: originName,
  /** Number and hash of the sender's last change. */
  last: numberOrNone,
  hash,
  /** The highest of these that the other end ever acknowledged: should it have lost them, it learns of it. */
  acknowledged: numberOrNone,
  /** What the sender holds of the other side's origins. */
  held: causalContextOnWire,
  /** Digest of all records at exactly `last` and `held`; null when it cannot be had at once. */
  digest: digest.nullable(),
  /** Comes back with the answer, so that an answer to an earlier hello is not taken for one to this. */
  attempt: count.optional(),
  /** The sender's journal of each of these at its cursor: two journals under one name show at once. */
  marks: fewNamed(originLimit, originName, journalMark),
  /** Of these the sender has records of a snapshot up to a number, its mark there, and changes only from there on. */
  bases: fewNamed(originLimit, originName, z.tuple([numberOrNone, journalMark])).optional(),
  recordsVersion: z.number().int().min(1),
  /** The sender holds nothing and asks for a snapshot: nothing is to be sent to it before its next hello. */
  wants: z.literal('snapshot').optional(),
  /** The sender's wall clock, ms. */
  at: wallClock,
});
export type Hello = z.infer<typeof helloBody>;

/** How a node is doing, for the office; lost without harm. */
export const telemetryBody = z.strictObject({
  kind: z.literal('telemetry'),
  vessel: vesselId,
  at: wallClock,
  queueDepth: count,
  oldestAgeMs: z.number().min(0).nullable(),
  bytesSent: count,
  bytesReceived: count,
});
export type Telemetry = z.infer<typeof telemetryBody>;

export type Message = Batch | Ack | Hello | Compare | Telemetry | Ask | Page | BaseMessage | IdentityMessage;

/** @param creationOf for a batch: which records the receiver knows by the change that created them */
export function encodeFrame(
  message: Message,
  codec: Codec,
  creationOf: CreationOf = noReferences,
): Uint8Array {
  return framed(codec.compress(contentOf(message, creationOf)));
}

/**
 * A batch as `encodeFrame` gives it, in fewer bytes where the codec knows how.
 * @param pause resolves when what else waits has had its turn; a large batch takes several
 */
export async function packFrame(
  batch: Batch,
  codec: Codec,
  { creationOf, pause }: { creationOf: CreationOf; pause: () => Promise<void> },
): Promise<Uint8Array> {
  const steps = columnsInSteps(batch, batch.changes, creationOf);
  let step = steps.next();
  while (step.done !== true) {
    await pause();
    step = steps.next();
  }
  const content = marked(step.value);
  return framed(await (codec.pack?.(content) ?? codec.compress(content)));
}

function framed(packed: Uint8Array): Uint8Array {
  const frame = new Uint8Array(packed.length + 2);
  frame[0] = mark;
  frame[1] = protocolVersion;
  frame.set(packed, 2);
  return frame;
}

/** A batch is columns behind a byte that JSON cannot begin with; everything else is JSON. */
function contentOf(message: Message, creationOf: CreationOf): Uint8Array {
  if (message.kind !== 'batch') return utf8.encode(JSON.stringify(message));
  return marked(encodeColumns(message, message.changes, creationOf));
}

function marked(columns: Uint8Array): Uint8Array {
  const content = new Uint8Array(columns.length + 1);
  content[0] = columnsMark;
  content.set(columns, 1);
  return content;
}

/** A batch that names records by the changes that created them: to be looked up before it can be read. */
export interface SealedBatch extends Omit<Batch, 'kind' | 'changes'> {
  readonly kind: 'sealed';
  readonly creations: readonly Creation[];
  /**
   * @param ids of the records in `creations`, in their order; null for one that is not held
   * @throws WireError `unresolved` when one is missing or they are not those that the sender meant
   */
  open(ids: readonly (string | null)[]): Batch;
}

/**
 * Reads a message of which every part is said in full.
 * @param frame bytes as they came
 * @param vessel the vessel that the topic names
 * @param kinds what may be in it: the topic says, or the file it came in
 * @throws WireError with a code and a sentence for the log
 */
export function decodeFrame(
  frame: Uint8Array,
  vessel: string,
  codec: Codec,
  kinds: readonly FrameKind[] = frameKinds,
): Message {
  const opened = openFrame(frame, vessel, codec, kinds);
  return opened.kind === 'sealed' ? opened.open(opened.creations.map(() => null)) : opened;
}

/** As `decodeFrame`, but a batch that names records by their creation is handed over as it is. */
export function openFrame(
  frame: Uint8Array,
  vessel: string,
  codec: Codec,
  kinds: readonly FrameKind[] = frameKinds,
): Message | SealedBatch {
  const packedLimit = most(kinds, 'packed');
  if (frame.length > packedLimit)
    throw new WireError('oversize', `A message of ${frame.length} bytes; at most ${packedLimit} are taken`);
  if (frame.length < 3 || frame[0] !== mark) throw new WireError('malformed', 'This is not an ARUS message');
  if (frame[1] !== protocolVersion)
    throw new WireError(
      'unknown_version',
      `A message of protocol version ${frame[1]}; this program speaks version ${protocolVersion}`,
    );
  let plain: Uint8Array;
  try {
    plain = codec.decompress(frame.subarray(2), most(kinds, 'plain'));
  } catch (cause) {
    throw new WireError('malformed', `The message cannot be decompressed: ${String(cause)}`);
  }
  const message = readContent(plain, kinds);
  if (message.vessel !== vessel)
    throw new WireError(
      'wrong_vessel',
      `A message of vessel ${message.vessel} on the topic of vessel ${vessel}`,
    );
  return message;
}

function readContent(plain: Uint8Array, kinds: readonly FrameKind[]): Message | SealedBatch {
  if (plain[0] === columnsMark) {
    if (!kinds.includes('batch')) throw unexpected('batch', kinds);
    return readBatch(plain.subarray(1));
  }
  const inJson = kinds.filter((kind) => kind !== 'batch');
  if (inJson.length === 0) throw unexpected('message in JSON', kinds);
  const message = parseBody(readJson(plain, inJson));
  if (!kinds.includes(message.kind)) throw unexpected(message.kind, kinds);
  return message;
}

/** The largest that any of these may be. */
function most(kinds: readonly FrameKind[], limit: keyof (typeof messageLimits)[FrameKind]): number {
  return Math.max(...kinds.map((kind) => messageLimits[kind][limit]));
}

function unexpected(found: string, kinds: readonly FrameKind[]): WireError {
  return new WireError('malformed', `A ${found} where ${kinds.join(' or ')} belongs`);
}

const body = z.discriminatedUnion('kind', [
  ackBody,
  helloBody,
  compareBody,
  telemetryBody,
  askBody,
  pageBody,
  baseBody,
  identityBody,
]);

function readJson(plain: Uint8Array, kinds: readonly FrameKind[]): unknown {
  try {
    const limits = {
      depth: most(kinds, 'depth'),
      items: most(kinds, 'items'),
      names: most(kinds, 'names'),
    };
    return parseBoundedJson(strictUtf8.decode(plain), limits);
  } catch (cause) {
    const why = cause instanceof JsonLimitError ? `has too much in it: ${cause.message}` : 'is not JSON';
    throw new WireError('malformed', `The message ${why}`);
  }
}

function parseBody(json: unknown): Message {
  const parsed = body.safeParse(json);
  if (!parsed.success) throw malformed(parsed.error);
  return parsed.data;
}

function malformed(error: z.ZodError): WireError {
  const [issue] = error.issues;
  return new WireError(
    'malformed',
    `The message breaks the protocol at '${issue?.path.join('.')}': ${issue?.message}`,
  );
}

/** @throws WireError */
function readBatch(columns: Uint8Array): Batch | SealedBatch {
  const opened = orDamaged(() => openColumns(columns, batchLimit));
  const parsed = batchHead.safeParse(opened.head);
  if (!parsed.success) throw malformed(parsed.error);
  const head = parsed.data;
  const { creations, sum } = opened.known;
  const open = (ids: readonly (string | null)[]): Batch => {
    const known = ids.filter((id) => id !== null);
    if (known.length < creations.length || (known.length > 0 && sumOf(known) !== sum))
      throw new WireError('unresolved', 'A batch names records that are not held as its sender holds them');
    return {
      kind: 'batch',
      ...head,
      changes: orDamaged(() => opened.changes(known)).map((change) => {
        const checked = changeSchema.safeParse(change);
        if (!checked.success) throw malformed(checked.error);
        return checked.data;
      }),
    };
  };
  return creations.length === 0 ? open([]) : { kind: 'sealed', ...head, creations, open };
}

function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ColumnsError)
      throw new WireError('malformed', `A batch is damaged: ${cause.message}`);
    throw cause;
  }
}

/** Presence is plain JSON, retained, so that an administrator can read it with any MQTT client. */
export const presenceBody = z.object({
  online: z.boolean(),
  name: storableText.max(120),
  version: storableText.max(40),
  /** ISO 8601; when it came online. For `online: false` left by the broker, when that connection began. */
  since: storableText.max(40),
  /** A ship's time, an IANA name; a gateway has none. */
  timeZone: storableText.max(64).optional(),
  /** The lanes that a ship takes now, where its link policy keeps others back; a gateway that does not know it sends all. */
  takes: z.array(z.string().max(40)).max(20).optional(),
});
export type Presence = z.infer<typeof presenceBody>;

export function encodePresence(presence: Presence): Uint8Array {
  return utf8.encode(JSON.stringify(presence));
}

export function decodePresence(payload: Uint8Array): Presence {
  if (payload.length > 2048) throw new WireError('oversize', 'A presence message of more than 2 kB');
  try {
    return presenceBody.parse(JSON.parse(new TextDecoder().decode(payload)));
  } catch {
    throw new WireError('malformed', 'The presence message is not valid');
  }
}
