import { isDeepStrictEqual } from 'node:util';

/** The first thing found that is not as the journal says. */
export class Difference extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Difference';
  }
}

/** @throws {Difference} unless both are the same, whatever the order of their keys */
export function same(what: string, found: unknown, expected: unknown): void {
  // Through JSON, as both come from or go to the database: it knows no undefined.
  if (isDeepStrictEqual(plain(found), plain(expected))) return;
  throw new Difference(`${what} is ${shown(found)}; the journal says ${shown(expected)}`);
}

const plain = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)));

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
