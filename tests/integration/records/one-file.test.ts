import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { Scalar } from '#shared/json.ts';
import { mostLines } from '#shared/records/lines.ts';
import { attachmentSpec } from '#shared/records/attachment.ts';
import { rowsOf } from '#shore/store/database.ts';
import { verifyShore } from '#shore/verify/verify-shore.ts';
import { attach, sha256Of } from '#support/attachments.ts';
import { until } from '#support/until.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import { officeOn } from '../shore/support/office.ts';
import type { MethodInput, MethodName } from '#shared/contract/index.ts';
import { sparePart, stockLine } from './support/spare-part.ts';
import { type Computer, type TwoEnds, openTwoEnds, vesselId } from './support/two-ends.ts';

/** One line in the catalogue, and the migrations that `npm run db:generate` would write. */
vi.mock('#shared/records/catalogue.ts', async (original) => {
  const { catalogueWith } = await import('./support/declared-here.ts');
  return catalogueWith(await original<typeof import('#shared/records/catalogue.ts')>());
});
vi.mock('#vessel/store/migrations.ts', async (original) => {
  const { migrationsOnBoard } = await import('./support/declared-here.ts');
  return migrationsOnBoard(await original<typeof import('#vessel/store/migrations.ts')>());
});
vi.mock('#shore/store/migrations.ts', async (original) => {
  const { migrationsAshore } = await import('./support/declared-here.ts');
  return migrationsAshore(await original<typeof import('#shore/store/migrations.ts')>());
});

const { entity } = sparePart;
const given = { partNumber: '90910-101', name: 'Gasket, cylinder head', onHand: 4 };
const gasket = { ...given, store: 'engine', equipmentId: null } satisfies Record<string, Scalar>;

