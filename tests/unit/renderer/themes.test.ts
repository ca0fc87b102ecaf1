import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '#support/project.ts';

const read = (path: string): string => readFileSync(join(projectRoot, 'src', 'renderer', path), 'utf8');
const themesCss = read('ui/themes.css');

type Tokens = ReadonlyMap<string, string>;

function tokensOf(selector: string): Tokens {
  const start = themesCss.indexOf(`${selector} {`);
  const block = themesCss.slice(start, themesCss.indexOf('}', start));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

const themes = {
  day: tokensOf(':root'),
  dusk: tokensOf(":root[data-theme='dusk']"),
  night: tokensOf(":root[data-theme='night']"),
} as const;

/** Relative luminance of `#rrggbb`, 0 to 1: WCAG 2.2, 'relative luminance'. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours of a theme, 1 to 21: WCAG 2.2, 'contrast ratio'. */
function contrast(tokens: Tokens, one: string, other: string): number {
  const [low = 0, high = 0] = [one, other]
    .map((name) => luminance(tokens.get(name) ?? ''))
    .sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const words = ['text', 'text-muted', 'accent', 'good', 'warn', 'danger', 'info'];
const surfaces = ['ground', 'raised', 'sunken', 'hover', 'selected', 'marked'];
const onSurfaces = words.flatMap((word) => surfaces.map((surface) => [word, surface] as const));
const onButtons = [
  ['on-accent', 'accent-ground'],
  ['on-accent', 'accent-ground-hover'],
] as const;
const pairs = [...onSurfaces, ...onButtons];

describe.each(Object.entries(themes))('The %s theme', (name, tokens) => {
  test('names every colour that words and surfaces need', () => {
    expect(
      [...words, ...surfaces, 'line', 'line-strong', 'focus'].filter((token) => !tokens.has(token)),
    ).toEqual([]);
  });

  test('draws the edge of fields and the ring of focus so that they are seen (3 or more, WCAG 1.4.11)', () => {
    for (const surface of ['ground', 'raised', 'sunken'])
      for (const edge of ['line-strong', 'focus'])
        expect(contrast(tokens, edge, surface), `${edge} on ${surface}`).toBeGreaterThanOrEqual(3);
  });

  test('starts on the ground that the style sheet has', () => {
    expect(read('public/theme.js')).toContain(`${name}: '${tokens.get('ground') ?? ''}'`);
  });
});

const figuresOf = (tokens: Tokens) =>
  pairs.map(([word, surface]) => [word, surface, contrast(tokens, word, surface)] as const);

test.each(['day', 'dusk'] as const)(
  'By %s every word has a contrast of at least 7 on every surface',
  (name) => {
    expect(figuresOf(themes[name]).filter(([, , figure]) => figure < 7)).toEqual([]);
  },
);

test('At night every word stays between 4.5 and 6, to be read without dazzling', () => {
  expect(figuresOf(themes.night).filter(([, , figure]) => figure < 4.5 || figure > 6)).toEqual([]);
});

test('At night no colour has more than 40 % luminance', () => {
  expect([...themes.night].filter(([, colour]) => luminance(colour) > 0.4)).toEqual([]);
});

test('The style sheets use four sizes of type, two weights and the colours of the themes only', () => {
  const sizes = [...read('ui/base.css').matchAll(/--size-\w+: (\d+)px/g)].map(([, size]) => Number(size));
  expect(sizes).toEqual([12, 14, 16, 22]);
  const weights = [...read('ui/base.css').matchAll(/--weight-\w+: (\d+)/g)].map(([, weight]) =>
    Number(weight),
  );
  expect(weights).toEqual([400, 600]);
});
