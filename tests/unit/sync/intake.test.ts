import { describe, expect, test } from 'vitest';
import { fc, runs } from '#support/properties.ts';
import { lanes, type Lane } from '#shared/records/record.ts';
import { chainStart } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { furthestOf, hasReceived } from '#shared/sync/received-ranges.ts';
import { fingerprintOf } from '#shared/sync/head-fingerprints.ts';
import { changeOf, hashesOf, ship, vesselId } from './changes.ts';
import { LaneSender } from './lane-sender.ts';
import { Receiver, type Answer } from './receiver.ts';

const records = ['0190a5b0-0000-7000-8000-00000000000a', '0190a5b0-0000-7000-8000-00000000000b'];

interface Entry {
  lane: Lane;
  record: number;
  title: string;
}
const entries: fc.Arbitrary<Entry> = fc.record({
  lane: fc.constantFrom(...lanes),
  record: fc.nat({ max: records.length - 1 }),
  title: fc.constantFrom('Renew gasket', 'Overhaul pump'),
});

function entryOf({ lane, record, title }: Entry, number: number): Change {
  return changeOf({ number, lane, recordId: records[record] ?? '', fields: { title } });
}

/** What happens between a sender and a receiver. Indices are taken among what is on its way. */
type Event =
  | { kind: 'write'; entry: Entry }
  | ({ kind: 'batch' } & Passage)
  | ({ kind: 'answer' } & Passage)
  | { kind: 'silence' }
  | { kind: 'crash' };

interface Passage {
  index: number;
  fate: 'arrives' | 'arrives twice' | 'is lost';
}

const passage = {
  index: fc.nat({ max: 9 }),
  fate: fc.oneof(
    { weight: 6, arbitrary: fc.constant('arrives' as const) },
    { weight: 2, arbitrary: fc.constant('arrives twice' as const) },
    { weight: 2, arbitrary: fc.constant('is lost' as const) },
  ),
};
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('write'), entry: entries }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('batch'), ...passage }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('answer'), ...passage }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'silence' }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' }) },
);

/** A sender and a receiver with a bad link between them. */
class Link {
  readonly sender: LaneSender;
  readonly receiver: Receiver;
  batches: Batch[] = [];
  answers: Answer[] = [];
  afterEach: (answer: Answer) => void = () => {};

  constructor(sender: LaneSender, receiver: Receiver) {
    this.sender = sender;
    this.receiver = receiver;
  }

  happen(event: Event): void {
    if (event.kind === 'write') this.sender.write(entryOf(event.entry, this.sender.journal.length + 1));
    else if (event.kind === 'batch') this.#carry(this.batches, event, (batch) => this.#deliver(batch));
    else if (event.kind === 'answer') this.#carry(this.answers, event, (answer) => this.sender.take(answer));
    else if (event.kind === 'silence') this.sender.startAgain();
    else this.sender.crash();
    this.batches.push(...this.sender.pump());
  }

  /** The link is good again: everything that is left goes through, one after the other. */
  settle(): void {
    for (let round = 0; this.sender.queue.size > 0 || this.batches.length > 0; round += 1) {
      if (round > 2 * this.sender.journal.length + 10) throw new Error('The queue does not empty');
      for (const batch of this.batches.splice(0)) this.#deliver(batch);
      for (const answer of this.answers.splice(0)) this.sender.take(answer);
      this.sender.startAgain();
      this.batches.push(...this.sender.pump());
    }
  }

  #deliver(batch: Batch): void {
    const answer = this.receiver.take(batch);
    this.answers.push(answer);
    this.afterEach(answer);
  }

  #carry<T>(onTheWay: T[], { index, fate }: Passage, arrive: (message: T) => void): void {
    const place = index % Math.max(1, onTheWay.length);
    const message = onTheWay[place];
    if (message === undefined) return;
    if (fate !== 'arrives twice') onTheWay.splice(place, 1);
    if (fate !== 'is lost') arrive(message);
  }
}