/** A record of a kind that is declared in one file (`spare-part.ts`), with nothing else written for it. */
describe('a kind of record that is declared in one file', { timeout: 120_000 }, () => {
  let ends: TwoEnds;
  let board: TwoEnds['board'];
  let call: TwoEnds['call'];
  let refusal: TwoEnds['refusal'];
  let rest: TwoEnds['rest'];
  let database: TwoEnds['database'];
  let shore: TwoEnds['shore'];
  let computers: Computer[];
  beforeAll(async () => {
    ends = await openTwoEnds(null);
    ({ board, call, refusal, rest, database, shore, computers } = ends);
  });
  afterAll(() => ends.close());

  const valuesOf = ({ store }: Computer, id: string) => store.table(entity).get(id)?.values ?? null;
  const ashore = async (id: string): Promise<Record<string, unknown> | null> =>
    (await rowsOf(database.reader, sql`select * from spare_part where id = ${id}`, z.looseObject({})))[0] ??
    null;

  test('is stored, guarded, sent, merged, contested, taken by a new computer and proved equal', async () => {
    const ship = board('Bridge PC');
    const made = await call(ship, 'records.create', { entity, values: given });
    const { id } = made;
    expect(made).toMatchObject({
      title: '90910-101 Gasket, cylinder head',
      values: { ...gasket, number: `SP-${new Date().getUTCFullYear()}-000001` },
      sync: 'local',
    });
    expect(valuesOf(ship, id)).toMatchObject(gasket);
    expect(
      await refusal(ship, 'records.create', { entity, values: { ...given, store: 'moon' } }),
    ).toMatchObject({ code: 'invalid_input', details: [{ path: 'values.store' }] });

    // A write that goes round the journal is refused by the databases themselves.
    const other = new Sqlite(join(ship.directory, databaseFileName));
    expect(() => other.prepare('UPDATE spare_part SET on_hand = 9').run()).toThrow(/no such function/);
    expect(() => other.prepare('DELETE FROM spare_part').run()).toThrow(/records are deleted by mark/);
    other.close();
    await until('the office has it', async () => (await ashore(id)) !== null);
    expect(await ashore(id)).toMatchObject({ part_number: '90910-101', on_hand: '4', store: 'engine' });
    await expect(database.reader.execute(sql`delete from spare_part`)).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/did not go through recordAndPublish/) as string },
    });

    // Two people count what is on hand without seeing each other.
    await ship.node.call({ method: 'sync.setLink', input: { enabled: false } });
    ship.write((unit) => unit.update(entity, id, { onHand: 3 }));
    await officeOn(database).write(vesselId, (unit) => unit.update(entity, id, { onHand: 2 }));
    await ship.node.call({ method: 'sync.setLink', input: { enabled: true } });
    const conflicts = async () => (await shore.service.conflicts.list({})).items;
    await until('the office sees both', async () => (await conflicts()).length === 1);
    await until('and so does the ship', () => ship.store.conflicts.any());
    expect(await conflicts()).toMatchObject([
      { entity, field: 'onHand', label: '90910-101 Gasket, cylinder head' },
    ]);
    const onBoard = await ship.node.call({ method: 'conflicts.list', input: {} });
    expect(onBoard).toMatchObject({
      ok: true,
      output: { items: [{ entity, field: 'onHand', label: '90910-101 Gasket, cylinder head' }] },
    });

    // The bridge PC is replaced.
    await ship.node.close();
    computers.splice(0);
    const replaced = board('New bridge PC');
    await until('the new computer has it', () => valuesOf(replaced, id) !== null, { within: 60_000 });
    const there = (await ashore(id))?.['on_hand'];
    expect(valuesOf(replaced, id)).toMatchObject({ ...gasket, onHand: Number(there) });
    replaced.write((unit) => unit.update(entity, id, { store: 'deck' }));
    await until('the office has that as well', async () => (await ashore(id))?.['store'] === 'deck');

    expect(verifyJournal(join(ship.directory, databaseFileName))).toMatchObject({ ok: true });
    expect(verifyJournal(join(replaced.directory, databaseFileName))).toMatchObject({ ok: true });
    expect(await verifyShore(database)).toMatchObject({ holds: true });
    while (!replaced.store.digests.advance());
    expect(replaced.store.digests.current()).toBe((await officeOn(database).vessel(vesselId)).digest);
  });

  test('is read and written by the office over REST, and told by OpenAPI', async () => {
    const ship = computers[0] ?? board('Bridge PC');
    const engine = await call(ship, 'equipment.create', { code: '601.01', name: 'Main engine' });
    await until('the office has the engine', async () => {
      const { json } = await rest('GET', '/api/equipment');
      return (json['items'] as { id: string }[]).some(({ id }) => id === engine.id);
    });

    const created = await rest('POST', '/api/spare-parts', {
      partNumber: '1-200',
      name: 'Nozzle',
      equipmentId: engine.id,
    });
    expect(created).toMatchObject({
      status: 201,
      json: {
        vesselId,
        partNumber: '1-200',
        onHand: 0,
        store: 'engine',
        number: `SP-${new Date().getUTCFullYear()}-500001`,
        referenced: { equipmentId: '601.01 Main engine' },
        sync: 'pending',
      },
    });
    const id = String(created.json['id']);
    const url = `/api/spare-parts/${id}`;
    expect(await rest('POST', '/api/spare-parts', { name: 'No number' })).toMatchObject({ status: 400 });
    expect(await rest('POST', '/api/spare-parts', { ...given, number: 'SP-2026-000009' })).toMatchObject({
      status: 400,
    });
    const nobody = '0190a5b0-0000-7000-8000-00000000ffff';
    expect(await rest('POST', '/api/spare-parts', { ...given, equipmentId: nobody })).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_input', details: [{ path: 'equipmentId' }] } },
    });

    const changed = await rest('PATCH', url, { onHand: 7 }, { 'if-match': created.etag });
    expect(changed).toMatchObject({ status: 200, json: { onHand: 7 } });
    expect(await rest('PATCH', url, { onHand: 9 }, { 'if-match': created.etag })).toMatchObject({
      status: 409,
      json: { error: { code: 'stale' } },
    });

    const listed = async (query: string) => {
      const { status, json } = await rest('GET', `/api/spare-parts?${query}`);
      if (status !== 200) return (json['error'] as { code: string }).code;
      return (json['items'] as { partNumber: string }[]).map(({ partNumber }) => partNumber);
    };
    expect(await listed('')).toEqual(['1-200', '90910-101']);
    expect(await listed('sort=onHand')).toEqual(['90910-101', '1-200']);
    // As the declaration lists the words, not by the alphabet.
    expect(await listed('sort=store')).toEqual(['1-200', '90910-101']);
    expect(await listed('store=deck')).toEqual(['90910-101']);
    expect(await listed('search=nozz')).toEqual(['1-200']);
    expect(await listed('store=deck&onlyDeck=1')).toBe('invalid_input');
    expect(await listed(`equipmentId=${engine.id}`)).toEqual(['1-200']);
    const first = await rest('GET', '/api/spare-parts?limit=1&sort=store');
    const cursor = String(first.json['nextCursor']);
    expect(await listed(`limit=1&sort=store&cursor=${cursor}`)).toHaveLength(1);
    expect(await listed(`limit=1&sort=name&cursor=${cursor}`)).toBe('invalid_input');

    const history = await rest('GET', `${url}/history`);
    expect(history.json).toMatchObject({
      total: 2,
      items: [
        { operation: 'update', fields: [{ field: 'onHand', from: 0, to: 7 }] },
        { operation: 'create' },
      ],
    });
    await until('the ship has it', () => valuesOf(ship, id)?.['onHand'] === 7);
    expect(await call(ship, 'records.list', { entity, search: 'nozz' })).toMatchObject({
      total: 1,
      items: [{ referenced: { equipmentId: '601.01 Main engine' } }],
    });
    expect(await rest('DELETE', url)).toMatchObject({ status: 200, json: { vesselId, id } });
    expect(await rest('GET', url)).toMatchObject({ status: 404 });
    await until(
      'it is gone on board',
      async () => (await refusal(ship, 'records.get', { entity, id })) !== null,
    );

    const { json } = await rest('GET', '/api/openapi.json');
    const paths = json['paths'] as Record<string, Record<string, object>>;
    expect(Object.keys(paths['/api/spare-parts'] ?? {})).toEqual(['get', 'post']);
    expect(Object.keys(paths['/api/spare-parts/{id}'] ?? {})).toEqual(['get', 'patch', 'delete']);
    expect(JSON.stringify(paths['/api/spare-parts'])).toContain('"enum":["engine","deck"]');
    expect(await verifyShore(database)).toMatchObject({ holds: true });
  });

  test('has lines, which are read with it, hold its mark back and go with it, on both ends', async () => {
    const ship = computers[0] ?? board('Bridge PC');
    const made = await call(ship, 'records.create', { entity, values: { ...given, partNumber: '3-300' } });
    const { id } = made;
    expect(made.lines).toEqual({ stock_line: { items: [], total: 0 } });
    const line = stockLine.entity;
    const shelf = async (name: string, pieces: number) =>
      call(ship, 'records.create', { entity: line, values: { sparePartId: id, shelf: name, pieces } });
    await until('shore has the part', async () => (await ashore(id)) !== null);
    const [second] = [await shelf('B 2', 3), await shelf('A 1', 4)];
    const nobody = '0190a5b0-0000-7000-8000-00000000ffff';
    expect(
      await refusal(ship, 'records.create', { entity: line, values: { sparePartId: nobody, shelf: 'C' } }),
    ).toMatchObject({ code: 'invalid_input', details: [{ path: 'sparePartId' }] });

    const url = `/api/spare-parts/${id}`;
    const linesAshore = async () => {
      const { json } = await rest('GET', url);
      const { stock_line: lines } = json['lines'] as Record<string, { items: object[]; total: number }>;
      return lines;
    };
    await until('the office has both lines', async () => (await linesAshore())?.total === 2);
    expect(await linesAshore()).toMatchObject({ items: [{ shelf: 'A 1' }, { shelf: 'B 2', pieces: 3 }] });
    await until(
      'the ship knows',
      async () => (await call(ship, 'records.get', { entity, id })).sync === 'held',
    );

    // The office changes a line; until the ship has it, the part is not wholly on both ends.
    const detail = await rest('GET', `/api/stock-lines/${second.id}`);
    await call(ship, 'sync.setLink', { enabled: false });
    await rest('PATCH', `/api/stock-lines/${second.id}`, { pieces: 9 }, { 'if-match': detail.etag });
    expect((await rest('GET', url)).json).toMatchObject({ sync: 'partly' });
    await call(ship, 'records.update', { entity: line, id: second.id, changes: { pieces: 7 } });
    expect(await call(ship, 'records.get', { entity, id })).toMatchObject({
      sync: 'partly',
      lines: { stock_line: { items: [{ title: 'A 1' }, { title: 'B 2', values: { pieces: 7 } }], total: 2 } },
    });
    // Both counted: with the part people see the contested line, and settle it, on either end.
    await call(ship, 'sync.setLink', { enabled: true });
    const contested = async () =>
      (await call(ship, 'records.get', { entity, id })).lines['stock_line']?.items[1]?.conflicts[0];
    await until('the ship sees both', async () => (await contested()) !== undefined);
    expect(await contested()).toMatchObject({ field: 'pieces', values: [{ value: 7 }, { value: 9 }] });
    await until('and the office', async () => {
      const { items } = await shore.service.conflicts.list({});
      return items.some(({ recordId }) => recordId === second.id);
    });

    // As many as a record may have.
    for (const at of Array.from({ length: mostLines - 2 }).keys())
      ship.write((unit) =>
        unit.create(line, ship.store.recordIds.next(), { sparePartId: id, shelf: `Row ${at}`, pieces: 1 }),
      );
    const another = { sparePartId: id, shelf: 'One more' };
    const full = 'This spare part has 500 stock lines, which is the most. Nothing was saved.';
    expect(await refusal(ship, 'records.create', { entity: line, values: another })).toMatchObject({
      code: 'not_allowed',
      message: full,
    });
    await until('the office has as many', async () => (await linesAshore())?.total === mostLines);
    expect(await rest('POST', '/api/stock-lines', { vessel: vesselId, ...another })).toMatchObject({
      status: 409,
      json: { error: { message: full } },
    });
    // The kind says who may: on board nobody.
    expect(await refusal(ship, 'records.delete', { entity, id })).toMatchObject({
      code: 'not_allowed',
      message: 'Spare parts are deleted only by the office. Nothing was changed.',
    });
    const deleted = await rest('DELETE', url);
    expect(deleted.status).toBe(200);
    await until(
      'the lines are gone on board',
      () => ship.store.table(line).idsWhere('sparePartId', id).length === 0,
    );
    expect(await refusal(ship, 'records.get', { entity: line, id: second.id })).toMatchObject({
      code: 'not_found',
    });
    expect(await verifyShore(database)).toMatchObject({ holds: true });
  });

  test.each(['on board', 'ashore'])('is reviewed %s, and the decision holds on both ends', async (where) => {
    const ship = computers[0] ?? board('Bridge PC');
    const values = { ...given, partNumber: `5-${where}` };
    const { id } = await call(ship, 'records.create', { entity, values });
    await until('the office has it', async () => (await ashore(id)) !== null);
    await call(ship, 'sync.setLink', { enabled: false });
    ship.write((unit) => unit.update(entity, id, { name: 'Gasket' }));
    await officeOn(database).write(vesselId, (unit) => unit.update(entity, id, { name: 'Seal' }));
    await call(ship, 'sync.setLink', { enabled: true });
    const here = async () => (await call(ship, 'conflicts.list', { recordId: id })).items;
    const there = async () => (await shore.service.conflicts.list({ recordId: id })).items;
    await until('both ends see it', async () => (await here()).length === 1 && (await there()).length === 1);
    const [open] = where === 'on board' ? await here() : await there();
    const [other] = where === 'on board' ? await there() : await here();
    for (const each of [open, other])
      expect(each?.values.map(({ value }) => value).sort()).toEqual(['Gasket', 'Seal']);
    const take = { index: open?.values.findIndex(({ value }) => value === 'Gasket') ?? -1 };
    const decision = { take, version: open?.version ?? '' };
    if (where === 'on board') await call(ship, 'conflicts.settle', { id: open?.id ?? '', ...decision });
    else
      await shore.service.conflicts.settle(open?.id ?? '', decision, {
        actorId: null,
        actorName: 'K. Ito',
        device: 'Office',
      });
    await until(
      'it is settled on both ends',
      async () => (await here()).length + (await there()).length === 0,
    );
    expect(valuesOf(ship, id)).toMatchObject({ name: 'Gasket' });
    expect(await ashore(id)).toMatchObject({ name: 'Gasket' });
  });

  test('is repaired from the journal where somebody altered it round the guards', async () => {
    const ship = computers[0] ?? board('Bridge PC');
    const values = { ...given, partNumber: '6-600' };
    const { id } = await call(ship, 'records.create', { entity, values });
    await until('the office has it', async () => (await ashore(id)) !== null);
    await database.transaction(async (tx) => {
      await tx.execute(sql`set local session_replication_role = replica`);
      await tx.execute(sql`update spare_part set name = 'Forged' where id = ${id}`);
    });
    expect(await verifyShore(database)).toMatchObject({ holds: false });
    ship.write((unit) => unit.update(entity, id, { onHand: 8 }));
    await until('it is right again', async () => (await ashore(id))?.['name'] === given.name, {
      within: 60_000,
    });
    await until('both ends say that they are the same', async () => {
      const { agreement } = await call(ship, 'sync.status', {});
      return agreement.state === 'equal';
    });
    expect(await verifyShore(database)).toMatchObject({ holds: true });
  });

  test('has attachments, whose bytes travel both ways', async () => {
    const ship = computers[0] ?? board('Bridge PC');
    const { id } = await call(ship, 'records.create', { entity, values: { ...given, partNumber: '4-400' } });
    const port = {
      call: <N extends MethodName>(method: N, input: MethodInput<N>) => call(ship, method, input),
    };
    const bytes = new TextEncoder().encode('Wear 0.2 mm');
    const attached = await attach(port, id, bytes, { entity, fileName: 'wear.txt' });
    expect(attached).toMatchObject({ workOrderId: null, subjectKind: entity, subjectId: id });
    expect(await call(ship, 'attachments.list', { entity, recordId: id })).toMatchObject({
      items: [{ fileName: 'wear.txt' }],
    });

    const url = `/api/spare-parts/${id}/attachments`;
    const ashoreItems = async () => {
      const { status, json } = await rest('GET', url);
      return status === 200 ? (json['items'] as { id: string; content: { state: string } }[]) : [];
    };
    await until('the office has its bytes', async () => (await ashoreItems())[0]?.content.state === 'held');
    const content = await ends.api.inject({
      method: 'GET',
      url: `/api/attachments/${attached.id}/content`,
      headers: { host: '127.0.0.1' },
    });
    expect(content.body).toBe('Wear 0.2 mm');

    const drawing = Buffer.from('Cut to 12 mm');
    const sha256 = sha256Of(drawing);
    const put = await ends.api.inject({
      method: 'PUT',
      url: `/api/vessels/${vesselId}/contents/${sha256}`,
      headers: { host: '127.0.0.1', 'content-type': 'application/octet-stream' },
      payload: drawing,
    });
    expect(put.statusCode).toBeLessThan(300);
    expect(await rest('POST', url, { fileName: 'cut.txt', sha256 })).toMatchObject({ status: 201 });
    await until('it is on board', async () => {
      const { items } = await call(ship, 'attachments.list', { entity, recordId: id });
      return items.find(({ fileName }) => fileName === 'cut.txt')?.content.state === 'held';
    });
    // Whoever has a password may name what there is not.
    const strange = ship.store.recordIds.next();
    const named = Object.entries(attached).filter(([name]) => Object.hasOwn(attachmentSpec.fields, name));
    ship.write((unit) =>
      unit.create('attachment', strange, {
        ...(Object.fromEntries(named) as Record<string, Scalar>),
        subjectKind: 'sqlite_master',
      }),
    );
    const all = await call(ship, 'records.list', { entity: 'attachment' });
    expect(all.items.find((item) => item.id === strange)?.referenced).toEqual({ subjectId: null });
    await until('the office has it too', async () => {
      const { items } = await shore.service.records.list('attachment', {});
      return items.some((item) => item.id === strange && item.referenced['subjectId'] === null);
    });
    const crew = await call(ship, 'records.create', {
      entity: 'crew_member',
      values: { name: 'A. Rossi', rank: 'Second engineer' },
    });
    const refused = { entity: 'crew_member', recordId: crew.id, fileName: 'face.txt', sha256 };
    expect(await refusal(ship, 'attachments.add', refused)).toMatchObject({ code: 'not_allowed' });
    expect(await verifyShore(database)).toMatchObject({ holds: true });
  });

  test('gets another number where two computers gave the same one', async () => {
    const ship = computers[0] ?? board('Bridge PC');
    const { id: kept } = await call(ship, 'records.create', { entity, values: given });
    const number = String(valuesOf(ship, kept)?.['number']);
    const doubled = ship.store.recordIds.next();
    ship.write((unit) => unit.create(entity, doubled, { ...gasket, number, name: 'Raised on a copy' }));
    await until('it has another number', () => valuesOf(ship, doubled)?.['number'] !== number);
    expect(valuesOf(ship, doubled)?.['number']).toMatch(/^SP-\d{4}-5\d{5}$/);
    expect(valuesOf(ship, kept)?.['number']).toBe(number);
    const told = (await call(ship, 'sync.problems', {})).items.filter(
      ({ code }) => code === 'number_doubled',
    );
    expect(told).toMatchObject([{ entity, recordId: doubled }]);
    expect(told[0]?.message).toContain(`Two spare parts were raised as ${number}, on computers`);
    expect(told[0]?.message).toContain("'90910-101 Raised on a copy' is SP-");
    const ashoreToo = await shore.service.problems({});
    expect(JSON.stringify(ashoreToo.items)).toContain(
      `Two spare parts of ${vesselId} were raised as ${number}`,
    );
  });
});
