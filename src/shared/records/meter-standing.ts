import type { FieldValues } from './record.ts';

/** A reading as it is stored (`records/meter-reading.ts`), as far as its meter's standing hangs on it. */
export interface Reading {
  id: string;
  kind: 'reading' | 'correction' | 'replaced';
  value: number;
  /** ISO 8601 to the millisecond. */
  readAt: string;
  corrects: string | null;
  lastValue: number | null;
}

/** A reading as it counts, with what set it right. */
export interface Counted {
  /** Of the reading that was set right, where one was. */
  id: string;
  kind: 'reading' | 'replaced';
  value: number;
  readAt: string;
  /** Of a replacement: what the old meter showed last. */
  lastValue: number;
}

export interface Standing {
  /** What the meter shows. */
  shown: number;
  /** What has been counted in all, over every replacement. */
  total: number;
  readAt: string;
}

/**
 * Where a meter stands by its readings; null where there is none. It is the same in whatever order they arrived:
 *
 * 1. A correction stands in the place of what it corrects, with its own value and moment. It counts as long as no other corrects
 *    it in turn. Of several that two people wrote without seeing each other that of the highest id counts, the last written as ids
 *    of new records follow the clock. One whose reading has not arrived counts for nothing until it has.
 * 2. Readings are in the order of their moments, and of their ids where two have the same.
 * 3. The meter shows what its last reading says; after a replacement what the new one showed when it was fitted.
 * 4. The total begins at what the first meter showed. Each replacement adds what the old one showed last and takes away what the
 *    new one showed first, so that the total goes on where a new one starts at nothing.
 *
 * Nothing is passed over for being implausible: people were asked (`judge-reading.ts`).
 */
export function standingOf(readings: readonly Reading[]): Standing | null {
  const counted = countedOf(readings);
  const last = counted.at(-1);
  if (last === undefined) return null;
  const before = counted.reduce(
    (sum, { kind, value, lastValue }) => (kind === 'replaced' ? sum + lastValue - value : sum),
    0,
  );
  return { shown: last.value, total: rounded(last.value + before), readAt: last.readAt };
}

/** The readings as they count, the earliest first. */
export function countedOf(readings: readonly Reading[]): Counted[] {
  const byId = new Map(readings.map((each) => [each.id, each]));
  const corrected = new Set(
    readings.flatMap(({ kind, corrects }) => (isLink(kind, corrects) ? [corrects] : [])),
  );
  /** By reading the correction that counts. */
  const inForce = new Map<string, Reading>();
  for (const each of readings) {
    if (each.kind !== 'correction' || corrected.has(each.id)) continue;
    const root = rootOf(each, byId);
    const other = root === null ? undefined : inForce.get(root.id);
    if (root !== null && (other === undefined || other.id < each.id)) inForce.set(root.id, each);
  }
  return readings
    .filter(({ kind }) => kind !== 'correction')
    .map((reading): Counted => {
      const { value, readAt, lastValue } = inForce.get(reading.id) ?? reading;
      return {
        id: reading.id,
        kind: reading.kind === 'replaced' ? 'replaced' : 'reading',
        value,
        readAt,
        lastValue: lastValue ?? reading.lastValue ?? value,
      };
    })
    .toSorted(inOrder);
}

const isLink = (kind: Reading['kind'], corrects: string | null): corrects is string =>
  kind === 'correction' && corrects !== null;

/** The reading that a correction leads to in the end; null where that is not here, or a correction leads to itself. */
function rootOf(correction: Reading, byId: ReadonlyMap<string, Reading>): Reading | null {
  const passed = new Set<string>();
  let at: Reading | undefined = correction;
  while (at?.kind === 'correction') {
    if (passed.has(at.id) || at.corrects === null) return null;
    passed.add(at.id);
    at = byId.get(at.corrects);
  }
  return at ?? null;
}

function inOrder(one: Counted, other: Counted): number {
  if (one.readAt !== other.readAt) return one.readAt < other.readAt ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}

/** Sums of tenths of hours without what binary fractions leave behind. */
const rounded = (sum: number): number => Math.round(sum * 1_000_000) / 1_000_000;

/** A reading out of its record's values, which have its shape. */
export function readingOf(id: string, values: FieldValues): Reading {
  return {
    id,
    kind: values['kind'] as Reading['kind'],
    value: Number(values['value']),
    readAt: String(values['readAt']),
    corrects: textOrNull(values['corrects']),
    lastValue: typeof values['lastValue'] === 'number' ? values['lastValue'] : null,
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
