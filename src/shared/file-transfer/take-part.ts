import type { PackageCrypto } from '../ports.ts';
import { PackageError, type PartHeader } from './header.ts';
import { keyId, publicOf, type OwnKeys, type PublicKeys } from './keys.ts';
import { openPart, readHeader } from './seal.ts';
import {
  isTakenWhole,
  missingParts,
  type PackageStore,
  type StoredPart,
  type WholePackage,
} from './package-store.ts';
import { alreadyText, asideText, refusedText, takenText, type When } from './texts.ts';

/** What became of one frame: `refused` where its changes do not follow on what is held, or are another journal's. */
export interface FrameTaken {
  outcome: 'taken' | 'gap' | 'fork';
  fresh: number;
  known: number;
}

export interface TakeDependencies {
  crypto: PackageCrypto;
  packages: PackageStore;
  vesselId: string;
  /** The way that files take which are meant for this end. */
  direction: PartHeader['direction'];
  own: OwnKeys;
  /** The other end's keys; null while they are not known. */
  peer: PublicKeys | null;
  now(): number;
  when: When;
  pause(): Promise<void>;
  /** Looks at a part's frames before any of them is taken; throws where none may be. */
  begin?(frames: readonly Uint8Array[]): Promise<void>;
  /** Takes one frame the same way as from the link. */
  takeFrame(frame: Uint8Array, header: PartHeader): Promise<FrameTaken>;
}

export interface PartTaken {
  outcome: 'taken' | 'already' | 'aside' | 'refused';
  /** What happened and what to do next, for people. */
  message: string;
  parcel: string;
  part: number;
  of: number;
  /** Changes that were not held before, those of parts that had been kept aside included. */
  fresh: number;
  /** Parts of the same file that have not come. */
  missing: number[];
}

/**
 * Takes one part of a parcel, in any order and as often as it comes. Everything about it is checked before anything of
 * it is stored; then each frame is taken in a transaction of its own, so that being killed half way costs nothing but
 * importing it again. A part whose changes wait for a part before it is kept until that one has come.
 * @throws ParcelError where nothing of it can be believed or is meant for this end
 */
export async function takePart(dependencies: TakeDependencies, file: Uint8Array): Promise<PartTaken> {
  const { packages, when } = dependencies;
  const opened = await openForUs(dependencies, file);
  const { header } = opened;
  const { parcel, part, of, total, madeAt, by } = header;
  const about = { parcel, part, of };
  const before = await packages.get(parcel);
  const known = before?.parts.find((each) => each.part === part);
  if (before !== null && known?.state === 'taken') {
    const missing = missingParts(before);
    return { ...about, outcome: 'already', message: alreadyText(header, missing, when), fresh: 0, missing };
  }
  await packages.add({ parcel, way: 'taken', madeAt, by, of, total, basis: null, answeredAt: null });
  const shelved = { part, changes: header.changes, bytes: file.length };
  const taken = await takeFrames(dependencies, opened);
  const isWaiting = taken.outcome === 'gap' && hasOpenPartBefore(await packages.get(parcel), part);
  if (taken.outcome === 'taken') await packages.putPart(parcel, { ...shelved, state: 'taken' }, null);
  else if (isWaiting) await packages.putPart(parcel, { ...shelved, state: 'aside' }, file);
  else await packages.putPart(parcel, { ...shelved, state: 'refused' }, null);
  for (const answered of header.answers) await packages.answered(answered, dependencies.now());
  const fresh = taken.fresh + (await takeAside(dependencies, parcel));
  await packages.trim();
  const after = await packages.get(parcel);
  const missing = after === null ? [] : missingParts(after);
  const said = { ...about, fresh, missing };
  if (isWaiting) return { ...said, outcome: 'aside', message: asideText(header, missing, when) };
  if (taken.outcome !== 'taken')
    return { ...said, outcome: 'refused', message: refusedText(header, taken.outcome, when) };
  const rest = after === null || isTakenWhole(after) ? [] : missing;
  return { ...said, outcome: 'taken', message: takenText(header, { fresh, missing: rest }, when) };
}

/**
 * Parcels of the other end of which every part has been looked at, newest first: what the next file from here answers.
 * One that could not be taken in is answered as well: its maker hears what is held, and what was lost.
 */
