import type { ReceivedRangesJson } from '../sync/received-ranges.ts';
import type { Origin } from '../sync/causal-context.ts';

/**
 * - `made`: written here for the other end
 * - `taken`: everything in it is held here
 * - `aside`: kept until a part before it has come
 * - `refused`: its changes do not follow on what is held here, or are another journal's; nothing of them was stored
 */
export type PartState = 'made' | 'taken' | 'aside' | 'refused';

export interface StoredPart {
  part: number;
  state: PartState;
  changes: number;
  bytes: number;
}

/** Where the maker's own journal stood when it made a parcel. */
export interface PackageBasis {
  origin: Origin;
  /** What the other end had acknowledged. */
  acknowledged: ReceivedRangesJson;
  last: number;
}

/** One file, of one or more parts, that was made or taken here. */
export interface StoredPackage {
  parcel: string;
  way: 'made' | 'taken';
  /** By its maker's clock, ms. */
  madeAt: number;
  by: string;
  of: number;
  total: number;
  /** Null for a parcel that was taken. */
  basis: PackageBasis | null;
  /** For one that was made: when the other end's answer to it came, ms. */
  answeredAt: number | null;
}

/** The list of files at one end, with the content of those that are still needed. */
export interface PackageStore {
  /** Newest first. */
  list(limit: number): Promise<readonly WholePackage[]>;
  get(parcel: string): Promise<WholePackage | null>;
  /** Does nothing where it stands there already. */
  add(parcel: StoredPackage): Promise<void>;
  /**
   * Writes a part over, its content first, so that a part that is listed is whole.
   * @param content null to keep none
   */
  putPart(parcel: string, part: StoredPart, content: Uint8Array | null): Promise<void>;
  /** Null where it is not kept any more. */
  content(parcel: string, part: number): Promise<Uint8Array | null>;
  /** The other end has taken it whole: its content is let go. */
  answered(parcel: string, at: number): Promise<void>;
  /** Lets go of the content of all but the newest files made, and of the oldest lines of the list. */
  trim(): Promise<void>;
}

export interface WholePackage extends StoredPackage {
  /** In order. */
  parts: readonly StoredPart[];
}

/** Lines of the list that are kept, and files made whose content is. */
export const packagesKept = 200;
export const contentsKept = 5;
/** Content is written in pieces, so that no write holds anything up. Bytes. */
const pieceLength = 256 * 1024;

/** Content in pieces; none for none. */
export function piecesOf(content: Uint8Array | null): Uint8Array[] {
  const length = content?.length ?? 0;
  return Array.from({ length: Math.ceil(length / pieceLength) }, (_, index) =>
    (content ?? new Uint8Array()).slice(index * pieceLength, (index + 1) * pieceLength),
  );
}

/** Numbers of parts that have not come. */
export function missingParts({ of, parts }: Pick<WholePackage, 'of' | 'parts'>): number[] {
  const known = new Set(parts.map(({ part }) => part));
  return Array.from({ length: of }, (_, index) => index + 1).filter((part) => !known.has(part));
}

export function isTakenWhole({ way, of, parts }: WholePackage): boolean {
  return way === 'taken' && parts.filter(({ state }) => state === 'taken').length === of;
}

/** False for a file that was being made when the program ended. */
export function isFinished({ way, of, parts }: WholePackage): boolean {
  return way === 'taken' || parts.length === of;
}
