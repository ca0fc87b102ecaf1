import { z } from 'zod';
import { receivedFromJson, missingIn, type ReceivedRanges } from '../sync/received-ranges.ts';
import type { Origin } from '../sync/causal-context.ts';
import { largestPart, smallestPart } from './header.ts';
import { shownKey } from './peer.ts';
import { isFinished, missingParts, type PackageStore, type WholePackage } from './package-store.ts';

const count = z.number().int();

/** One file that was made or taken, for people. */
export const packageLine = z.object({
  parcel: z.string(),
  way: z.enum(['made', 'taken']),
  /** ISO 8601, by its maker's clock. */
  madeAt: z.string(),
  by: z.string(),
  of: count,
  changes: count,
  /** When the other end's answer came, ISO 8601; null for none yet, and for files taken. */
  answeredAt: z.string().nullable(),
  /** Parts that have not come. */
  missing: z.array(count),
  parts: z.array(
    z.object({
      part: count,
      state: z.enum(['made', 'taken', 'aside', 'refused']),
      changes: count,
      bytes: count,
      /** What the file is called where it is saved. */
      name: z.string(),
      /** Whether it can be saved once more. */
      kept: z.boolean(),
    }),
  ),
});
export type PackageLine = z.infer<typeof packageLine>;

export const importResult = z.object({
  /**
   * - `taken`: it is held now, or its changes were
   * - `already`: it was taken before
   * - `aside`: kept until a part before it has come
   * - `refused`: its changes do not go on from what is held here
   * - `key`: it is the other end's key, which a person has to compare and accept
   * - `working`: it is still being taken in; the list says when it is done
   */
  outcome: z.enum(['taken', 'already', 'aside', 'refused', 'key', 'working']),
  message: z.string(),
  fresh: count,
  missing: z.array(count),
  /** For `key`: its text and what it is. */
  key: z.object({ text: z.string(), of: z.string(), fingerprint: z.string() }).nullable(),
});
export type ImportResult = z.infer<typeof importResult>;

export const fileTransferStatus = z.object({
  /** This end's key: the text to hand over, and what people compare by voice. */
  own: z.object({ text: z.string(), fingerprint: z.string() }),
  /** The other end's, and another one shown under its name that nobody has accepted. */
  peer: shownKey.nullable(),
  offered: shownKey.extend({ text: z.string() }).nullable(),
  /** What the next file will have; `inFile`: how many of them the last unanswered one has as well. */
  waiting: z.object({
    changes: count,
    inFile: z.object({ changes: count, madeAt: z.string() }).nullable(),
  }),
  busy: z.enum(['export', 'import']).nullable(),
  /** What became of the file that was imported last, where that took so long that its call was answered before. */
  late: importResult.nullable(),
  parcels: z.array(packageLine),
});
export type FileTransferStatus = z.infer<typeof fileTransferStatus>;

export const partBytes = count.min(smallestPart).max(largestPart);

/** How many changes wait, and how many of them stand in the newest file that has not been answered. */
export function waitingIn(
  parcels: readonly WholePackage[],
  { origin, acknowledged, last }: { origin: Origin; acknowledged: ReceivedRanges; last: number },
): FileTransferStatus['waiting'] {
  const changes = numbersIn(acknowledged, last);
  const made = parcels.find(
    (each) => each.way === 'made' && isFinished(each) && each.basis?.origin === origin,
  );
  if (made?.basis === undefined || made.basis === null || made.answeredAt !== null)
    return { changes, inFile: null };
  const had = numbersIn(receivedFromJson(made.basis.acknowledged), made.basis.last);
  const inFile = Math.min(had, numbersIn(acknowledged, Math.min(last, made.basis.last)));
  return {
    changes,
    inFile: inFile === 0 ? null : { changes: inFile, madeAt: new Date(made.madeAt).toISOString() },
  };
}

function numbersIn(received: ReceivedRanges, last: number): number {
  return missingIn(received, 1, last).reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** The list for people, newest first. @param vesselId for the names of files */
export async function packageLines(
  packages: PackageStore,
  vesselId: string,
  way: { made: 'up' | 'down' },
): Promise<PackageLine[]> {
  const parcels = await packages.list(50);
  // Content is kept of the newest files made, as long as they have not been answered.
  const kept = new Set(
    parcels
      .filter((each) => each.way === 'made')
      .slice(0, 5)
      .filter(({ answeredAt }) => answeredAt === null)
      .map(({ parcel }) => parcel),
  );
  return parcels.filter(isFinished).map((parcel) => ({
    parcel: parcel.parcel,
    way: parcel.way,
    madeAt: new Date(parcel.madeAt).toISOString(),
    by: parcel.by,
    of: parcel.of,
    changes: parcel.total,
    answeredAt: parcel.answeredAt === null ? null : new Date(parcel.answeredAt).toISOString(),
    missing: parcel.way === 'taken' ? missingParts(parcel) : [],
    parts: parcel.parts.map((part) => ({
      ...part,
      name: partName(vesselId, way.made, { ...parcel, part: part.part }),
      kept: kept.has(parcel.parcel),
    })),
  }));
}

/** What a part is called where it is saved: `arus-mv-aurora-to-office-20261112-1402-1-of-3.arus`. Times are UTC. */
export function partName(
  vesselId: string,
  direction: 'up' | 'down',
  { madeAt, part, of }: { madeAt: number; part: number; of: number },
): string {
  const moment = new Date(madeAt).toISOString().replaceAll(/[-:]/g, '').slice(0, 15).replace('T', '-');
  const way = direction === 'up' ? 'to-office' : 'to-ship';
  return `arus-${vesselId.toLowerCase()}-${way}-${moment}-${part}-of-${of}.arus`;
}
