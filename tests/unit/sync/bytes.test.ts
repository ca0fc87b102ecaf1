import { expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { ByteReader, ByteWriter } from '#shared/sync/columns/bytes.ts';

test('texts of any length and alphabet come out as they went in, one behind the other and one within the other', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.stringMatching(/^[ -~]{60,70}$/),
    fc.constantFrom('', '\u0000', '\u007f', '\u0080', 'é', '\ud800', '\ufeffa'),
  );
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (first, then) => {
      const writer = new ByteWriter();
      const within = new ByteWriter();
      for (const each of first) writer.text(each);
      for (const each of then) within.text(each);
      writer.join(within);
      const reader = new ByteReader(writer.done());
      expect([...first, ...then].map(() => reader.text())).toEqual([...first, ...then]);
      expect(reader.isAtEnd).toBe(true);
    }),
  );
});

test('a short text is written as UTF-8 is, whichever way it is written', () => {
  for (const text of ['Purifier', 'a'.repeat(64), 'a'.repeat(65), 'Öl', '\u007f']) {
    const writer = new ByteWriter();
    writer.text(text);
    const bytes = new TextEncoder().encode(text);
    expect([...writer.done()].slice(-bytes.length)).toEqual([...bytes]);
    expect(new ByteReader(writer.done()).text()).toBe(text);
  }
});
