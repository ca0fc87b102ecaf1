import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { canonicalText, changeSchema, type Change } from '#shared/sync/change.ts';
import { chainNext, chainStart } from '#shared/sync/chain.ts';
import { ackBody, decodeFrame, encodeFrame, helloBody } from '#shared/sync/frame.ts';
import { projectRoot } from '#support/project.ts';

/** Whoever writes a ship from the page alone is understood. */
describe('docs/protocol.md', () => {
  const page = readFileSync(`${projectRoot}/docs/protocol.md`, 'utf8');
  const block = (name: string): string => {
    const found = new RegExp(`\`\`\`${name}\n([^]*?)\n\`\`\``).exec(page)?.[1];
    if (found === undefined) throw new Error(`no example of ${name}`);
    return found;
  };
  /** Names in the first column of the table under a heading, without the mark of what may be left out. */
  const fieldsOf = (heading: string): string[] => {
    const table = page.slice(page.indexOf(`| ${heading} `)).split('\n\n')[0] ?? '';
    const cells = table
      .split('\n')
      .slice(2)
      .map((line) => line.split('|')[1] ?? '');
    return cells.flatMap((cell) =>
      [...cell.matchAll(/`([A-Za-z]+)(\??)`/g)].map(([, name = '', mark]) => `${name}${mark}`),
    );
  };
  const fieldsOfBody = (
    shape: Record<string, { safeParse(value: unknown): { success: boolean } }>,
  ): string[] =>
    Object.entries(shape).map(([name, field]) => (field.safeParse(undefined).success ? `${name}?` : name));
  const example: Change = changeSchema.parse({
    origin: 'v4k2m8q1z',
    number: 1,
    time: 1_772_310_315_076 * 1_024,
    at: 1_772_310_315_076,
    seen: { s7h3d9f2k: 12 },
    entity: 'work_order',
    recordId: '019c9d1e-5a84-7c31-9b1f-0d6e8a4c2b17',
    operation: 'update',
    fields: { title: 'Check "No. 2" fuel pump', status: 'in_progress' },
    actorId: null,
    actorName: 'K. Ito',
    device: 'Bridge PC',
    lane: 'normal',
    version: 1,
  });
  const start = chainStart('mv-aurora', example.origin);
  const hash = chainNext(start, example);

  test('gives the text of a change and its hash as the journal has them', () => {
    expect(block('text change')).toBe(canonicalText(example));
    expect(block('text hash')).toBe(hash);
    expect(page).toContain(start);
  });

  test.each([
    ['hello', helloBody],
    ['ack', ackBody],
  ] as const)(
    'gives an example of %s that the other end reads, with nothing added or left out',
    (kind, body) => {
      const written: unknown = JSON.parse(block(`json ${kind}`));
      const message = body.parse(written);
      expect(message.hash).toBe(hash);
      expect(decodeFrame(encodeFrame(message, linkCodec), 'mv-aurora', linkCodec)).toEqual(written);
    },
  );

  test('lists every field of hello and acknowledgement, and no other', () => {
    expect(fieldsOf('hello').toSorted()).toEqual(fieldsOfBody(helloBody.shape).toSorted());
    expect(fieldsOf('acknowledgement').toSorted()).toEqual(fieldsOfBody(ackBody.shape).toSorted());
  });
});
