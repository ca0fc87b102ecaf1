import { describe, expect, test } from 'vitest';
import { newVessel } from '#shore/journal/new-vessel.ts';
import { Commits } from '#shore/commits.ts';
import { ShoreFailure } from '#shore/failure.ts';
import {
  recordAndPublish,
  type RecordUnit,
  type WaitingWriter,
  type WriteDependencies,
} from '#shore/record-and-publish.ts';
import type { Committed } from '#shore/service.ts';
import { WaitingWrites } from '#shore/waiting-writes.ts';
import { nextOfficeNumber } from '#shore/records/next-number.ts';
import type { Needs } from '#shore/vessel-book.ts';
import { fc, runs } from '#support/properties.ts';
import { silentLog } from '#support/silent-log.ts';
import { virtualEnvironment } from '#support/virtual-environment.ts';
import { orderValues } from '../../integration/shore/support/ship.ts';
import { MemoryDatabase } from '../../simulation/shore/memory-database.ts';
import { MemoryStore } from '../../simulation/shore/memory-store.ts';
import { directWire } from '../../simulation/shore/wire.ts';

const vessel = 'mv-together';
const writer = { actorId: null, actorName: 'M. Larsen', device: 'Office' };

interface Office extends WriteDependencies {
  database: MemoryDatabase;
  told: Committed[];
  /** How often a transaction was begun. */
  begun(): number;
  write<T>(work: (unit: RecordUnit) => Promise<T>, needs?: Needs): Promise<T>;
}

/** An office whose clock stands still, the same every time; `fail` may refuse a statement. */
async function office(fail: (what: string) => Error | null = () => null): Promise<Office> {
  const environment = virtualEnvironment(silentLog);
  const database = new MemoryDatabase(environment);
  let begun = 0;
  const store = new MemoryStore(database, {
    ...directWire,
    async statement(what) {
      if (what === 'begin write') begun += 1;
      const error = fail(what);
      if (error !== null) throw error;
    },
  });
  const commits = new Commits(silentLog);
  const told: Committed[] = [];
  commits.on((event) => void told.push(event));
  const dependencies = {
    store,
    environment,
    commits,
    gateway: 'test',
    waiting: new WaitingWrites<WaitingWriter>(),
  };
  await store.transaction('write', (tx) => tx.createVessel(newVessel(vessel, environment), 1));
  begun = 0;
  return {
    ...dependencies,
    database,
    told,
    begun: () => begun,
    write: (work, needs) => recordAndPublish(dependencies, vessel, writer, work, needs),
  };
}

const ids = ['order-a', 'order-b', 'order-c'] as const;
const entity = 'work_order';

type Deed =
  | { do: 'create' | 'delete' | 'number'; id: string }
  | { do: 'update'; id: string; title: string; priority: string }
  | { do: 'affirm'; id: string; title: string }
  | { do: 'refuse' | 'ask'; id: string };

const id = fc.constantFrom(...ids);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('create' as const, 'delete' as const, 'number' as const), id }),
  fc.record({
    do: fc.constant('update' as const),
    id,
    title: fc.constantFrom('Pump', 'Valve', 'Winch'),
    priority: fc.constantFrom('normal', 'critical'),
  }),
  fc.record({ do: fc.constant('affirm' as const), id, title: fc.constantFrom('Pump', 'Valve') }),
  fc.record({ do: fc.constantFrom('refuse' as const, 'ask' as const), id }),
);
/** What one writer does in its unit, and whether it says beforehand what it will read. */
const unit = fc.record({ deeds: fc.array(deed, { minLength: 1, maxLength: 4 }), tells: fc.boolean() });

async function work(deeds: readonly Deed[], within: RecordUnit): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const each of deeds) {
    if (each.do === 'create')
      await within.create(
        entity,
        each.id,
        orderValues({ number: await nextOfficeNumber(within, { prefix: 'WO', year: 2026 }), title: each.id }),
      );
    else if (each.do === 'delete') await within.delete(entity, each.id);
    else if (each.do === 'update')
      await within.update(entity, each.id, { title: each.title, priority: each.priority });
    else if (each.do === 'affirm') await within.affirm(entity, each.id, { title: each.title });
    else if (each.do === 'number') seen.push(await nextOfficeNumber(within, { prefix: 'WO', year: 2026 }));
    else if (each.do === 'ask') {
      const record = await within.get(entity, each.id);
      const stamp = record?.state.heads['title']?.[0]?.stamp;
      seen.push(record?.values, stamp === undefined ? null : await within.authorOf(stamp));
    } else throw new ShoreFailure('not_allowed', `Refused for ${each.id}`);
  }
  return seen;
}

interface Outcome {
  value?: unknown;
  refused?: string;
}

async function outcomeOf(write: Promise<unknown>): Promise<Outcome> {
  return write.then(
    (value) => ({ value }),
    (error: unknown) => {
      if (error instanceof ShoreFailure) return { refused: `${error.code}: ${error.message}` };
      throw error;
    },
  );
}

