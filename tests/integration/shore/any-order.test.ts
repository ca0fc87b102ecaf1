import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specOf } from '#shared/records/catalogue.ts';
import { workOrderStatuses } from '#shared/records/work-order-status.ts';
import type { Batch } from '#shared/sync/frame.ts';
import { applyChange, emptyState, materialise, type RecordState } from '#shared/sync/merge.ts';
import { encodeState } from '#shared/sync/record-state-json.ts';
import type { Change } from '#shared/sync/change.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { kinds } from './support/databases.ts';
import { openOffice, type Office } from './support/office.ts';
import { newId, orderValues, Ship } from './support/ship.ts';

/** Numbers that look random and are the same for a seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 374_761_393) >>> 0;
    return (state >>> 8) % sides;
  };
}

function shuffled<T>(items: readonly T[], roll: (sides: number) => number): T[] {
  const left = [...items];
  const found: T[] = [];
  while (left.length > 0) found.push(...left.splice(roll(left.length), 1));
  return found;
}

/** A ship and the office at work on the same few orders, now and then hearing of each other. */
async function voyage(office: Office, ship: Ship, roll: (sides: number) => number): Promise<void> {
  const { vessel } = ship;
  const { origin } = await office.addVessel(vessel);
  const ids: string[] = [];
  const sent: Batch[] = [];
  let first = 1;
  const fields = () => {
    const value = `${roll(1_000)}`;
    const all = {
      title: `Title ${value}`,
      notes: `Line ${value}`,
      status: workOrderStatuses[roll(5)] ?? 'open',
      actualHours: roll(50),
      priority: roll(6) === 0 ? ('critical' as const) : ('normal' as const),
    };
    const names = shuffled(Object.keys(all), roll).slice(0, 1 + roll(3));
    return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
  };
  // A batch that was cut long ago shows, when it is sent again, what the receiver holds by then.
  const send = (batch: Batch) => office.stored({ ...batch, proof: ship.proof() });
  const deliver = async (): Promise<void> => {
    while (first <= ship.journal.length) {
      const last = Math.min(ship.journal.length, first + roll(6));
      sent.push(ship.batch(first, last, { after: 0 }));
      first = last + 1;
    }
    const again = sent.length === 0 ? [] : [sent[roll(sent.length)] ?? sent[0]];
    const batches = shuffled([...sent.slice(-4), ...again], roll).filter((batch) => batch !== undefined);
    await Promise.all(batches.map(send));
  };
  for (let step = 0; step < 40; step += 1) {
    const id = ids[roll(Math.max(1, ids.length))];
    const action = roll(10);
    if (id === undefined || action === 0) ids.push(ship.create({ title: `Made ${step}` }));
    else if (action < 5)
      ship.write('update', 'work_order', id, fields(), roll(4) === 0 ? 'urgent' : 'normal');
    else if (action === 5) ship.delete(id);
    else if (action < 8) {
      await office.write(vessel, async (unit) => {
        const record = await unit.get('work_order', id);
        if (record === null) return;
        if (roll(6) === 0) await unit.delete('work_order', id);
        else await unit.update('work_order', id, fields());
      });
    } else if (action === 8) await deliver();
    else if (roll(2) === 0) {
      const { last, time } = await office.vessel(vessel);
      ship.holds(origin, last, time);
    } else {
      const made = newId();
      await office.write(vessel, (unit) =>
        unit.create('work_order', made, orderValues({ title: `Office ${step}` })),
      );
      ids.push(made);
    }
  }
  sent.push(...ship.batches(7).map((batch) => ({ ...batch, after: 0 })));
  for (const batch of shuffled(sent, roll)) await send(batch);
}

describe.each(kinds)('whatever the order of things, on %s', (kind) => {
  let office: Office;
  beforeAll(async () => {
    office = await openOffice(kind);
  });
  afterAll(() => office.close());

  test.each(Array.from({ length: 25 }, (_, seed) => seed))(
    'shore’s tables are what its journals say, and what the same changes give in another order (seed %i)',
    async (seed) => {
      const roll = dice(seed + 1);
      const ship = new Ship(`ship-${seed}`, `vship${String(seed).padStart(4, '0')}`);
      office.environment.skew = (roll(3) - 1) * 86_400_000 * 365;
      await voyage(office, ship, roll);

      expect(await verifyShore(office.database)).toMatchObject({ holds: true });

      const spec = specOf('work_order');
      if (spec === undefined) throw new Error('There are no work orders');
      const entries = await changesOf(office, ship);
      const states = new Map<string, RecordState>();
      for (const change of shuffled(entries, roll))
        states.set(change.recordId, applyChange(spec, states.get(change.recordId) ?? emptyState, change));
      const stored = await office.store.transaction('update', (tx) =>
        tx.records(ship.vessel, 'work_order', [...states.keys()]),
      );
      expect(stored).toHaveLength(states.size);
      for (const record of stored) {
        const expected = states.get(record.id) ?? emptyState;
        expect(record.row?.values ?? null).toEqual(materialise(spec, expected));
        expect(encodeState(record.state)).toEqual(encodeState(expected));
      }
    },
  );

  test('these voyages have had what matters: conflicts open and settled, and deletes that lost', async () => {
    const conflicts = await office.rows('sync_conflicts');
    expect(conflicts.filter((row) => row['settled_at'] === null).length).toBeGreaterThan(10);
    expect(conflicts.filter((row) => row['settled_at'] !== null).length).toBeGreaterThan(10);
    expect((await office.rows('sync_problems')).some((row) => row['code'] === 'delete_overridden')).toBe(
      true,
    );
  });
});

async function changesOf({ store }: Office, ship: Ship): Promise<Change[]> {
  const head = await store.vessel(ship.vessel);
  return store.transaction('update', async (tx) => {
    const origins = [ship.origin, head?.origin ?? ''];
    const entries = [];
    for (const origin of origins)
      entries.push(...(await tx.journalByNumber(ship.vessel, origin, [[1, 1_000_000]])));
    return entries.map(({ change }) => change);
  });
}
