import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { canonicalText, type Change } from '#shared/sync/change.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';
import { changes, hashesOf, office, ship, vesselId } from './changes.ts';

const journals = fc.array(changes, { minLength: 2, maxLength: 8, size: 'max' });
const endOf = (journal: readonly Change[]): string | undefined => hashesOf(journal).at(-1);

/** The same value with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
}

describe('the hash chain of a journal', () => {
  test('shows when any part of any entry was altered', () => {
    fc.assert(
      fc.property(journals, fc.nat(), changes, fc.nat(), (journal, index, other, part) => {
        const place = index % journal.length;
        const entry = journal[place];
        if (entry === undefined) return;
        const name = (Object.keys(entry) as (keyof Change)[])[part % Object.keys(entry).length] ?? 'number';
        const altered = { ...entry, [name]: other[name] };
        fc.pre(canonicalJson(altered) !== canonicalJson(entry));
        expect(endOf(journal.with(place, altered))).not.toBe(endOf(journal));
      }),
      runs(200),
    );
  });

  test('shows when an entry was cut out, put in, doubled, or the end cut off', () => {
    fc.assert(
      fc.property(journals, changes, fc.nat(), (journal, other, index) => {
        const place = index % journal.length;
        const end = endOf(journal);
        expect(endOf(journal.toSpliced(place, 1))).not.toBe(end);
        expect(endOf(journal.toSpliced(place, 0, other))).not.toBe(end);
        expect(endOf(journal.toSpliced(place, 0, ...journal.slice(place, place + 1)))).not.toBe(end);
        expect(endOf(journal.slice(0, -1))).not.toBe(end);
      }),
    );
  });

  test('shows when two entries changed places', () => {
    fc.assert(
      fc.property(journals, fc.nat(), (journal, index) => {
        const place = index % (journal.length - 1);
        const [a, b] = journal.slice(place, place + 2);
        if (a === undefined || b === undefined) return;
        fc.pre(canonicalText(a) !== canonicalText(b));
        expect(endOf(journal.with(place, b).with(place + 1, a))).not.toBe(endOf(journal));
      }),
    );
  });

  test('does not show in which order keys were written, on either end or in a database', () => {
    fc.assert(
      fc.property(changes, (change) => {
        const reordered = turned(JSON.parse(JSON.stringify(change))) as Change;
        expect(chainNext(chainStart(vesselId, ship), reordered)).toBe(
          chainNext(chainStart(vesselId, ship), change),
        );
      }),
    );
  });

  test('tells texts apart that hold the same characters in other places', () => {
    fc.assert(
      fc.property(changes, changes, (a, b) => {
        expect(canonicalText(a) === canonicalText(b)).toBe(canonicalJson(a) === canonicalJson(b));
      }),
    );
  });

  test('begins differently for each vessel and each of its journals', () => {
    const starts = [
      chainStart(vesselId, ship),
      chainStart(vesselId, office),
      chainStart('mv-borealis', ship),
      chainStart(vesselId, 'v000002'),
    ];
    expect(new Set(starts).size).toBe(starts.length);
    for (const start of starts) expect(start).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('canonical JSON', () => {
  test('is one text for one value, whatever the order of its keys, and can be read back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(turned(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
