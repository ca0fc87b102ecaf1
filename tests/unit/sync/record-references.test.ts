import { describe, expect, test } from 'vitest';
import { fc } from '#support/properties.ts';
import { linkCodec } from '#link/link-codec.ts';
import { RecordIds } from '#shared/record-ids.ts';
import { encodeFrame, openFrame, WireError, type Batch, type SealedBatch } from '#shared/sync/frame.ts';
import { changeOf, hashesOf, ship, vesselId } from './changes.ts';

/** Ids as a node makes them, from a clock and randomness of the test's. */
function idsAt(now: () => number): RecordIds {
  let byte = 40;
  return new RecordIds({
    now,
    randomBytes: (length) => Uint8Array.from({ length }, () => (byte += 7) & 255),
  });
}

const moment = Date.UTC(2026, 4, 1);
const ids = idsAt(() => moment - 1_000_000);
const known = Array.from({ length: 6 }, () => ids.next());
const elsewhere = 's0shore0shore';

/** Creation by record, of two origins. */
const creations = new Map(
  known.map((id, index) => [id, { origin: index % 2 === 0 ? ship : elsewhere, number: 100 + index * 37 }]),
);

function batchOf(changes: Batch['changes']): Batch {
  return {
    kind: 'batch',
    vessel: vesselId,
    origin: ship,
    lane: 'normal',
    after: 0,
    hash: hashesOf(changes).at(-1) ?? '',
    attempt: 1,
    proof: [],
    changes,
  };
}

/** Updates of known and unknown records, naming records in fields and by their writers. */
const batches = fc
  .array(
    fc.record({
      record: fc.nat({ max: 8 }),
      equipment: fc.option(fc.nat({ max: 8 })),
      writer: fc.option(fc.nat({ max: 8 })),
      isCreate: fc.boolean(),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map((given) => {
    const unknown = idsAt(() => moment);
    const all = [...known, unknown.next(), unknown.next(), unknown.next()];
    return batchOf(
      given.map(({ record, equipment, writer, isCreate }, index) =>
        changeOf({
          number: 1_000 + index,
          at: moment,
          recordId: (isCreate ? all[6 + (record % 3)] : all[record]) ?? '',
          operation: isCreate ? 'create' : 'update',
          actorId: writer === null ? null : (all[writer] ?? null),
          fields: { equipmentId: equipment === null ? null : (all[equipment] ?? null), title: `${index}` },
        }),
      ),
    );
  });

const creationOf = (id: string) => creations.get(id) ?? null;
const recordOf = new Map([...creations].map(([id, { origin, number }]) => [`${origin} ${number}`, id]));
const lookedUp = ({ creations: named }: SealedBatch) =>
  named.map(({ origin, number }) => recordOf.get(`${origin} ${number}`) ?? null);

function sealedOf(batch: Batch): SealedBatch {
  const opened = openFrame(encodeFrame(batch, linkCodec, creationOf), vesselId, linkCodec);
  if (opened.kind !== 'sealed') throw new Error('The batch names no record by its creation');
  return opened;
}

const oneUpdate = batchOf([
  changeOf({ number: 1_000, operation: 'update', recordId: known[1] ?? '', actorId: known[2] ?? '' }),
]);

describe('a batch that names records by their creation', () => {
  test('comes out as it went in, for whoever holds these changes', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const opened = openFrame(encodeFrame(batch, linkCodec, creationOf), vesselId, linkCodec);
        expect(opened.kind === 'sealed' ? opened.open(lookedUp(opened)) : opened).toEqual(batch);
      }),
    );
  });

  test('names only those that the receiver knows', () => {
    const sealed = sealedOf(oneUpdate);
    expect(sealed.creations).toEqual([creations.get(known[2] ?? ''), creations.get(known[1] ?? '')]);
    expect(sealed).toMatchObject({ origin: ship, lane: 'normal', attempt: 1 });
  });

  test('is not taken where one is not held, or stands for another record', () => {
    const sealed = sealedOf(oneUpdate);
    const [writer = null, record = null] = lookedUp(sealed);
    for (const found of [[writer, null], [null, record], [writer, known[5] ?? ''], [record, writer], []]) {
      const again = sealedOf(oneUpdate);
      expect(() => again.open(found)).toThrow(WireError);
      expect(() => again.open(found)).toThrow('not held as its sender holds them');
    }
    expect(sealed.open([writer, record])).toEqual(oneUpdate);
  });
});

describe('ids of new records', () => {
  test('are all different, rise with the clock, and follow from one another', () => {
    let now = moment;
    const made = idsAt(() => now);
    const list = Array.from({ length: 300 }, () => {
      now += 3;
      return made.next();
    });
    expect(new Set(list).size).toBe(300);
    expect(list).toEqual(list.toSorted());
    for (const id of list)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const creates = list.map((recordId, index) =>
      changeOf({
        number: index + 1,
        at: moment + 3 * (index + 1),
        recordId,
        operation: 'create',
        fields: {},
      }),
    );
    const size = (count: number) => encodeFrame(batchOf(creates.slice(0, count)), linkCodec).length;
    expect(size(300) - size(1)).toBeLessThan(100);
  });

  test('of two programs that start on copies of one disk at one moment are different', () => {
    const random = [1, 2].map(
      (seed) =>
        new RecordIds({ now: () => moment, randomBytes: (length) => new Uint8Array(length).fill(seed) }),
    );
    expect(random[0]?.next()).not.toBe(random[1]?.next());
  });
});