const sizes = fc.record({
  window: fc.integer({ min: 1, max: 5 }),
  most: fc.integer({ min: 1, max: 4 }),
  handsInAll: fc.boolean(),
});
const histories = fc.array(events, { maxLength: 80, size: 'max' });

function linkOf({ window, most, handsInAll }: { window: number; most: number; handsInAll: boolean }): Link {
  return new Link(new LaneSender(window, most), new Receiver(handsInAll));
}

describe('taking the batches of a journal', () => {
  test('ends with all of it held once, whatever was lost, doubled, late or out of order', () => {
    fc.assert(
      fc.property(sizes, histories, (size, given) => {
        const link = linkOf(size);
        for (const event of given) link.happen(event);
        link.settle();
        const { sender, receiver } = link;
        const straight = hashesOf(sender.journal);
        expect(receiver.head).toEqual({
          received: { upTo: sender.journal.length, beyond: [] },
          hash: straight.at(-1) ?? chainStart(vesselId, ship),
        });
        const stored = [...receiver.entries.values()].sort((a, b) => a.change.number - b.change.number);
        expect(stored.map(({ change }) => change)).toEqual(sender.journal);
        expect(stored.map(({ hash }) => hash)).toEqual(straight);
        expect(new Set(receiver.arrived).size).toBe(receiver.arrived.length);
      }),
      runs(150),
    );
  });

  test('says at every moment exactly what is held, and finds no fork where there is none', () => {
    fc.assert(
      fc.property(sizes, histories, (size, given) => {
        const link = linkOf(size);
        link.afterEach = ({ outcome, received }) => {
          expect(outcome).not.toBe('fork');
          const numbers = link.sender.journal.map(({ number }) => number);
          expect(numbers.filter((number) => hasReceived(received, number))).toEqual(
            [...link.receiver.entries.keys()].sort((a, b) => a - b),
          );
          const { head } = link.receiver;
          expect(head.hash).toBe(
            hashesOf(link.sender.journal.slice(0, head.received.upTo)).at(-1) ?? chainStart(vesselId, ship),
          );
        };
        for (const event of given) link.happen(event);
        link.settle();
      }),
      runs(100),
    );
  });

  test('keeps the order of every lane', () => {
    fc.assert(
      fc.property(sizes, histories, (size, given) => {
        const link = linkOf(size);
        for (const event of given) link.happen(event);
        link.settle();
        const promoted = new Set(
          link.sender.journal.filter(({ lane }) => lane === 'urgent').map(({ recordId }) => recordId),
        );
        for (const lane of lanes) {
          // What an urgent change drew along has changed its lane on the way.
          const stayed = link.sender.journal.filter(
            (change) => change.lane === lane && !promoted.has(change.recordId),
          );
          const numbers = stayed.map(({ number }) => number);
          expect(link.receiver.arrived.filter((number) => numbers.includes(number))).toEqual(numbers);
        }
      }),
      runs(100),
    );
  });

  test('stores nothing of a batch whose predecessor in the lane is missing, and says what is held', () => {
    const journal = [1, 2, 3, 4].map((number) => changeOf({ number, fields: { title: `${number}` } }));
    const receiver = new Receiver(true);
    expect(receiver.take(batchOf(journal, 3, 4, { after: 2 })).outcome).toBe('gap');
    expect(receiver.entries.size).toBe(0);
    expect(receiver.take(batchOf(journal, 1, 2)).outcome).toBe('stored');
    expect(receiver.take(batchOf(journal, 3, 4, { after: 2 }))).toMatchObject({
      outcome: 'stored',
      received: { upTo: 4, beyond: [] },
    });
  });

  test('does not take what came with an urgent change for proof that its own lane is held up to there', () => {
    const journal = [1, 2, 3, 4].map((number) => changeOf({ number, fields: { title: `${number}` } }));
    const receiver = new Receiver(false);
    // The first is lost, an urgent change takes the second along, and the third was on its way behind it.
    expect(receiver.take(batchOf(journal, 2, 2, { lane: 'urgent', after: 0 })).outcome).toBe('stored');
    expect(receiver.take(batchOf(journal, 3, 3, { after: 2 })).outcome).toBe('gap');
    expect(receiver.take(batchOf(journal, 1, 1)).outcome).toBe('stored');
    expect(receiver.head).toEqual({ received: { upTo: 2, beyond: [] }, hash: hashesOf(journal)[1] });
    expect(receiver.take(batchOf(journal, 3, 3, { after: 2 })).outcome).toBe('stored');
  });

  test('nor what came in its own lane for proof that the urgent one is', () => {
    const journal = [1, 2, 3].map((number) =>
      changeOf({ number, fields: { title: `${number}` }, lane: number === 2 ? 'normal' : 'urgent' }),
    );
    const receiver = new Receiver(false);
    expect(receiver.take(batchOf(journal, 2, 2, { after: 0 })).outcome).toBe('stored');
    expect(receiver.take(batchOf(journal, 3, 3, { lane: 'urgent', after: 2 })).outcome).toBe('gap');
    expect(receiver.take(batchOf(journal, 1, 1, { lane: 'urgent' })).outcome).toBe('stored');
    expect(receiver.take(batchOf(journal, 3, 3, { lane: 'urgent', after: 2 })).outcome).toBe('stored');
  });

  test('takes an urgent batch that leaves a hole, and computes its hashes when the hole is filled', () => {
    const journal = [1, 2, 3, 4].map((number) => changeOf({ number, fields: { title: `${number}` } }));
    const hashes = hashesOf(journal);
    const receiver = new Receiver(false);
    receiver.take(batchOf(journal, 4, 4, { lane: 'urgent', after: 0 }));
    expect(receiver.head.received).toEqual({ upTo: 0, beyond: [[4, 4]] });
    expect(receiver.entries.get(4)).toMatchObject({ hash: null, claimed: hashes[3] });
    receiver.take(batchOf(journal, 1, 3));
    expect(receiver.head).toEqual({ received: { upTo: 4, beyond: [] }, hash: hashes[3] });
    expect(receiver.entries.get(4)).toMatchObject({ hash: hashes[3], claimed: null });
  });
});

