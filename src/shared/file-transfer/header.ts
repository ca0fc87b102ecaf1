import { z } from 'zod';
import { fewNamed } from '../few.ts';
import { originLimit } from '../sync/message-limits.ts';
import { originName } from '../sync/causal-context.ts';
import { vesselId } from '../sync/topics.ts';

/** The layout of a file, byte 8 of it. `docs/protocol.md` has it byte by byte. */
export const packageVersion = 1;
/** First bytes of every file: what turns line ends or the high bit shows at once. */
export const magic = Uint8Array.of(0x89, 0x41, 0x52, 0x55, 0x53, 0x0d, 0x0a, 0x1a);
/** A larger header is refused unread. Bytes. */
export const headerLimit = 64 * 1024;
/** A part larger than this is neither made nor taken. Bytes. */
export const partLimit = 32 * 1024 * 1024;
/** What a part may be asked to have at most, and at least. Bytes. */
export const largestPart = 25 * 1000 * 1000;
export const smallestPart = 20 * 1000;
export const mostParts = 9_999;

const count = z.number().int().min(0);
const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));
export const packageId = z.uuid();

/** What is to be read of a part without any key; bound to its content and signed with it. */
export const partHeader = z.strictObject({
  /** The ship that it is about, whichever end made it. */
  vessel: vesselId,
  direction: z.enum(['up', 'down']),
  /** How the computer or gateway that made it signs, for people, and its program's version. */
  by: z.string().max(120),
  program: z.string().max(40),
  /** Wall clock of the maker, ms. */
  madeAt: z.number().int(),
  parcel: packageId,
  part: z.number().int().min(1).max(mostParts),
  of: z.number().int().min(1).max(mostParts),
  /** Changes in this part, and in all parts together. */
  changes: count,
  total: count,
  /** First and last number of each origin's changes in this part. */
  ranges: fewNamed(originLimit, originName, z.tuple([count, count])),
  /** Parcels of the other end that its maker had all parts of, the last ones first. */
  answers: z.array(packageId).max(20),
  sender: hex(16),
  receiver: hex(16),
  /** X25519 key made for this parcel alone. */
  ephemeral: hex(64),
  /** Bytes between the header and the signature. */
  body: count,
});
export type PartHeader = z.infer<typeof partHeader>;

/** What a file is refused for; nothing of it has been stored. */
export type Refusal =
  | 'not_a_parcel'
  | 'newer_version'
  | 'cut_short'
  | 'damaged'
  | 'unknown_signer'
  | 'wrong_ship'
  | 'wrong_way'
  | 'other_key';

/** A file that is not taken, with a sentence for the person who holds it. */
export class PackageError extends Error {
  readonly code: Refusal;
  constructor(code: Refusal, message: string) {
    super(message);
    this.name = 'ParcelError';
    this.code = code;
  }
}
