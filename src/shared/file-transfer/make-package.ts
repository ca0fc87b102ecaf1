import type { Batch } from '../sync/frame.ts';
import type { PackageCrypto } from '../ports.ts';
import { headerLimit, mostParts, partLimit, type PartHeader } from './header.ts';
import type { OwnKeys, PublicKeys } from './keys.ts';
import { sealedExtra, sealPart } from './seal.ts';
import type { PackageBasis, PackageStore, StoredPart } from './package-store.ts';

/** A message as it would travel over the link; `batch` where it is one. */
export interface PackageFrame {
  frame: Uint8Array;
  batch: Batch | null;
}

export interface MakeDependencies {
  crypto: PackageCrypto;
  packages: PackageStore;
  own: OwnKeys;
  receiver: PublicKeys;
  /** Resolves when what else waits has had its turn. */
  pause(): Promise<void>;
}

export type PackageFacts = Pick<
  PartHeader,
  'vessel' | 'direction' | 'by' | 'program' | 'madeAt' | 'parcel' | 'answers'
> & { basis: PackageBasis };

/** A header of usual length, and the signature. Bytes. */
const overhead = 2_048;

interface Draft {
  frames: Uint8Array[];
  bytes: number;
  changes: number;
  ranges: PartHeader['ranges'];
}

/**
 * Puts frames into parts of at most `partBytes`, whole frames in each, and the parts on the shelf. In memory it has the
 * compressed frames, some twenty bytes for each change. One that lacks parts was not finished (`isFinished`).
 * @returns the parts as they are listed
 */
export async function makePackage(
  { crypto, packages, own, receiver, pause }: MakeDependencies,
  { basis, ...facts }: PackageFacts,
  partBytes: number,
  frames: AsyncIterable<PackageFrame>,
): Promise<{ parts: StoredPart[]; total: number }> {
  const drafts = await draftsOf(frames, partBytes);
  if (drafts.length > mostParts) throw new Error(`${drafts.length} parts are more than a parcel may have`);
  const total = drafts.reduce((sum, { changes }) => sum + changes, 0);
  const { parcel, madeAt, by } = facts;
  const of = drafts.length;
  await packages.add({ parcel, way: 'made', madeAt, by, of, total, basis, answeredAt: null });
  const ephemeral = crypto.newAgreementKeys();
  const parts: StoredPart[] = [];
  for (const [index, { frames: content, changes, ranges }] of drafts.entries()) {
    const part = index + 1;
    const header = { ...facts, part, of, changes, total, ranges };
    const file = await sealPart({ crypto, pause }, header, content, { own, receiver, ephemeral });
    const shelved: StoredPart = { part, state: 'made', changes, bytes: file.length };
    await packages.putPart(facts.parcel, shelved, file);
    parts.push(shelved);
  }
  await packages.trim();
  return { parts, total };
}

async function draftsOf(frames: AsyncIterable<PackageFrame>, partBytes: number): Promise<Draft[]> {
  const limit = Math.min(partBytes, partLimit - headerLimit) - overhead;
  const drafts: Draft[] = [{ frames: [], bytes: 0, changes: 0, ranges: {} }];
  for await (const { frame, batch } of frames) {
    let draft = drafts.at(-1);
    if (draft === undefined || (draft.frames.length > 0 && draft.bytes + frame.length + sealedExtra > limit))
      drafts.push((draft = { frames: [], bytes: 0, changes: 0, ranges: {} }));
    draft.frames.push(frame);
    draft.bytes += frame.length + sealedExtra;
    const first = batch?.changes[0]?.number;
    const last = batch?.changes.at(-1)?.number;
    if (batch === null || first === undefined || last === undefined) continue;
    draft.changes += batch.changes.length;
    draft.ranges[batch.origin] = [draft.ranges[batch.origin]?.[0] ?? first, last];
  }
  return drafts;
}
