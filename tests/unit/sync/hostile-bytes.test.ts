import { brotliCompressSync, crc32, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fc } from '#support/properties.ts';
import { linkCodec } from '#link/link-codec.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import { JsonLimitError, parseBoundedJson } from '#shared/bounded-json.ts';
import type { Scalar } from '#shared/json.ts';
import type { Change } from '#shared/sync/change.ts';
import { encodeColumns } from '#shared/sync/columns/batch.ts';
import { batchSizeToSend, changeSizeLimit, unfoldedSize } from '#shared/sync/columns/unfolded.ts';
import {
  decodeFrame,
  encodeFrame,
  plainAck,
  WireError,
  type Batch,
  type Message,
} from '#shared/sync/frame.ts';
import type { ReceivedRangesJson } from '#shared/sync/received-ranges.ts';
import { frameKinds, frameLimit, type FrameKind } from '#shared/sync/message-limits.ts';
import { packRecords } from '#shared/sync/snapshot/columns.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { framesOn, topicOf } from '#shared/sync/topics.ts';
import { changeOf, office, orderValues, ship, vesselId } from './changes.ts';

/** Milliseconds of processor that this takes, whatever else the machine does: the least of some times. */
function cost(work: () => void): number {
  const costs = Array.from({ length: 5 }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...costs);
}

const inZstd = (plain: Uint8Array): Uint8Array => Uint8Array.from([0xa7, 1, ...zstdCompressSync(plain)]);

function inBrotli(plain: Uint8Array): Uint8Array {
  const sum = new DataView(new ArrayBuffer(4));
  sum.setUint32(0, crc32(plain), true);
  return Uint8Array.from([0xa7, 1, 0x42, ...new Uint8Array(sum.buffer), ...brotliCompressSync(plain)]);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const take = (frame: Uint8Array, kind: FrameKind): Message => decodeFrame(frame, vesselId, linkCodec, [kind]);

function refused(frame: Uint8Array, kind: FrameKind): string {
  try {
    take(frame, kind);
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
  return 'taken';
}

const inJson = frameKinds.filter((kind) => kind !== 'batch');
const hash = 'a'.repeat(64);
const originAt = (index: number): string => `v${index.toString(36).padStart(6, '0')}`;

const hello = {
  kind: 'hello' as const,
  vessel: vesselId,
  name: 'Aurora',
  origin: ship,
  last: 4,
  hash,
  acknowledged: 4,
  held: {},
  digest: null,
  marks: {},
  recordsVersion: 1,
  at: 0,
};

describe('a message that is small on the wire and large when unpacked', () => {
  const brackets = new Uint8Array(4 * 1024 * 1024).fill(0x5b);

  test.each(inJson)('of nothing but brackets costs next to nothing on the topic %s', (kind) => {
    for (const frame of [inZstd(brackets), inBrotli(brackets)]) {
      expect(frame.length).toBeLessThan(700);
      expect(cost(() => expect(refused(frame, kind)).toBe('malformed'))).toBeLessThan(60);
    }
  });

  test('cannot be larger than the largest of its kind, whatever it says', () => {
    const telemetry = { kind: 'telemetry', vessel: vesselId, filler: ' '.repeat(100_000) };
    expect(refused(inZstd(utf8(JSON.stringify(telemetry))), 'telemetry')).toBe('malformed');
    expect(refused(new Uint8Array(5_000).fill(0xa7), 'telemetry')).toBe('oversize');
  });

  test('with a hundred thousand origins is refused in some milliseconds', { timeout: 60_000 }, () => {
    const held = Object.fromEntries(Array.from({ length: 180_000 }, (_, index) => [originAt(index), 1]));
    const frame = inZstd(utf8(JSON.stringify({ ...hello, held })));
    expect(cost(() => expect(refused(frame, 'hello')).not.toBe('taken'))).toBeLessThan(150);
    const some = Object.fromEntries(Object.entries(held).slice(0, 40_000));
    for (const given of [{ held: some }, { marks: some }, { bases: some }]) {
      const fewer = inZstd(utf8(JSON.stringify({ ...hello, ...given })));
      expect(cost(() => expect(refused(fewer, 'hello')).toBe('malformed'))).toBeLessThan(150);
    }
  });

  test('with a quarter of a million ranges is refused in some milliseconds', () => {
    const ranges = Array.from({ length: 250_000 }, (_, index): [number, number] => [
      2 * index + 2,
      2 * index + 2,
    ]);
    const frame = inZstd(utf8(JSON.stringify({ ...hello, held: { [office]: [0, ...ranges] } })));
    expect(cost(() => expect(refused(frame, 'hello')).not.toBe('taken'))).toBeLessThan(150);
  });

  test('is refused as a batch when it is none, and as anything else when it is one', () => {
    expect(refused(inZstd(brackets), 'batch')).toBe('malformed');
    const batch = encodeFrame(batchOf([changeOf({ fields: { title: 'x' } })]), linkCodec);
    for (const kind of inJson) expect(refused(batch, kind)).toBe('malformed');
    expect(take(batch, 'batch').kind).toBe('batch');
  });
});

const batchOf = (changes: readonly Change[]): Batch => ({
  kind: 'batch',
  vessel: vesselId,
  origin: ship,
  lane: 'normal',
  after: 0,
  hash,
  attempt: 1,
  proof: [],
  changes,
});

const letters = (length: number): string => 'n'.repeat(length);

/** A frame with a batch as no sender of ours would put it together. */
const asBatch = (changes: readonly Change[]): Uint8Array =>
  inZstd(Uint8Array.from([1, ...encodeColumns(batchOf(changes), changes)]));

describe('a batch that says a text once and means it a thousand times', () => {
  const names = Array.from({ length: 30 }, (_, index) => `field${'abcdefghijklmnopqrstuvwxyz1234'[index]}`);

  test('is refused before the texts are made: 100 changes of 30 fields of 65,000 characters', () => {
    const changes = Array.from({ length: 100 }, (_, index) =>
      changeOf({
        number: index + 1,
        version: 999_999,
        fields: Object.fromEntries(names.map((name) => [name, letters(65_000)])),
      }),
    );
    const frame = asBatch(changes);
    expect(frame.length).toBeLessThan(4_000);
    expect(refused(frame, 'batch')).toBe('malformed');
  });

  test.each([
    ['the name of who wrote it', { actorName: letters(120), device: letters(120) }],
    [
      'what its writer had seen',
      {
        seen: {
          [office]: [
            0,
            ...Array.from({ length: 400 }, (_, index): [number, number] => [2 * index + 2, 2 * index + 2]),
          ] as ReceivedRangesJson,
        },
      },
    ],
  ])('is refused by %s as well', (_what, given) => {
    const changes = Array.from({ length: 2_000 }, (_, index) => changeOf({ number: index + 1, ...given }));
    expect(changes.reduce((sum, change) => sum + unfoldedSize(change), 0)).toBeGreaterThan(800_000);
    const twice = changes.map((change) => ({ ...change, fields: { title: letters(400) } }));
    expect(refused(asBatch(twice), 'batch')).toBe('malformed');
  });

  test('is refused for its many fields, and for one change that is too long', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`f${index.toString(36)}`, null]),
    );
    const changes = Array.from({ length: 2_000 }, (_, index) => changeOf({ number: index + 1, fields }));
    expect(cost(() => expect(refused(asBatch(changes), 'batch')).toBe('malformed'))).toBeLessThan(1_500);
    const long = changeOf({ fields: Object.fromEntries(names.map((name) => [name, letters(10_000)])) });
    expect(refused(asBatch([long]), 'batch')).toBe('malformed');
  });
});