export async function answersOf(packages: PackageStore): Promise<string[]> {
  const parcels = await packages.list(100);
  const isDone = ({ state }: StoredPart): boolean => state !== 'aside';
  return parcels
    .filter(({ way, of, parts }) => way === 'taken' && parts.length === of && parts.every(isDone))
    .map(({ parcel }) => parcel)
    .slice(0, 20);
}

async function openForUs(
  dependencies: TakeDependencies,
  file: Uint8Array,
): Promise<{ header: PartHeader; frames: Uint8Array[] }> {
  const { crypto, vesselId, direction, own, peer } = dependencies;
  const { header } = readHeader(file);
  const who = direction === 'up' ? 'this ship' : 'the office';
  if (header.vessel !== vesselId)
    throw new PackageError(
      'wrong_ship',
      `This file is about ${header.vessel}, and this is ${vesselId}. Nothing was taken in.`,
    );
  if (header.direction !== direction)
    throw new PackageError(
      'wrong_way',
      direction === 'up'
        ? 'This file was made ashore for the ship. It is imported on board. Nothing was taken in.'
        : 'This file was made on board for the office. It is imported ashore. Nothing was taken in.',
    );
  if (peer === null)
    throw new PackageError(
      'unknown_signer',
      `The key of ${who} is not known here, so nobody can tell who made this file. Nothing was taken in. Take over its key first.`,
    );
  if (header.sender !== keyId(peer, crypto))
    throw new PackageError(
      'unknown_signer',
      `This file is not signed with the key that is known of ${who}. Nothing was taken in. If that end has a new computer, take over its new key and compare the fingerprint by voice.`,
    );
  if (header.receiver !== keyId(publicOf(own), crypto))
    throw new PackageError(
      'other_key',
      'This file was encrypted to another key than the one here, which is new. Nothing was taken in. Send the key from here to the other end and have the file made again.',
    );
  return openPart(dependencies, file, { own, sender: peer });
}

/** Stops at the first batch that does not follow on what is held, but lets what is no batch through. */
async function takeFrames(
  { begin, takeFrame, pause }: TakeDependencies,
  { header, frames }: { header: PartHeader; frames: readonly Uint8Array[] },
): Promise<{ outcome: FrameTaken['outcome']; fresh: number }> {
  let fresh = 0;
  let outcome: FrameTaken['outcome'] = 'taken';
  await begin?.(frames);
  for (const frame of frames) {
    const taken = await takeFrame(frame, header);
    fresh += taken.fresh;
    if (taken.outcome !== 'taken' && outcome === 'taken') outcome = taken.outcome;
    await pause();
  }
  return { outcome, fresh };
}

/**
 * Tries what was kept aside, in order: of the same file what goes on from what is held now, and of others all, since a
 * newer file has what an older one had.
 * @returns changes that were not held
 */
async function takeAside(dependencies: TakeDependencies, current: string): Promise<number> {
  const { packages } = dependencies;
  let fresh = 0;
  for (const { parcel, parts: shelved } of await packages.list(100)) {
    for (const each of shelved) {
      if (each.state !== 'aside') continue;
      if (parcel === current && hasOpenPartBefore(await packages.get(parcel), each.part)) continue;
      const content = await packages.content(parcel, each.part);
      const opened = content === null ? null : await openAgain(dependencies, content);
      if (opened === null) continue;
      const taken = await takeFrames(dependencies, opened);
      fresh += taken.fresh;
      if (taken.outcome === 'taken') await packages.putPart(parcel, { ...each, state: 'taken' }, null);
      else if (!hasOpenPartBefore(await packages.get(parcel), each.part))
        await packages.putPart(parcel, { ...each, state: 'refused' }, null);
    }
  }
  return fresh;
}

/** Null where keys have changed since it was kept: it stays until people have sorted that out. */
async function openAgain(
  dependencies: TakeDependencies,
  content: Uint8Array,
): Promise<Awaited<ReturnType<typeof openForUs>> | null> {
  try {
    return await openForUs(dependencies, content);
  } catch (error) {
    if (error instanceof PackageError) return null;
    throw error;
  }
}

function hasOpenPartBefore(parcel: WholePackage | null, part: number): boolean {
  const isTaken = (each: StoredPart): boolean => each.state === 'taken';
  const taken = new Set(parcel?.parts.filter(isTaken).map((each) => each.part));
  return Array.from({ length: part - 1 }, (_, index) => index + 1).some((each) => !taken.has(each));
}