describe('two writers under one origin', () => {
  const titles = fc.array(fc.constantFrom('Renew gasket', 'Overhaul pump', 'Clean strainer'), {
    minLength: 3,
    maxLength: 9,
  });

  /** Two journals that part at one entry and may go on with the same words. */
  const parted = fc.tuple(titles, fc.nat()).map(([words, part]) => {
    const at = part % words.length;
    const ours = words.map((title, index) => changeOf({ number: index + 1, fields: { title } }));
    const theirs = ours.map((change, index) =>
      index === at ? { ...change, fields: { title: 'Written elsewhere' } } : change,
    );
    return { ours, theirs, at: at + 1 };
  });

  test('are found out, whichever batches of which of them come first', () => {
    fc.assert(
      fc.property(
        parted,
        fc.boolean(),
        fc.array(fc.nat({ max: 999 }), { minLength: 40, maxLength: 40 }),
        (journals, handsInAll, keys) => {
          const receiver = new Receiver(handsInAll);
          const all = [...cut(journals.ours, keys), ...cut(journals.theirs, keys.toReversed())];
          const inSomeOrder = all.toSorted((a, b) => keyOf(a, all, keys) - keyOf(b, all, keys));
          const outcomes = new Set<string>();
          // What is refused for a gap comes again, as from a sender.
          for (let waiting = inSomeOrder; waiting.length > 0 && !outcomes.has('fork');) {
            const before = waiting.length;
            waiting = waiting.filter((batch) => {
              const journal = journals.theirs.includes(batch.changes[0] ?? changeOf()) ? 'theirs' : 'ours';
              const { outcome } = receiver.take(shown(batch, journals[journal], receiver));
              outcomes.add(outcome);
              return outcome === 'gap';
            });
            if (waiting.length === before) break;
          }
          expect(outcomes).toContain('fork');
        },
      ),
      runs(300),
    );
  });

  test('never mix: what is held is one journal from the first entry to the last, whatever came when', () => {
    const everyWordAnother = parted.map(({ ours, theirs, at }) => ({
      ours,
      theirs: theirs.map((change) =>
        change.number < at ? change : { ...change, fields: { title: `${change.number} elsewhere` } },
      ),
      at,
    }));
    fc.assert(
      fc.property(
        everyWordAnother,
        fc.array(fc.nat({ max: 999 }), { minLength: 40, maxLength: 40 }),
        (journals, keys) => {
          const receiver = new Receiver(false);
          const all = [...cut(journals.ours, keys), ...cut(journals.theirs, keys.toReversed())];
          for (const batch of all.toSorted((a, b) => keyOf(a, all, keys) - keyOf(b, all, keys))) {
            const journal = all.indexOf(batch) < cut(journals.ours, keys).length ? 'ours' : 'theirs';
            receiver.take(shown(batch, journals[journal], receiver));
            const held = [...receiver.entries.values()].map(({ change }) => change);
            const parts = held.filter(({ number }) => number >= journals.at);
            expect([0, parts.length]).toContain(
              parts.filter((change) => journals.ours.includes(change)).length,
            );
          }
        },
      ),
      runs(300),
    );
  });

  test('are found out at once by anything that comes after the place where they part', () => {
    fc.assert(
      fc.property(parted, fc.nat(), ({ ours, theirs, at }, from) => {
        const receiver = new Receiver(false);
        receiver.take(batchOf(ours, 1, ours.length));
        const first = at + (from % (ours.length - at + 1));
        const before = receiver.head;
        // Word for word what is held already: only the hash tells that something else went before.
        expect(receiver.take(batchOf(theirs, first, ours.length, { after: first - 1 })).outcome).toBe('fork');
        expect(receiver.head).toEqual(before);
        expect(receiver.take(batchOf(ours, first, ours.length, { after: first - 1 })).outcome).toBe('stored');
      }),
    );
  });

  test('are found out when what came early across a gap does not follow from what fills it', () => {
    fc.assert(
      fc.property(parted, fc.boolean(), ({ ours, theirs, at }, handsInAll) => {
        fc.pre(at < ours.length);
        const receiver = new Receiver(handsInAll);
        const { length } = ours;
        expect(receiver.take(batchOf(theirs, length, length, { lane: 'urgent', after: 0 })).outcome).toBe(
          'stored',
        );
        const before = receiver.head;
        expect(receiver.take(batchOf(ours, 1, length - 1)).outcome).toBe('fork');
        expect(receiver.head).toEqual(before);
      }),
    );
  });

  test('are found out when both send word for word the same across a gap', () => {
    fc.assert(
      fc.property(parted, fc.boolean(), ({ ours, theirs, at }, handsInAll) => {
        fc.pre(at < ours.length);
        const receiver = new Receiver(handsInAll);
        const { length } = ours;
        receiver.take(batchOf(theirs, length, length, { lane: 'urgent', after: 0 }));
        expect(receiver.take(batchOf(ours, length, length, { lane: 'urgent', after: 0 })).outcome).toBe(
          'fork',
        );
        // Also where the other batch reaches from before the gap to behind it.
        expect(receiver.take(batchOf(ours, 1, length)).outcome).toBe('fork');
      }),
    );
  });

  test('a batch that reaches the furthest number held, and goes on from there, shows by its hash whose it is', () => {
    const titled = (last: string) =>
      ['One', 'Two', 'Three', 'Four', 'Five', last].map((title, index) =>
        changeOf({ number: index + 1, fields: { title } }),
      );
    const journal = titled('Six');
    const early = { lane: 'urgent', after: 0 } as const;
    const receiver = new Receiver(true);
    receiver.take(batchOf(journal, 4, 5, early));
    // Its acknowledgement was lost: the sender does not know that the fifth is here.
    expect(receiver.take(batchOf(journal, 5, 6, early)).outcome).toBe('stored');
    const other = new Receiver(true);
    other.take(batchOf(journal, 4, 5, early));
    expect(other.take({ ...batchOf(journal, 5, 6, early), hash: 'f'.repeat(64) }).outcome).toBe('fork');
    // What lies before it is shown by nothing.
    expect(other.take({ ...batchOf(journal, 2, 2, early) }).outcome).toBe('gap');
  });

  test('a forged hash of the journal is found when it comes, or when the gap before it closes', () => {
    const forged = 'f'.repeat(64);
    fc.assert(
      fc.property(titles, fc.nat(), (words, split) => {
        const journal = words.map((title, index) => changeOf({ number: index + 1, fields: { title } }));
        const first = 2 + (split % (words.length - 1));
        const straight = new Receiver(false);
        expect(straight.take({ ...batchOf(journal, 1, words.length), hash: forged }).outcome).toBe('fork');
        expect(straight.entries.size).toBe(0);
        const early = new Receiver(false);
        early.take({ ...batchOf(journal, first, words.length, { lane: 'urgent', after: 0 }), hash: forged });
        expect(early.take(batchOf(journal, 1, first - 1)).outcome).toBe('fork');
      }),
    );
  });

  test('the same number with another word in it is a fork, and what stands is not touched', () => {
    const journal = [1, 2].map((number) => changeOf({ number, fields: { title: `${number}` } }));
    const receiver = new Receiver(true);
    receiver.take(batchOf(journal, 1, 2));
    const other = changeOf({ number: 2, fields: { title: 'Another' } });
    const forged = [...journal.slice(0, 1), other, changeOf({ number: 3 })];
    expect(receiver.take(batchOf(forged, 2, 3))).toMatchObject({
      outcome: 'fork',
      received: { upTo: 2, beyond: [] },
    });
    expect(receiver.entries.get(2)?.change.fields).toEqual({ title: '2' });
    expect(receiver.entries.has(3)).toBe(false);
    // Also with the hash of what stands, and where the word stands in the middle.
    expect(receiver.take({ ...batchOf(journal, 2, 2), changes: [other] }).outcome).toBe('fork');
    const early = { ...other, number: 1 };
    expect(receiver.take({ ...batchOf(journal, 1, 2), changes: [early, ...journal.slice(1)] }).outcome).toBe(
      'fork',
    );
  });
});

