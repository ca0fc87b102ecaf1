import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConflictQueries } from '#shore/conflicts/queries.ts';
import { Conflicts } from '#shore/conflicts/service.ts';
import { columnOf, type RecordSpec } from '#shared/records/record.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { Scalar } from '#shared/json.ts';
import { ShoreFailure } from '#shore/failure.ts';
import { openContext } from '#shore/store/database.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { WorkOrderQueries } from '#shore/work-orders/queries.ts';
import { WorkOrders } from '#shore/work-orders/service.ts';
import { kinds } from './support/databases.ts';
import { openOffice, superintendent, type Office } from './support/office.ts';
import { newId, Ship } from './support/ship.ts';

describe.each(kinds)('conflicts and history ashore on %s', (kind) => {
  let office: Office;
  let ship: Ship;
  let orders: WorkOrders;
  let conflicts: Conflicts;

  beforeEach(async () => {
    office = await openOffice(kind);
    ship = new Ship('nordlys');
    const { reader } = office.database;
    orders = new WorkOrders(
      office.dependencies,
      reader,
      new WorkOrderQueries(reader, office.dependencies.environment),
    );
    conflicts = new Conflicts(office.dependencies, new ConflictQueries(reader));
    await office.addVessel('nordlys');
  });
  afterEach(() => office.close());

  const failure = async (work: Promise<unknown>): Promise<ShoreFailure> => {
    const error: unknown = await work.then(
      () => new Error('It went through'),
      (cause: unknown) => cause,
    );
    if (error instanceof ShoreFailure) return error;
    throw error;
  };
  const open = async () => {
    const { items } = await conflicts.list({});
    const [first] = items;
    if (first === undefined) throw new Error('There is no conflict');
    return first;
  };
  const holds = async () => expect(await verifyShore(office.database)).toMatchObject({ holds: true });

  /** An order whose title office and ship changed without seeing each other. The office's is in force. */
  async function contested(): Promise<string> {
    const id = ship.create({ title: 'Before' });
    await office.stored(ship.batch(ship.journal.length, ship.journal.length));
    await orders.patch({ id }, { title: 'Office' }, superintendent);
    ship.update(id, { title: 'Ship' });
    await office.stored(ship.batch(ship.journal.length, ship.journal.length));
    return id;
  }

  test.each(recordSpecs.map((spec: RecordSpec) => spec))(
    'in a record of kind $entity is called as people call the record',
    async ({ entity, title, fields }) => {
      const id = newId();
      const sample = { text: 'A text', integer: 1, real: 1, boolean: true };
      const values = Object.entries(fields).map(([name, { kind: of, nullable }]): [string, Scalar] => [
        columnOf(name),
        title.includes(name) ? `The ${name}` : nullable ? null : sample[of],
      ]);
      const columns = sql.join(
        values.map(([column]) => sql.identifier(column)),
        sql`, `,
      );
      await office.database.transaction(async (tx) => {
        await openContext(tx, 'test');
        await tx.execute(sql`insert into ${sql.identifier(entity)}
          (vessel_id, id, deleted, updated_at, updated_by, ${columns}) values
          ('nordlys', ${id}, false, 0, 'Nobody', ${sql.join(
            values.map(([, value]) => sql`${value}`),
            sql`, `,
          )})`);
        await tx.execute(sql`insert into sync_conflicts (vessel_id, entity, record_id, field, heads, opened_at)
          values ('nordlys', ${entity}, ${id}, 'any', '[]', 0)`);
      });
      expect(await open()).toMatchObject({ entity, label: title.map((name) => `The ${name}`).join(' ') });
    },
  );

  test('in a record of which nothing else is here is called by its id', async () => {
    await office.database.transaction(async (tx) => {
      await openContext(tx, 'test');
      await tx.execute(sql`insert into sync_conflicts (vessel_id, entity, record_id, field, heads, opened_at)
        values ('nordlys', 'spare_part', 'the-id', 'any', '[]', 0)`);
    });
    expect(await open()).toMatchObject({ entity: 'spare_part', label: 'the-id' });
  });

  test('settled for the value in force: a change goes to the ship that names the field and has seen both', async () => {
    const id = await contested();
    const conflict = await open();
    expect(conflict).toMatchObject({ field: 'title', base: 'Before', baseKnown: true, settlement: null });
    const { version } = conflict;
    const settled = await conflicts.settle(conflict.id, { take: { index: 0 }, version }, superintendent);

    expect(settled).toMatchObject({
      settlement: { value: 'Office', by: 'M. Larsen', side: 'shore', deleted: false },
    });
    expect((await conflicts.list({})).items).toEqual([]);
    expect((await conflicts.list({ state: 'settled' })).items).toMatchObject([{ id: conflict.id }]);
    const journal = await office.rows('sync_journal');
    expect(journal.at(-1)).toMatchObject({ fields: { title: 'Office' }, seen: { [ship.origin]: 2 } });
    expect((await office.rows('sync_outbox')).at(-1)).toMatchObject({ number: 2, record_id: id });
    expect(await orders.get({ id })).toMatchObject({ title: 'Office', conflicts: [] });
    await holds();
  });

  test('settled for the other value or for a typed one puts that in force', async () => {
    const first = await contested();
    const one = await open();
    await conflicts.settle(one.id, { take: { index: 1 }, version: one.version }, superintendent);
    expect((await orders.get({ id: first })).title).toBe('Ship');
    const second = await contested();
    const two = await open();
    await conflicts.settle(two.id, { take: { value: 'Agreed' }, version: two.version }, superintendent);
    expect((await orders.get({ id: second })).title).toBe('Agreed');
    await holds();
  });

  test('is not settled for a value that breaks a rule, or that refers to nothing', async () => {
    await contested();
    const { id, version } = await open();
    const wrong = await failure(conflicts.settle(id, { take: { value: '' }, version }, superintendent));
    expect(wrong).toMatchObject({ code: 'invalid_input', details: [{ path: 'title' }] });

    const order = ship.create();
    await office.stored(ship.batch(3, 3));
    const engines = [newId(), newId()] as const;
    ship.update(order, { equipmentId: engines[0] });
    await office.write('nordlys', (unit) => unit.update('work_order', order, { equipmentId: engines[1] }));
    await office.stored(ship.batch(4, 4));
    const equipment = await open();
    const dangling = conflicts.settle(
      equipment.id,
      { take: { value: newId() }, version: equipment.version },
      superintendent,
    );
    expect(await failure(dangling)).toMatchObject({ code: 'invalid_input' });
    expect((await conflicts.list({})).items).toHaveLength(2);
  });

  test('that the ship settled meanwhile stays settled; who comes late is told by whom and for what', async () => {
    const id = await contested();
    const conflict = await open();
    const shore = await office.vessel('nordlys');
    ship.holds(shore.origin, 1, shore.time);
    ship.update(id, { title: 'Agreed on board' });
    await office.stored(ship.batch(3, 3));
    const late = await failure(
      conflicts.settle(conflict.id, { take: { index: 0 }, version: conflict.version }, superintendent),
    );
    expect(late).toMatchObject({
      code: 'stale',
      details: [{ path: 'title', value: 'Agreed on board', by: 'A. Rossi' }],
    });
    expect(late.message).toContain('A. Rossi settled this');
    expect(await conflicts.get(conflict.id)).toMatchObject({
      settlement: { value: 'Agreed on board', by: 'A. Rossi', side: 'vessel' },
    });
    await holds();
  });

  test('is not settled by somebody who had not seen a value that came in since', async () => {
    const id = await contested();
    const conflict = await open();
    ship.update(id, { title: 'Ship, better' });
    await office.stored(ship.batch(3, 3));
    const late = await failure(
      conflicts.settle(conflict.id, { take: { index: 1 }, version: conflict.version }, superintendent),
    );
    expect(late.code).toBe('stale');
    expect((await open()).values.map(({ value }) => value)).toContain('Ship, better');
  });

  test('of a status can be settled for the cancellation against the sign-off in force', async () => {
    const id = ship.create();
    await office.stored(ship.batch(1, 1));
    await orders.patch({ id }, { status: 'cancelled' }, superintendent);
    const done = { completedAt: '2026-03-02T08:00:00.000Z', completedBy: 'A. Rossi' };
    ship.update(id, { status: 'completed', ...done });
    await office.stored(ship.batch(2, 2));
    expect(await orders.get({ id })).toMatchObject({ status: 'completed', ...done });
    const conflict = await open();
    expect(conflict.values).toMatchObject([{ value: 'completed', also: done }, { value: 'cancelled' }]);
    await conflicts.settle(conflict.id, { take: { index: 1 }, version: conflict.version }, superintendent);
    expect(await orders.get({ id })).toMatchObject({
      status: 'cancelled',
      completedAt: null,
      completedBy: null,
      conflicts: [],
    });
    await holds();
  });

  test('ends with a record that is deleted', async () => {
    const id = await contested();
    const conflict = await open();
    await orders.delete({ id }, superintendent);
    expect(await conflicts.get(conflict.id)).toMatchObject({
      settlement: { deleted: true, by: 'M. Larsen' },
    });
    const late = conflicts.settle(
      conflict.id,
      { take: { index: 0 }, version: conflict.version },
      superintendent,
    );
    expect((await failure(late)).code).toBe('stale');
    await holds();
  });

  test('the history says who changed what from what to what, and what the ship has of it', async () => {
    const id = await contested();
    const conflict = await open();
    await conflicts.settle(conflict.id, { take: { index: 1 }, version: conflict.version }, superintendent);
    const { items, total, nextCursor } = await orders.history({ id }, {});
    expect(items).toMatchObject([
      {
        by: 'M. Larsen',
        standing: 'here',
        fields: [{ from: 'Office', to: 'Ship', conflict: 'settled', inForce: true }],
      },
      { by: 'M. Larsen', standing: 'here', fields: [{ from: 'Before', to: 'Office', conflict: 'opened' }] },
      { by: 'A. Rossi', device: 'Bridge PC', fields: [{ from: 'Before', to: 'Ship' }] },
      { by: 'A. Rossi', operation: 'create', standing: 'held' },
    ]);
    expect([total, nextCursor]).toEqual([4, null]);

    const first = await orders.history({ id }, { limit: 3 });
    const second = await orders.history({ id }, { limit: 3, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items]).toEqual(items);
  });

  test('the history of a deleted order is there still, with a change that waits for a newer program', async () => {
    const id = ship.create();
    ship.version = 99;
    ship.update(id, { notes: 'From the future' });
    ship.version = 1;
    ship.delete(id);
    await office.stored(ship.batch(1, 3));
    const { items } = await orders.history({ id, vesselId: 'nordlys' }, {});
    expect(items).toMatchObject([
      { operation: 'delete' },
      { applied: 'later', fields: [{ field: 'notes', inForce: false }] },
      { operation: 'create' },
    ]);
    expect((await failure(orders.history({ id: newId() }, {}))).code).toBe('not_found');
  });
});