describe('writers that share a transaction', () => {
  test('have the outcomes, and leave the journal, records and queue, of writers one after the other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 2, maxLength: 9 }), async (units) => {
        const [alone, together] = [await office(), await office()];
        const needs = ({ deeds, tells }: (typeof units)[number]): Needs =>
          tells ? { records: deeds.map((each) => ({ entity, recordId: each.id })) } : {};
        const single: Outcome[] = [];
        for (const each of units)
          single.push(await outcomeOf(alone.write((within) => work(each.deeds, within), needs(each))));
        const grouped = await Promise.all(
          units.map((each) => outcomeOf(together.write((within) => work(each.deeds, within), needs(each)))),
        );

        expect(grouped).toEqual(single);
        const [first, second] = [alone, together].map(({ database }) => database.vessels.get(vessel));
        expect(second).toEqual(first);
        expect(alone.begun()).toBe(units.length);
        expect(together.begun()).toBe(2);
      }),
      runs(300),
    );
  });

  test('are told to listeners once for each commit, after it', async () => {
    const { write, told, begun } = await office();
    await Promise.all(ids.map((each) => write((within) => within.create(entity, each, orderValues()))));
    expect(begun()).toBe(2);
    expect(told).toMatchObject([
      { ids: ['order-a'], feed: 1 },
      { ids: ['order-b', 'order-c'], feed: 3 },
    ]);
  });

  test('go on one by one when the database refuses what one of them asks', async () => {
    const { write, database } = await office();
    // As Postgres does with a text that it cannot take.
    const cannot = Object.assign(new Error('invalid byte sequence for encoding'), { code: '22021' });
    const outcomes = await Promise.allSettled([
      write((within) => within.create(entity, 'order-a', orderValues())),
      write((within) => within.create(entity, 'order-b', orderValues())),
      write(async (within) => {
        await within.create(entity, 'order-x', orderValues());
        throw cannot;
      }),
      write(async (within) => {
        await within.create(entity, 'order-y', orderValues());
        throw new ShoreFailure('not_allowed', 'No.');
      }),
      write((within) => within.create(entity, 'order-c', orderValues())),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[2]).toMatchObject({ reason: cannot });
    expect(outcomes[3]).toMatchObject({ reason: { code: 'not_allowed' } });
    const tables = database.vessels.get(vessel);
    expect(tables?.journal.map(({ change, feed }) => [change.recordId, change.number, feed])).toEqual([
      ['order-a', 1, 1],
      ['order-b', 2, 2],
      ['order-c', 3, 3],
    ]);
  });

  test('are all told when the database goes away, once: nothing is tried twice that may have been done', async () => {
    let isAway = false;
    const away = Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
    const { write, begun, told } = await office((what) => (isAway && what === 'commit' ? away : null));
    await write((within) => within.create(entity, 'order-a', orderValues()));
    isAway = true;
    const outcomes = await Promise.allSettled(
      ['order-b', 'order-c', 'order-d'].map((each) =>
        write((within) => within.create(entity, each, orderValues())),
      ),
    );
    for (const outcome of outcomes)
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable', retryable: true } });
    expect(begun()).toBe(1 + 1);
    expect(told).toHaveLength(1);
  });

  test('try again together when another transaction was in the way', async () => {
    let inTheWay = 1;
    const conflict = Object.assign(new Error('deadlock detected'), { code: '40P01' });
    const { write, database, environment } = await office((what) =>
      what === 'insert journal' && inTheWay-- === 0 ? conflict : null,
    );
    const written = Promise.all(
      ids.map((each) => write((within) => within.create(entity, each, orderValues()))),
    );
    for (let turn = 0; turn < 200; turn += 1) {
      await Promise.resolve();
      (environment as ReturnType<typeof virtualEnvironment>).advance(1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await written;
    expect(database.vessels.get(vessel)?.journal.map(({ change }) => change.recordId)).toEqual([...ids]);
  });

  test('are sent away when thousands wait already, and those who wait are served', async () => {
    const { write, database } = await office();
    const writes = Array.from({ length: 2_101 }, (_, index) =>
      write((within) => within.create(entity, `order-${index}`, orderValues())),
    );
    const outcomes = await Promise.allSettled(writes);
    const served = outcomes.filter(({ status }) => status === 'fulfilled');
    expect(served).toHaveLength(2_001);
    expect(outcomes.at(-1)).toMatchObject({ reason: { code: 'unavailable', retryable: true } });
    expect(database.vessels.get(vessel)?.journal).toHaveLength(2_001);
  });

  test('of one vessel are not held up by those of another', async () => {
    const { write, store, database, waiting, environment, commits } = await office();
    await store.transaction('write', (tx) => tx.createVessel(newVessel('mv-other', environment), 1));
    let goOn: () => void = () => undefined;
    const slow = write(
      () =>
        new Promise<void>((resolve) => {
          goOn = resolve;
        }),
    );
    const dependencies = { store, waiting, environment, commits, gateway: 'test' };
    await recordAndPublish(dependencies, 'mv-other', writer, (within) =>
      within.create(entity, 'order-a', orderValues()),
    );
    expect(database.vessels.get('mv-other')?.journal).toHaveLength(1);
    goOn();
    await slow;
  });
});
