import { describe, expect, test } from 'vitest';
import { fc, runs, times } from '#support/properties.ts';
import { linkCodec } from '#link/link-codec.ts';
import type { Change } from '#shared/sync/change.ts';
import { encodeColumns } from '#shared/sync/columns/batch.ts';
import {
  batchLimit,
  contentLimit,
  decodeFrame,
  decodePresence,
  encodeFrame,
  encodePresence,
  frameLimit,
  protocolVersion,
  WireError,
  type Ack,
  type Batch,
  type Hello,
  type Message,
  type Telemetry,
  type WireFault,
} from '#shared/sync/frame.ts';
import {
  changeOf,
  changes,
  hashesOf,
  receivedJsonOf,
  origins,
  causalContexts,
  ship,
  storableText,
  vesselId,
} from './changes.ts';

const counts = fc.nat({ max: 1_000_000 });
const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
const proofs = fc.array(fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), hex(16)), { maxLength: 4 });
const lanes = fc.constantFrom('urgent' as const, 'normal' as const, 'bulk' as const);

/** Changes of one origin in rising order; some had seen the same, some travel in another lane than their own. */
const batches: fc.Arbitrary<Batch> = fc
  .record({
    origin: origins,
    lane: lanes,
    after: counts,
    hash: hashes,
    attempt: counts,
    proof: proofs,
    seen: causalContexts,
    given: fc.array(fc.tuple(changes, fc.boolean(), fc.boolean(), fc.integer({ min: 1, max: 9 })), {
      minLength: 1,
      maxLength: 12,
    }),
  })
  .map(({ origin, lane, after, hash, attempt, proof, seen, given }) => {
    let number = 0;
    const written = given.map(([change, sameSeen, sameLane, step]): Change => {
      number += step;
      return {
        ...change,
        origin,
        number,
        seen: sameSeen ? seen : change.seen,
        lane: sameLane ? lane : change.lane,
      };
    });
    return { kind: 'batch', vessel: vesselId, origin, lane, after, hash, attempt, proof, changes: written };
  });

const digests = hashes.map((text) => text.slice(0, 32));

const acks: fc.Arbitrary<Ack> = fc.record({
  kind: fc.constant('ack'),
  vessel: fc.constant(vesselId),
  origin: origins,
  held: receivedJsonOf(),
  hash: hashes,
  outcome: fc.constantFrom('stored', 'gap', 'fork', 'unresolved', 'status'),
  attempt: fc.option(counts),
  problems: fc.array(fc.record({ number: counts, code: storableText(40), message: storableText(500) }), {
    maxLength: 3,
  }),
  holding: fc.option(fc.record({ held: causalContexts, digest: fc.option(digests) })),
  beyondHash: fc.option(hashes),
  fork: fc.option(fc.record({ number: fc.integer({ min: 1, max: 1_000_000 }), hash: hashes })),
  at: fc.option(counts),
});

const acksWithOutOfOrder: fc.Arbitrary<Ack> = fc
  .tuple(acks, fc.record({ numbers: receivedJsonOf(), hash: hashes }))
  .map(([ack, outOfOrder]) => ({ ...ack, outOfOrder }));

const hellos: fc.Arbitrary<Hello> = fc.record({
  kind: fc.constant('hello'),
  vessel: fc.constant(vesselId),
  name: storableText(120),
  origin: origins,
  last: counts,
  hash: hashes,
  held: causalContexts,
  digest: fc.option(digests),
  acknowledged: counts,
  marks: fc.dictionary(origins, hex(16), { maxKeys: 3 }),
  recordsVersion: fc.integer({ min: 1, max: 99 }),
  at: fc.integer({ min: -1_000_000_000, max: 8_640_000_000_000 }),
});

const telemetry: fc.Arbitrary<Telemetry> = fc.record({
  kind: fc.constant('telemetry'),
  vessel: fc.constant(vesselId),
  at: counts,
  queueDepth: counts,
  oldestAgeMs: fc.option(counts),
  bytesSent: counts,
  bytesReceived: counts,
});

const messages: fc.Arbitrary<Message> = fc.oneof(batches, acks, acksWithOutOfOrder, hellos, telemetry);

const decode = (frame: Uint8Array): Message => decodeFrame(frame, vesselId, linkCodec);

