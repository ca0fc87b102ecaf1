import type { Position, End } from './ends.ts';
import type { Found } from './ledger.ts';

/** Sentences about everything in which two ends differ. Empty when they are the same. */
export function differencesOf(ship: End, shore: End): string[] {
  return [
    ...differing('change', textsOf(ship), textsOf(shore)),
    ...differing('record', ship.records, shore.records),
    ...differing('conflict', named(ship.conflicts), named(shore.conflicts)),
  ];
}

function textsOf(end: End): Map<string, string> {
  return new Map([...end.changes].map(([key, { text }]) => [key, text]));
}

const named = (texts: ReadonlySet<string>): Map<string, string> =>
  new Map([...texts].map((text) => [text, '']));

function differing(
  what: string,
  ship: ReadonlyMap<string, string>,
  shore: ReadonlyMap<string, string>,
): string[] {
  const differences: string[] = [];
  for (const [key, text] of ship) {
    const other = shore.get(key);
    if (other === undefined) differences.push(`${what} ${key} is on board only`);
    else if (other !== text) differences.push(`${what} ${key} is on board ${text}, ashore ${other}`);
  }
  for (const key of shore.keys()) if (!ship.has(key)) differences.push(`${what} ${key} is ashore only`);
  return differences;
}

/** Where each mark stands. A mark is the last word of a text; a delete's is the record's id. */
export function marksIn(end: End): Found {
  const found = new Map<string, string[]>();
  const note = (mark: string, place: string): void => {
    found.set(mark, [...(found.get(mark) ?? []), place]);
  };
  for (const [place, { change }] of end.changes) {
    if (change.operation === 'delete') note(change.recordId, place);
    const words = Object.values(change.fields).flatMap((value) =>
      typeof value === 'string' ? [value.split(' ').at(-1) ?? ''] : [],
    );
    for (const word of new Set(words)) note(word, place);
  }
  return found;
}

/** Work order numbers that two orders bear. */
export function sharedNumbers(end: End): string[] {
  return [...end.numbers].flatMap(([number, ids]) =>
    ids.length > 1 ? [`number ${number} is borne by ${ids.join(' and ')}`] : [],
  );
}

/** Where the journals end, for a next look to go on from. */
export function positionOf(end: End): Position {
  const position = new Map<string, number>();
  for (const { change } of end.changes.values())
    position.set(change.origin, Math.max(change.number, position.get(change.origin) ?? 0));
  return position;
}