/** Of a kind of record a change with every field as long as its rules let it be. */
function longest(spec: (typeof recordSpecs)[number]): Change {
  const shape = z
    .object({ properties: z.record(z.string(), z.looseObject({ maxLength: z.number().optional() })) })
    .parse(z.toJSONSchema(spec.schema, { unrepresentable: 'any' }));
  const fields: Record<string, Scalar> = {};
  for (const [name, { kind }] of Object.entries(spec.fields))
    fields[name] = kind === 'text' ? '\u6f22'.repeat(shape.properties[name]?.maxLength ?? 64) : 123_456.78;
  return changeOf({
    entity: spec.entity,
    operation: 'create',
    fields,
    actorName: '\u6f22'.repeat(120),
    device: '\u6f22'.repeat(120),
  });
}

describe('what our own programs make', () => {
  test.each(recordSpecs.map((spec) => [spec.entity, spec] as const))(
    'fits: the longest change of the kind %s, in characters of three bytes',
    (_entity, spec) => {
      const change = longest(spec);
      expect(unfoldedSize(change)).toBeLessThan(changeSizeLimit / 2);
      const frame = encodeFrame(batchOf([change]), linkCodec);
      expect(take(frame, 'batch')).toEqual(batchOf([change]));
    },
  );

  test('fits: a batch as large as senders make them', () => {
    const one = changeOf({ fields: { ...orderValues({ notes: letters(4_000) }) } });
    const count = Math.floor(batchSizeToSend / unfoldedSize(one));
    const changes = Array.from({ length: count }, (_, index) => ({ ...one, number: index + 1 }));
    const batch = batchOf(changes);
    expect(take(encodeFrame(batch, linkCodec), 'batch')).toEqual(batch);
  });

  const ranges = (count: number): ReceivedRangesJson => [
    10,
    ...Array.from({ length: count }, (_, index): [number, number] => [30 * index + 20, 30 * index + 31]),
  ];
  const origins = Array.from({ length: 800 }, (_, index) => originAt(index));
  const held = {
    ...Object.fromEntries(origins.map((origin) => [origin, 123_456])),
    [office]: ranges(20_000),
  };
  const problems = Array.from({ length: 2_000 }, (_, index) => ({
    number: index + 1,
    code: 'parked',
    message: 'title: Too big: expected string to have <=200 characters',
  }));
  const largest: Message[] = [
    {
      ...hello,
      held,
      marks: Object.fromEntries(origins.map((origin, index) => [origin, `${index}`.padStart(16, '0')])),
      bases: Object.fromEntries(
        origins.map((origin, index) => [origin, [123_456, `${index}`.padStart(16, '0')]]),
      ),
    },
    {
      kind: 'ack',
      vessel: vesselId,
      origin: ship,
      held: ranges(20_000),
      hash,
      outcome: 'stored',
      attempt: 3,
      problems,
      ...plainAck,
      holding: { held, digest: 'b'.repeat(32) },
    },
    {
      kind: 'telemetry',
      vessel: vesselId,
      at: 9e14,
      queueDepth: 9e14,
      oldestAgeMs: 9e14,
      bytesSent: 9e14,
      bytesReceived: 9e14,
    },
    {
      kind: 'ask',
      vessel: vesselId,
      origin: ship,
      attempt: 9e14,
      position: Object.fromEntries(origins.map((origin) => [origin, 123_456_789])),
      after: '0:',
      pages: 8,
      version: 99,
    },
    {
      kind: 'compare',
      vessel: vesselId,
      at: 'c'.repeat(16),
      number: 12,
      ask: {
        step: 'entries',
        records: Array.from({ length: 100 }, (): [string, string] => ['work_order', changeOf().recordId]),
        entries: Array.from({ length: 3_000 }, (_, index): [string, number, string] => [
          ship,
          index,
          'd'.repeat(16),
        ]),
      },
      answer: null,
    },
    {
      kind: 'page',
      vessel: vesselId,
      origin: ship,
      attempt: 1,
      start: null,
      at: 'e'.repeat(8),
      after: '0:',
      next: null,
      runEnd: null,
      version: 1,
      records: packRecords(
        Array.from({ length: 1_000 }, (_, index): SnapshotRecord => ({
          entity: 'work_order',
          id: `0190a5b0-0000-7000-8000-${index.toString(16).padStart(12, '0')}`,
          values: {
            ...orderValues({ title: `Order ${index}`, notes: `${index} `.repeat(150), actualHours: index }),
          },
          updatedAt: 1_000 + index,
          updatedBy: `Person ${index}`,
          state: {
            c: [1_000, ship, index + 1, {}],
            f: {
              title: [2_000 + index, office, index + 1, { [ship]: index + 1 }],
              notes: [3_000 + index, ship, index + 2_000, { [office]: index + 1 }],
            },
            t: { [ship]: index + 2_000, [office]: index + 1 },
          },
          history: [],
        })),
      ),
    },
  ];

  test.each(largest.map((message) => [message.kind, message] as const))(
    'fits: the largest %s',
    (kind, message) => {
      const frame = encodeFrame(message, linkCodec);
      expect(frame.length).toBeLessThanOrEqual(frameLimit);
      expect(decodeFrame(frame, vesselId, linkCodec, framesOn(kind === 'batch' ? 'bulk' : kind))).toEqual(
        message,
      );
    },
  );

  test('every topic with frames on it says which', () => {
    expect(framesOn('urgent')).toEqual(['batch']);
    expect(framesOn('hello')).toEqual(['hello']);
    for (const kind of ['presence', 'content', 'key'] as const) expect(framesOn(kind)).toEqual([]);
    expect(topicOf(vesselId, 'up', 'hello')).toContain('hello');
  });
});

describe('JSON of others', () => {
  test('is read as JSON.parse reads it where it keeps the limits', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseBoundedJson(text, { depth: 100, items: 100_000 })).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is refused where it does not, and brackets in texts count for nothing', () => {
    expect(() => parseBoundedJson('[[1]]', { depth: 1, items: 9 })).toThrow(JsonLimitError);
    expect(() => parseBoundedJson('[1,2,3]', { depth: 1, items: 2 })).toThrow(JsonLimitError);
    const text = JSON.stringify(['[[[[,,,,{{{', '\\', '\\"[[[', 'a"b,,,,']);
    expect(parseBoundedJson(text, { depth: 1, items: 4 })).toEqual(JSON.parse(text));
  });

  test('that is none is a SyntaxError, as from JSON.parse', () => {
    for (const text of ['', '"', '"\\', '[', ']', '{"a":'])
      expect(() => parseBoundedJson(text, { depth: 9, items: 9 })).toThrow(SyntaxError);
  });
});