/** The code of the refusal; anything that is thrown but a `WireError` fails the test. */
function faultOf(frame: Uint8Array, vessel = vesselId): WireFault | 'taken' {
  try {
    decodeFrame(frame, vessel, linkCodec);
    return 'taken';
  } catch (error) {
    if (error instanceof WireError) return error.code;
    throw error;
  }
}

/** A frame with any content, as somebody else's program might send it. */
function framed(content: Uint8Array | string, version: number = protocolVersion): Uint8Array {
  const plain = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return Uint8Array.from([0xa7, version, ...linkCodec.compress(plain)]);
}
const framedJson = (content: unknown): Uint8Array => framed(JSON.stringify(content));

const journal = [1, 2, 3].map((number) => changeOf({ number, fields: { title: `Entry ${number}` } }));
const batch: Batch = {
  kind: 'batch',
  vessel: vesselId,
  origin: ship,
  lane: 'normal',
  after: 0,
  hash: hashesOf(journal).at(-1) ?? '',
  attempt: 1,
  proof: [[7, '0123456789abcdef']],
  changes: journal,
};
/** The content of an acknowledgement, to be spoilt: a message that travels as JSON. */
const answer = (): Record<string, unknown> => ({
  kind: 'ack',
  vessel: vesselId,
  origin: ship,
  held: 3,
  hash: batch.hash,
  outcome: 'stored',
  attempt: 1,
  problems: [],
  holding: null,
});

/** Text in an encoding that is not ours. */
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const inColumns = (columns: Uint8Array): Uint8Array => framed(Uint8Array.from([1, ...columns]));

/** The batch with something of its head, or of its second change, that no sender of ours would write. */
function spoilt({ change = {}, ...head }: Record<string, unknown> & { change?: object }): Uint8Array {
  const changed = journal.map((each, index) => (index === 1 ? { ...each, ...change } : each));
  return inColumns(encodeColumns({ ...batch, ...head }, changed));
}

describe('a message', () => {
  test('comes out as it went in', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decode(encodeFrame(message, linkCodec))).toEqual(message);
      }),
      runs(150),
    );
  });

  test('with changes comes out with the same hashes, so that the chain holds on the other side', () => {
    fc.assert(
      fc.property(batches, (sent) => {
        const received = decode(encodeFrame(sent, linkCodec));
        expect(received.kind === 'batch' && hashesOf(received.changes)).toEqual(hashesOf(sent.changes));
      }),
    );
  });

  test('of 250 ordinary changes takes less than 40 bytes a change', () => {
    const titles = ['Renew gasket', 'Overhaul pump', 'Clean strainer', 'Grease bearings'];
    const many = Array.from({ length: 250 }, (_, index) =>
      changeOf({
        number: index + 1,
        recordId: `0190a5b0-0000-7000-8000-${((index * 2_654_435_761) % 2 ** 40).toString(16).padStart(12, '0')}`,
        fields: { title: titles[index % 4] ?? '', actualHours: (index * 7) % 40 },
      }),
    );
    expect(encodeFrame({ ...batch, changes: many }, linkCodec).length / 250).toBeLessThan(40);
  });
});

