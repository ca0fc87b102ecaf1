import { expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { canonicalJson } from '#shared/sync/canonical-json.ts';

const name = fc.stringMatching(/^[a-z][A-Za-z0-9_"\\]{0,8}$/);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
}));

test('is JSON of the same value', () => {
  fc.assert(
    fc.property(value, (each) => {
      expect(JSON.parse(canonicalJson(each))).toEqual(JSON.parse(JSON.stringify(each)));
    }),
  );
});

test('is the same text in whatever order the keys came, at every depth, and leaves out what is not set', () => {
  const one = { b: [{ y: 1, x: 'é"' }], a: null, c: undefined };
  const other = { a: null, b: [{ x: 'é"', y: 1 }] };
  expect(canonicalJson(one)).toBe('{"a":null,"b":[{"x":"é\\"","y":1}]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
});
