import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { differenceOf, shortened } from '../../../src/renderer/records/words/text-difference.ts';

const join = (stretches: ReturnType<typeof differenceOf>, without: 'added' | 'removed'): string =>
  stretches.map(({ kind, text }) => (kind === without ? '' : text)).join('');

describe('the difference between two texts', () => {
  test('is told by words', () => {
    expect(differenceOf('Renew the gasket', 'Renew both gasket')).toEqual([
      { kind: 'same', text: 'Renew ' },
      { kind: 'removed', text: 'the' },
      { kind: 'added', text: 'both' },
      { kind: 'same', text: ' gasket' },
    ]);
  });

  test('gives each text back, whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const stretches = differenceOf(before, after);
        expect(join(stretches, 'removed')).toBe(after);
        expect(join(stretches, 'added')).toBe(before);
      }),
    );
  });

  test('of two very long ones is not looked for', () => {
    const long = 'word '.repeat(5_000);
    expect(differenceOf(long, `${long}more`)).toEqual([{ kind: 'same', text: `${long}more` }]);
  });

  test('is shown with some words around it, and no more', () => {
    const text = 'The pump runs. '.repeat(40);
    const short = shortened(differenceOf(`${text}Stop it. ${text}`, `${text}Start it. ${text}`));
    expect(short.map(({ text: each }) => each).join('').length).toBeLessThan(200);
    expect(short.filter(({ kind }) => kind !== 'same').map(({ text: each }) => each)).toEqual([
      'Stop',
      'Start',
    ]);
  });
});