describe('a damaged message', () => {
  test('is refused as malformed when it is any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['malformed', 'unknown_version']).toContain(faultOf(bytes));
        expect(faultOf(Uint8Array.from([0xa7, protocolVersion, ...bytes]))).toBe('malformed');
      }),
      runs(250),
    );
  });

  test('with a single bit turned over is refused, or was not changed by it', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, place) => {
        const frame = encodeFrame(message, linkCodec);
        const at = place % (frame.length * 8);
        const damaged = frame.with(at >> 3, (frame[at >> 3] ?? 0) ^ (1 << (at & 7)));
        const fault = faultOf(damaged);
        expect(['malformed', 'unknown_version', 'taken']).toContain(fault);
        if (fault === 'taken') expect(decode(damaged)).toEqual(message);
      }),
      runs(600),
    );
  });

  test('cut short, or with something behind it, is malformed', () => {
    fc.assert(
      fc.property(
        messages,
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        (message, place, more) => {
          const frame = encodeFrame(message, linkCodec);
          expect(faultOf(frame.subarray(0, place % frame.length))).toBe('malformed');
          expect(faultOf(Uint8Array.from([...frame, ...more]))).toBe('malformed');
        },
      ),
    );
  });

  test('of another version says so, whatever follows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (version, rest) => {
          fc.pre(version !== protocolVersion);
          expect(faultOf(Uint8Array.from([0xa7, version, ...rest]))).toBe('unknown_version');
        },
      ),
    );
  });

  test('is not a message of ours without our mark', () => {
    for (const first of [0, 0xa6, 0xa8, 0x7b])
      expect(faultOf(encodeFrame(batch, linkCodec).with(0, first))).toBe('malformed');
    expect(faultOf(new Uint8Array())).toBe('malformed');
  });

  test.each<[string, Uint8Array]>([
    ['no JSON', framed('{"kind":')],
    ['no text', framed(Uint8Array.from([0xff, 0xfe, 0x22]))],
    ['a device that is no text', framed(latin1(JSON.stringify({ ...answer(), origin: 'Brücke' })))],
    ['nothing', framed('')],
    ['a number', framed('7')],
    ['null', framed('null')],
    ['a list', framed('[]')],
    ['brackets without end', framed('['.repeat(1_000_000))],
    ['deep brackets', framed('['.repeat(100_000) + ']'.repeat(100_000))],
    ['no kind', framedJson({ vessel: vesselId })],
    ['a kind that there is not', framedJson({ ...answer(), kind: 'gossip' })],
    ['the kind of something else', framedJson({ ...answer(), kind: 'constructor' })],
    ['a batch that is not in columns', framedJson({ ...batch })],
    ['a key too many', framedJson({ ...answer(), more: true })],
    ['a key too few', framedJson({ ...answer(), held: undefined })],
    ['held ranges out of order', framedJson({ ...answer(), held: [3, [9, 9], [5, 6]] })],
    ['no columns', inColumns(new Uint8Array())],
    ['no changes', inColumns(encodeColumns(batch, []))],
    ['more behind its columns', inColumns(Uint8Array.from([...encodeColumns(batch, journal), 0]))],
    ['a lane that there is not', spoilt({ lane: 'express' })],
    ['an origin that cannot be', spoilt({ origin: 'x000001' })],
    ['a hash that is none', spoilt({ hash: 'f'.repeat(62) })],
    ['a vessel that cannot be', spoilt({ vessel: 'mv/aurora' })],
    ['seen ranges out of order', spoilt({ change: { seen: { s000001: [3, [9, 9], [5, 6]] } } })],
    ['seen of an origin that cannot be', spoilt({ change: { seen: { x1: 3 } } })],
    ['a number too large to be exact', spoilt({ change: { number: 2 ** 53 } })],
    ['a time from too far on', spoilt({ change: { time: 2 ** 53 } })],
    ['a kind of record with a space', spoilt({ change: { entity: 'work order' } })],
    ['a record that has no id', spoilt({ change: { recordId: 'WO-2026-000001' } })],
    ['an operation that there is not', spoilt({ change: { operation: 'upsert' } })],
    ['a field with an odd name', spoilt({ change: { fields: { 'title;drop': 'a' } } })],
    ['a field without end', spoilt({ change: { fields: { notes: 'x'.repeat(65_537) } } })],
    ['a name that cannot be stored', spoilt({ change: { actorName: 'A\u0000B' } })],
    ['a device that cannot be stored', spoilt({ change: { device: '\ud83d' } })],
    ['a version from nowhere', spoilt({ change: { version: 0 } })],
    ['a lane of its own that there is not', spoilt({ change: { lane: 'express' } })],
    [
      'too many changes',
      inColumns(
        encodeColumns(
          batch,
          Array.from({ length: batchLimit + 1 }, (_, index) => changeOf({ number: index + 1, fields: {} })),
        ),
      ),
    ],
    [
      'a number that is not finite',
      spoilt({ change: { fields: { actualHours: Number.POSITIVE_INFINITY } } }),
    ],
  ])('is malformed with %s', (_, frame) => {
    expect(faultOf(frame)).toBe('malformed');
  });

  test('whose texts grow out of one another without end is refused before they do', () => {
    const grown = Array.from({ length: batchLimit }, (_, index) =>
      changeOf({ number: index + 1, fields: { notes: 'x'.repeat((index + 1) * 140) } }),
    );
    expect(faultOf(inColumns(encodeColumns(batch, grown)))).toBe('malformed');
  });

  // Six hundred batches are encoded and decoded: a minute where the machine has much else to do.
  test('with any byte of its columns another is refused, or is a batch', { timeout: 60_000 * times }, () => {
    fc.assert(
      fc.property(batches, fc.nat(), fc.integer({ min: 0, max: 255 }), (sent, place, byte) => {
        const columns = encodeColumns(sent, sent.changes);
        const damaged = inColumns(columns.with(place % columns.length, byte));
        expect(['malformed', 'wrong_vessel', 'unresolved', 'taken']).toContain(faultOf(damaged));
      }),
      runs(600),
    );
  });

  test('that is spoilt anywhere in its words is refused as malformed, or is whole', () => {
    const spoiltPart = fc.oneof(
      fc.constantFrom(null, true, -1, 0.5, '', 'x', [], {}, 1e300, '\u0000', { a: 1 }),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.oneof(acks, acksWithOutOfOrder, hellos, telemetry),
        fc.nat(),
        spoiltPart,
        (message, place, value) => {
          const plain = linkCodec.decompress(encodeFrame(message, linkCodec).subarray(2), contentLimit);
          const body: unknown = JSON.parse(new TextDecoder().decode(plain));
          expect(['malformed', 'wrong_vessel', 'taken']).toContain(
            faultOf(framedJson(replaced(body, place, value))),
          );
        },
      ),
      runs(400),
    );
  });

  test('of another vessel is refused, and so is one on the topic of another', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(faultOf(encodeFrame({ ...message, vessel: 'mv-borealis' }, linkCodec))).toBe('wrong_vessel');
        expect(faultOf(encodeFrame(message, linkCodec), 'mv-borealis')).toBe('wrong_vessel');
      }),
      runs(50),
    );
  });

  test('that is too large is refused unread, even when its first bytes are right', () => {
    const large = new Uint8Array(frameLimit + 1);
    expect(faultOf(large)).toBe('oversize');
    large.set(encodeFrame(batch, linkCodec));
    expect(faultOf(large)).toBe('oversize');
  });

  test('that would grow without end is refused before it does', () => {
    const bomb = framed(new Uint8Array(64 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(frameLimit);
    const before = process.memoryUsage().arrayBuffers;
    expect(faultOf(bomb)).toBe('malformed');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * contentLimit);
  });

  test('never adds anything to what every object has', () => {
    const fault = faultOf(spoilt({ change: { fields: Object.fromEntries([['__proto__', 'polluted']]) } }));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(fault).toBe('malformed');
  });
});

