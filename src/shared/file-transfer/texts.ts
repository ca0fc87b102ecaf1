import type { PartHeader } from './header.ts';

/** A moment for people, in the time of whoever reads: '12 Nov 14:02'. */
export type When = (ms: number) => string;

type Named = Pick<PartHeader, 'part' | 'of' | 'madeAt'>;

export const changesText = (count: number): string =>
  count === 1 ? '1 change' : `${count.toLocaleString('en')} changes`;

/** 'Part 2 of 3 of the file made on 12 Nov 14:02', or 'The file made on 12 Nov 14:02'. */
export function partText({ part, of, madeAt }: Named, when: When): string {
  return of === 1
    ? `The file made on ${when(madeAt)}`
    : `Part ${part} of ${of} of the file made on ${when(madeAt)}`;
}

/** What is to be looked for; an empty text where nothing is. */
export function missingText(
  { of, madeAt }: Omit<Named, 'part'>,
  missing: readonly number[],
  when: When,
): string {
  const [first, ...others] = missing;
  if (first === undefined) return '';
  if (others.length === 0) return `${partText({ part: first, of, madeAt }, when)} is missing.`;
  const last = others.at(-1);
  const list = `${[first, ...others.slice(0, -1)].join(', ')} and ${last}`;
  return `Parts ${list} of ${of} of the file made on ${when(madeAt)} are missing.`;
}

export function takenText(
  header: Named,
  { fresh, missing }: { fresh: number; missing: readonly number[] },
  when: When,
): string {
  const what =
    fresh === 0
      ? `${partText(header, when)} was taken in; it has nothing that was not held here.`
      : `${partText(header, when)} was taken in: ${changesText(fresh)}.`;
  return `${what} ${missingText(header, missing, when)}`.trim();
}

export function alreadyText(header: Named, missing: readonly number[], when: When): string {
  return `${partText(header, when)} is already held, nothing new. ${missingText(header, missing, when)}`.trim();
}

export function asideText(header: Named, missing: readonly number[], when: When): string {
  const kept = `${partText(header, when)} is kept here until what goes before it has come.`;
  return `${kept} ${missingText(header, missing, when)}`.trim();
}

export function refusedText(header: Named, outcome: 'gap' | 'fork', when: When): string {
  return outcome === 'gap'
    ? `${partText(header, when)} goes on from changes that are not held here, so it could not be taken in. Make a file here and send it back: it says what is missing, and the next file brings that.`
    : `${partText(header, when)} has other changes under numbers that are held here: two computers wrote under one name. Nothing of those was taken in. Make a file here and send it back: it says where they part, and the other end goes on from there.`;
}

/** 'in words' of what an export will have: '212 changes, of which 180 were in the file of 12 Nov 14:02'. */
export function exportText(
  changes: number,
  inFile: { changes: number; madeAt: number } | null,
  when: When,
): string {
  if (inFile === null || inFile.changes === 0) return changesText(changes);
  return `${changesText(changes)}, of which ${inFile.changes.toLocaleString('en')} were in the file of ${when(inFile.madeAt)}`;
}