function batchOf(
  journal: readonly Change[],
  first: number,
  last: number,
  { lane = 'normal', after = first - 1 }: { lane?: Lane; after?: number } = {},
): Batch {
  return {
    kind: 'batch',
    vessel: vesselId,
    origin: ship,
    lane,
    after,
    hash: hashesOf(journal)[last - 1] ?? '',
    attempt: 0,
    proof: [],
    changes: journal.slice(first - 1, last),
  };
}

/** The batch as a sender of `journal` would send it once it knows what the receiver holds. */
function shown(batch: Batch, journal: readonly Change[], { head }: Receiver): Batch {
  const furthest = furthestOf(head.received);
  const hash = hashesOf(journal)[furthest - 1];
  return { ...batch, proof: hash === undefined ? [] : [[furthest, fingerprintOf(hash)]] };
}

/** A journal cut into batches in two lanes: runs of three, of which some are urgent. */
function cut(journal: readonly Change[], keys: readonly number[]): Batch[] {
  const batches: Batch[] = [];
  const lastIn: Record<string, number> = {};
  for (let first = 1; first <= journal.length;) {
    const key = keys[first] ?? 0;
    const last = Math.min(first + (key % 3), journal.length);
    const lane = key % 4 === 0 ? 'urgent' : 'normal';
    batches.push(batchOf(journal, first, last, { lane, after: lastIn[lane] ?? 0 }));
    lastIn[lane] = last;
    first = last + 1;
  }
  return batches;
}

const keyOf = (batch: Batch, all: readonly Batch[], keys: readonly number[]): number =>
  keys[all.indexOf(batch) % keys.length] ?? 0;