describe('presence', () => {
  const presences = fc.record({
    online: fc.boolean(),
    name: storableText(120),
    version: storableText(40),
    since: storableText(40),
    timeZone: fc.constantFrom('UTC', 'Pacific/Kiritimati', 'America/Argentina/ComodRivadavia'),
  });

  test('comes out as it went in, and can be read by anybody', () => {
    fc.assert(
      fc.property(presences, (presence) => {
        fc.pre(encodePresence(presence).length <= 2_048);
        expect(decodePresence(encodePresence(presence))).toEqual(presence);
        expect(JSON.parse(new TextDecoder().decode(encodePresence(presence)))).toEqual(presence);
      }),
    );
  });

  test('that is none is refused as malformed or oversize, and nothing else happens', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 3_000 }),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        (bytes) => {
          expect(() => decodePresence(bytes)).toThrow(WireError);
        },
      ),
      runs(200),
    );
  });
});

/** `value` with one of its parts, found by counting, replaced. */
function replaced(value: unknown, place: number, part: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && place % 7 !== 0) {
    const index = place % value.length;
    return value.with(index, replaced(value[index], Math.floor(place / value.length), part));
  }
  if (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    place % 7 !== 0
  ) {
    const entries = Object.entries(value);
    const index = place % entries.length;
    return Object.fromEntries(
      entries.map(([key, member], at) => [
        key,
        at === index ? replaced(member, Math.floor(place / entries.length), part) : member,
      ]),
    );
  }
  return part;
}
