import { existsSync, mkdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Absent } from './absent.ts';
import { Unfit } from './check-copy.ts';
import {
  copiesIn,
  copyPieces,
  draftOf,
  finishDraft,
  isChecked,
  readFacts,
  removeCopy,
  removeLeavings,
  sha256OfFile,
  writeFacts,
} from './copy-file.ts';
import type { CopyWork } from './copy-work.ts';
import { copiesToRemove } from './kept-copies.ts';
import { NoRoom } from './no-room.ts';

type SecondWork = Extract<CopyWork, { do: 'second' }>;

/** Room that is left on the second place beside a copy; bytes. */
const spare = 16_000_000;

/** Where one computer's copies lie in a second place, which others may have too. */
function placeFolder({ place, vessel, mark }: Pick<SecondWork, 'place' | 'vessel' | 'mark'>): string {
  return join(place, 'ARUS copies', `${vessel}-${mark}`);
}

/**
 * Takes a checked copy to the second place, reads it there again, and lets older ones go there as on this computer. May
 * block for as long as the drive does.
 * @param onStep now and then while it moves
 * @throws {Absent}, {NoRoom}, {Unfit} or Node's own error
 */
export function takeToSecondPlace(work: SecondWork, onStep: () => void): void {
  const { folder, name, mostBytes } = work;
  onStep();
  const there = findPlace(work);
  removeLeavings(there);
  const facts = readFacts(folder, name);
  if (facts === null || facts.trouble !== null) throw new Unfit('It is not checked.');
  const known = readFacts(there, name);
  if (known?.sha256 !== facts.sha256 || !existsSync(join(there, name))) {
    const { bavail, bsize } = statfsSync(there);
    if (bavail * bsize < facts.bytes + spare) throw new NoRoom(bavail * bsize, facts.bytes + spare);
    const draft = draftOf(there, name);
    try {
      const sent = copyPieces(join(folder, name), draft, onStep);
      if (sent !== facts.sha256) throw new Unfit('It is not what it was when it was checked.');
      if (sha256OfFile(draft, onStep) !== facts.sha256)
        throw new Unfit('What was written to the second place is not what was sent there.');
      writeFacts(there, name, facts);
      finishDraft(there, name);
    } finally {
      rmSync(draft, { force: true });
    }
  }
  const standing = copiesIn(there).map((copy) => ({
    ...copy,
    state: isChecked(copy)
      ? ('checked' as const)
      : copy.facts === null
        ? ('unchecked' as const)
        : ('unfit' as const),
  }));
  for (const gone of copiesToRemove(standing, { mostBytes }, name)) removeCopy(there, gone);
}

/** An empty folder on which a stick is mounted at other times is not taken for the stick. */
function findPlace(work: SecondWork): string {
  const { place, isNew } = work;
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Absent('It is not there');
  const there = placeFolder(work);
  if (isNew) mkdirSync(there, { recursive: true, mode: 0o700 });
  else if (!existsSync(there))
    throw new Absent(
      'The folder is there, without the copies that were in it: another stick or drive may be in',
    );
  return there;
}
