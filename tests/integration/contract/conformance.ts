import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callTextLimit } from '#shared/contract/bridge.ts';
import {
  callResult,
  contractError,
  type ContractError,
  type EventMessage,
} from '#shared/contract/envelope.ts';
import { events } from '#shared/contract/events.ts';
import { contract, type MethodInput, type MethodName, type MethodOutput } from '#shared/contract/index.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { attachmentConformance } from './attachment-conformance.ts';
import { fileTransferConformance } from './file-transfer-conformance.ts';
import type { Carrier, CarrierKind } from './carrier.ts';
import { copiesConformance } from './copies-conformance.ts';
import { recordsConformance } from './records-conformance.ts';
import { draftConformance } from './draft-conformance.ts';
import { linkConformance } from './link-conformance.ts';

const nobody = '018f4d3c-7a10-7000-8000-00000000dead';

/** What every carrier of the contract must keep. */
export function conformance({ name, open, hasEvents, isText }: CarrierKind): void {
  describe(`The contract, carried ${name}`, () => {
    let carrier: Carrier;
    beforeAll(async () => {
      carrier = await open(temporaryDirectory('carrier'));
    });
    afterAll(() => carrier.close());

    /** Makes a call that must succeed; its output is parsed by the contract as a screen parses it. */
    async function done<N extends MethodName>(method: N, input: MethodInput<N>, actor?: string) {
      return outputOf(carrier, method, input, actor);
    }

    /** Makes a call that must fail; returns the error, parsed. */
    async function failed(method: string, input?: unknown, actor?: string): Promise<ContractError> {
      const result = callResult.parse(
        await carrier.call({ method, input, ...(actor === undefined ? {} : { actor }) }),
      );
      if (result.ok) throw new Error(`${method} succeeded and should have failed`);
      return contractError.parse(result.error);
    }

    function listen(listener: (event: EventMessage) => void): () => void {
      if (carrier.on === undefined) throw new Error(`Nobody can listen ${name}`);
      return carrier.on(listener);
    }

    const lastChange = async () => (await done('sync.status', {})).journal.last;

    describe('every method does what it is for', () => {
      const covered = new Set<string>();
      function method(named: MethodName, does: string, check: () => Promise<void>): void {
        covered.add(named);
        test(`${named} ${does}`, async () => {
          await expect(check()).resolves.toBeUndefined();
        });
      }

      method('vessel.info', 'says which ship this is', async () => {
        const info = await done('vessel.info', {});
        expect(info.vesselId).toBe('MV-AURORA');
        expect(Math.abs(Date.parse(info.now) - Date.now())).toBeLessThan(60_000);
      });

      method('crew.create', 'puts a person on the list', async () => {
        const person = await done('crew.create', { name: 'Ana Dragić', rank: 'Second engineer' });
        expect(person).toMatchObject({ name: 'Ana Dragić', rank: 'Second engineer', onBoard: true });
      });

      method('crew.list', 'names everyone on it', async () => {
        const person = await done('crew.create', { name: 'Bo Lindqvist', rank: 'Motorman', onBoard: false });
        expect((await done('crew.list', {})).items).toContainEqual(person);
      });

      method('equipment.create', 'fills in what was left out', async () => {
        const item = await done('equipment.create', { code: '651.01', name: 'Main engine' });
        expect(item).toMatchObject({
          code: '651.01',
          criticality: 'B',
          runningHours: null,
          outstandingOrders: 0,
          sync: 'local',
        });
      });

      method('equipment.get', 'gives what was put in', async () => {
        const item = await done('equipment.create', {
          code: '651.02',
          name: 'Turbocharger',
          maker: 'ABB',
        });
        expect(await done('equipment.get', { id: item.id })).toEqual(item);
      });

      method('equipment.list', 'finds by words and pages', async () => {
        await done('equipment.create', { code: '803.01', name: 'Bilge pump forward' });
        await done('equipment.create', { code: '803.02', name: 'Bilge pump aft' });
        const first = await done('equipment.list', { search: 'bilge', limit: 1 });
        const second = await done('equipment.list', { search: 'bilge', limit: 1, offset: 1 });
        expect([first.total, second.total]).toEqual([2, 2]);
        expect([...first.items, ...second.items].map(({ code }) => code)).toEqual(['803.01', '803.02']);
      });

      method('equipment.update', 'changes what was given and nothing else', async () => {
        const item = await done('equipment.create', {
          code: '512.01',
          name: 'Purifier',
          location: 'Purifier room',
        });
        const after = await done('equipment.update', {
          id: item.id,
          changes: { maker: 'Alfa Laval' },
          basis: item.versions,
        });
        expect(after).toMatchObject({ name: 'Purifier', location: 'Purifier room', maker: 'Alfa Laval' });
      });

      method('workOrders.create', 'numbers the order and says who raised it', async () => {
        const person = await done('crew.create', { name: 'Cem Aydın', rank: 'Chief engineer' });
        const order = await done(
          'workOrders.create',
          { title: '  Renew seal ', priority: 'high' },
          person.id,
        );
        expect(order).toMatchObject({
          title: 'Renew seal',
          priority: 'high',
          status: 'open',
          type: 'corrective',
          number: expect.stringMatching(/^WO-\d{4}-\d{6}$/),
          createdBy: 'Cem Aydın, Chief engineer',
          sync: 'local',
          conflicts: [],
        });
      });

      method('workOrders.get', 'gives every field back as it was put in', async () => {
        const item = await done('equipment.create', { code: '431.01', name: 'Windlass' });
        const person = await done('crew.create', { name: 'Dee', rank: 'Bosun' });
        const given = {
          title: 'Überholung – 清洗 ⚓ "quoted" \\ back',
          description: 'Zeile 1\nline 2\ttab '.repeat(300),
          notes: '🛠'.repeat(4_000),
          equipmentId: item.id,
          assigneeId: person.id,
          type: 'survey',
          priority: 'critical',
          dueDate: '2028-02-29',
          estimatedHours: 2.25,
        } satisfies MethodInput<'workOrders.create'>;
        const order = await done('workOrders.create', given);
        expect(await done('workOrders.get', { id: order.id })).toEqual(order);
        expect(order).toMatchObject({
          ...given,
          equipmentCode: '431.01',
          assigneeName: expect.stringContaining('Dee'),
        });
      });

      method('workOrders.list', 'filters, sorts and pages', async () => {
        const titles = ['Sounding tank 3', 'Sounding tank 1', 'Sounding tank 2'];
        for (const title of titles) await done('workOrders.create', { title, type: 'inspection' });
        const page = {
          search: 'sounding',
          type: ['inspection'],
          sort: 'title',
          direction: 'desc',
          limit: 2,
        } as const;
        const first = await done('workOrders.list', { ...page, type: ['inspection'] });
        const rest = await done('workOrders.list', { ...page, type: ['inspection'], offset: 2 });
        expect(first.total).toBe(3);
        expect([...first.items, ...rest.items].map(({ title }) => title)).toEqual(
          titles.toSorted().toReversed(),
        );
      });

      method('workOrders.list', 'finds words whatever their case, in every order', async () => {
        const words = ['Øvre kjølevannspumpe', 'ØVRE KJØLEVANNSPUMPE', 'øvre kjølevannspumpe'];
        for (const [index, title] of words.entries())
          await done('workOrders.create', { title, dueDate: `2027-01-0${index + 1}` });
        for (const search of [...words, 'VANN øvre', 'kJØle'])
          for (const sort of ['dueDate', 'title', 'updatedAt'] as const) {
            const page = { search, sort, direction: 'desc', limit: 2 } as const;
            const first = await done('workOrders.list', page);
            const rest = await done('workOrders.list', { ...page, offset: 2 });
            expect([first.total, rest.total, first.items.length]).toEqual([3, 3, 2]);
            const found = [...first.items, ...rest.items];
            expect(found.map((order) => order[sort])).toEqual(
              found
                .map((order) => order[sort] ?? '')
                .toSorted()
                .toReversed(),
            );
            expect(new Set(found.map(({ title }) => title))).toEqual(new Set(words));
          }
        const past = await done('workOrders.list', { search: 'kjølevannspumpe', offset: 100 });
        expect(past).toEqual({ items: [], total: 3 });
        expect(await done('workOrders.list', { search: '100%_kjøle' })).toEqual({ items: [], total: 0 });
      });

      method('workOrders.list', 'finds orders by what their rows show of equipment and crew', async () => {
        const { id: equipmentId } = await done('equipment.create', {
          code: '803.77',
          name: 'Hydrophore tank',
        });
        const { id: assigneeId } = await done('crew.create', { name: 'Ivo Šarić', rank: 'Fitter' });
        const both = await done('workOrders.create', { title: 'Clean gauge', equipmentId, assigneeId });
        const one = await done('workOrders.create', { title: 'Paint', equipmentId });
        const found = async (search: string) =>
          (await done('workOrders.list', { search })).items.map(({ id }) => id).toSorted();
        expect(await found('803.77')).toEqual([one.id, both.id].toSorted());
        expect(await found('HYDROPHORE gauge')).toEqual([both.id]);
        expect(await found('hydrophore ŠARIĆ')).toEqual([both.id]);
        expect(await found('803.77 fitter')).toEqual([]);
      });

      method('workOrders.counts', 'adds up', async () => {
        const before = await done('workOrders.counts', {});
        await done('workOrders.create', { title: 'Overdue since long', dueDate: '2001-01-01' });
        const after = await done('workOrders.counts', {});
        expect(after.total).toBe(before.total + 1);
        expect(after.overdue).toBe(before.overdue + 1);
        expect(Object.values(after.byStatus).reduce((sum, count) => sum + count, 0)).toBe(after.total);
      });

      method('workOrders.update', 'completes an order and signs it off', async () => {
        const person = await done('crew.create', { name: 'Eve Okafor', rank: 'Third engineer' });
        const order = await done('workOrders.create', { title: 'Grease stern tube' });
        const changes = { status: 'completed', actualHours: 3 } as const;
        const after = await done(
          'workOrders.update',
          { id: order.id, changes, basis: order.versions },
          person.id,
        );
        expect(after).toMatchObject({
          status: 'completed',
          actualHours: 3,
          completedBy: 'Eve Okafor, Third engineer',
        });
        expect(after.completedAt).not.toBeNull();
        expect(after.versions['title']).toBe(order.versions['title']);
        expect(after.versions['status']).not.toBe(order.versions['status']);
      });

      method('workOrders.delete', 'takes the order away', async () => {
        const order = await done('workOrders.create', { title: 'Raised by mistake' });
        expect(await done('workOrders.delete', { id: order.id })).toEqual({ id: order.id });
        expect(await failed('workOrders.get', { id: order.id })).toMatchObject({ code: 'not_found' });
      });

      method('sync.status', 'counts what waits', async () => {
        const before = await done('sync.status', {});
        await done('workOrders.create', { title: 'One more to send', priority: 'critical' });
        const after = await done('sync.status', {});
        expect(after.journal.last).toBe(before.journal.last + 1);
        expect(after.queue.depth).toBe(before.queue.depth + 1);
        expect(after.queue.byLane.urgent).toBe(before.queue.byLane.urgent + 1);
        expect(after.queue.oldestAt).not.toBeNull();
      });

      method('sync.setLink', 'holds the link closed until someone lets go', async () => {
        expect((await done('sync.setLink', { enabled: false })).link.state).toBe('closed');
        expect((await done('sync.status', {})).link.state).toBe('closed');
        expect((await done('sync.setLink', { enabled: true })).link.state).not.toBe('closed');
      });

      method('sync.sendNow', 'answers how things stand', async () => {
        expect((await done('sync.sendNow', {})).link.state).not.toBe('closed');
      });

      method('sync.compare', 'answers what is known of agreeing', async () => {
        expect((await done('sync.compare', {})).agreement).toMatchObject({ state: 'unknown', equalAt: null });
      });

      method('sync.outbox', 'names the changes that wait', async () => {
        const order = await done('workOrders.create', { title: 'Waits for shore' });
        const { total } = await done('sync.outbox', { limit: 1 });
        const { items } = await done('sync.outbox', { limit: 500, offset: Math.max(0, total - 500) });
        expect(items.find(({ recordId }) => recordId === order.id)).toMatchObject({
          entity: 'work_order',
          operation: 'create',
          label: expect.stringContaining(order.number),
          lane: 'normal',
          sentAt: null,
        });
      });

      method('conflicts.list', 'has none where nobody contradicted', async () => {
        expect(await done('conflicts.list', {})).toEqual({ items: [], total: 0, nextCursor: null });
      });

      method('conflicts.get', 'says so when there is no such conflict', async () => {
        expect((await failed('conflicts.get', { id: '1' })).code).toBe('not_found');
      });

      method('conflicts.settle', 'says so when there is no such conflict', async () => {
        const decision = { id: '1', version: 'v1#1+s1#1', take: { index: 0 } };
        expect((await failed('conflicts.settle', decision)).code).toBe('not_found');
      });

      method('history.list', 'tells who did what to a record, newest first', async () => {
        const order = await done('workOrders.create', { title: 'With a history' });
        await done('workOrders.update', { id: order.id, changes: { title: 'With some history' } });
        expect(await done('history.list', { entity: 'work_order', id: order.id })).toMatchObject({
          items: [
            {
              operation: 'update',
              fields: [{ field: 'title', from: 'With a history', to: 'With some history' }],
            },
            { operation: 'create' },
          ],
          total: 2,
          nextCursor: null,
        });
      });

      method('sync.problems', 'has none where all went well', async () => {
        expect(await done('sync.problems', {})).toEqual({ items: [], total: 0 });
      });

      method('node.history', 'tells how the node has done, on its own clock', async () => {
        const { at, series, since, now } = await done('node.history', { hours: 6 });
        expect(Date.parse(since)).toBeLessThanOrEqual(Date.parse(now));
        for (const values of Object.values(series)) expect(values.length).toBe(at.length);
      });

      method('storage.status', 'says that the disk and the database are well', async () => {
        expect(await done('storage.status', {})).toMatchObject({
          state: 'well',
          message: null,
          takesWrites: true,
          notes: [],
        });
      });

      recordsConformance({ method, done, failed });
      linkConformance({ method, done, failed });
      draftConformance({ method, done, failed });
      copiesConformance({ method, done, failed });
      fileTransferConformance({ method, done, failed });
      attachmentConformance({ method, done });

      test('and none was forgotten here', () => {
        expect([...covered].toSorted()).toEqual(Object.keys(contract).toSorted());
      });

      test('input that is left out is the same as an empty one', async () => {
        expect(await carrier.call({ method: 'vessel.info' })).toMatchObject({
          ok: true,
          output: { vesselId: 'MV-AURORA' },
        });
      });
    });

    describe('a call that cannot be done is told so, and leaves nothing behind', () => {
      test.each<[string, string, unknown, string]>([
        ['a title that is missing', 'workOrders.create', {}, 'title'],
        ['a title of blanks', 'workOrders.create', { title: '   ' }, 'title'],
        ['a title that is too long', 'workOrders.create', { title: 'x'.repeat(201) }, 'title'],
        ['a title that is a number', 'workOrders.create', { title: 7 }, 'title'],
        ['a day that does not exist', 'workOrders.create', { title: 'x', dueDate: '2026-02-30' }, 'dueDate'],
        ['hours below nothing', 'workOrders.create', { title: 'x', estimatedHours: -1 }, 'estimatedHours'],
        ['a priority that is none', 'workOrders.create', { title: 'x', priority: 'whenever' }, 'priority'],
        [
          'equipment that is not on board',
          'workOrders.create',
          { title: 'x', equipmentId: nobody },
          'equipmentId',
        ],
        ['an assignee that is no id', 'workOrders.create', { title: 'x', assigneeId: 'Ana' }, 'assigneeId'],
        ['a page that is too long', 'workOrders.list', { limit: 501 }, 'limit'],
        ['a list where an object belongs', 'workOrders.list', [], ''],
        [
          'a change within a change',
          'workOrders.update',
          { id: nobody, changes: { title: '' } },
          'changes.title',
        ],
      ])('invalid_input names the field: %s', async (_what, method, input, path) => {
        const before = await lastChange();
        const error = await failed(method, input);
        expect(error).toMatchObject({ code: 'invalid_input', retryable: false });
        expect(error.message).not.toBe('');
        expect(error.details?.map((detail) => detail.path)).toContain(path);
        expect(await lastChange()).toBe(before);
      });

      test.each([
        ['a field that does not exist', { title: 'x', colour: 'red' }],
        ["a field that is the node's own", { title: 'x', number: 'WO-2026-000001' }],
        [
          'a field named like a part of every object',
          JSON.parse('{"title":"x","__proto__":{"status":"completed"}}'),
        ],
      ])('invalid_input refuses %s', async (_what, input: unknown) => {
        const before = await lastChange();
        expect(await failed('workOrders.create', input)).toMatchObject({ code: 'invalid_input' });
        expect(await lastChange()).toBe(before);
      });

      test.each(['workOrders.scuttle', 'constructor', '__proto__', 'toString', 'workOrders', ' vessel.info'])(
        'unknown_method: %s',
        async (method) => {
          expect(await failed(method, {})).toMatchObject({ code: 'unknown_method', retryable: false });
        },
      );

      test.each(['workOrders.get', 'workOrders.delete', 'equipment.get'])(
        'not_found: %s of nothing',
        async (method) => {
          expect(await failed(method, { id: nobody })).toMatchObject({ code: 'not_found' });
        },
      );

      test('not_found: a person who acts and is not on the list', async () => {
        const before = await lastChange();
        expect(await failed('workOrders.create', { title: 'x' }, nobody)).toMatchObject({
          code: 'not_found',
        });
        expect(await lastChange()).toBe(before);
      });

      test('not_allowed: a status that may not follow', async () => {
        const order = await done('workOrders.create', { title: 'Called off' });
        await done('workOrders.update', { id: order.id, changes: { status: 'cancelled' } });
        const before = await lastChange();
        const skip = { id: order.id, changes: { status: 'completed' } };
        expect(await failed('workOrders.update', skip)).toMatchObject({
          code: 'not_allowed',
          retryable: false,
        });
        expect(await lastChange()).toBe(before);
      });

      test('needs_confirmation: a meter that would run back, until the person stands by it', async () => {
        const item = await done('equipment.create', { code: '1', name: 'Main engine' });
        const meter = await done('records.create', { entity: 'meter', values: { equipmentId: item.id } });
        const reading = (value: number, readAt: string) => ({
          entity: 'meter_reading',
          values: { meterId: meter.id, value, readAt },
        });
        await done('records.create', reading(10, '2026-01-01T08:00:00.000Z'));
        const before = await lastChange();
        const back = reading(9, '2026-01-02T08:00:00.000Z');
        expect(await failed('records.create', back)).toMatchObject({
          code: 'needs_confirmation',
          retryable: false,
          message: expect.stringContaining('run backwards') as string,
        });
        expect(await lastChange()).toBe(before);
        await done('records.create', { ...back, confirmed: true });
        expect(await done('equipment.get', { id: item.id })).toMatchObject({ runningHours: 9 });
        // Whatever people stand by, the list is shown.
        await done('records.create', { ...reading(1e9, '2026-01-03T08:00:00.000Z'), confirmed: true });
        expect(await done('equipment.get', { id: item.id })).toMatchObject({ runningHours: 1e9 });
      });

      test('stale: whose value stands there now, field by field', async () => {
        const person = await done('crew.create', { name: 'Finn', rank: 'Mate' });
        const order = await done('workOrders.create', { title: 'Paint hatch' });
        await done(
          'workOrders.update',
          { id: order.id, changes: { title: 'Paint hatch 2' }, basis: order.versions },
          person.id,
        );
        const late = {
          id: order.id,
          changes: { title: 'Paint hatch 3', notes: 'Two coats' },
          basis: order.versions,
        };
        const error = await failed('workOrders.update', late);
        expect(error).toMatchObject({ code: 'stale', retryable: false });
        expect(error.details).toEqual([
          {
            path: 'title',
            message: expect.any(String),
            value: 'Paint hatch 2',
            by: 'Finn, Mate',
            at: expect.any(String),
          },
        ]);
        expect(await done('workOrders.get', { id: order.id })).toMatchObject({
          title: 'Paint hatch 2',
          notes: '',
        });
      });

      test('two people who edit different fields both succeed', async () => {
        const order = await done('workOrders.create', { title: 'Both at once' });
        const { id, versions: basis } = order;
        await done('workOrders.update', { id, changes: { notes: 'Mine' }, basis });
        await done('workOrders.update', { id, changes: { priority: 'low' }, basis });
        expect(await done('workOrders.get', { id })).toMatchObject({ notes: 'Mine', priority: 'low' });
      });
    });

    test('internal: what a handler answers outside the contract is not passed on', async () => {
      const data = temporaryDirectory('carrier');
      const other = await open(data);
      try {
        const order = await outputOf(other, 'workOrders.create', { title: 'Will be spoilt' });
        await outputOf(other, 'crew.create', { name: 'Gil', rank: 'Cook' });
        spoil(join(data, 'arus.db'), [
          "update work_order set priority = 'no such priority'",
          "update crew_member set rank = 'no such rank, for it is far longer than a rank may be, in any language'",
        ]);
        for (const [method, input] of [
          ['crew.list', {}],
          ['workOrders.get', { id: order.id }],
          ['workOrders.list', {}],
        ] as const) {
          const result = await other.call({ method, input });
          expect(result).toMatchObject({ ok: false, error: { code: 'internal', retryable: false } });
          expect(JSON.stringify(result)).not.toContain('no such');
          expect(JSON.stringify(result)).not.toMatch(/\bat .*:\d+/);
        }
        expect(await other.call({ method: 'vessel.info' })).toMatchObject({ ok: true });
      } finally {
        await other.close();
      }
    });

    describe('many at once', () => {
      test('50 orders raised together have 50 numbers and 50 entries in the journal', async () => {
        const before = await lastChange();
        const titles = Array.from({ length: 50 }, (_, index) => `Together ${index}`);
        const orders = await Promise.all(titles.map((title) => done('workOrders.create', { title })));
        expect(new Set(orders.map(({ number }) => number)).size).toBe(50);
        expect(orders.map(({ title }) => title)).toEqual(titles);
        expect(await lastChange()).toBe(before + 50);
      });

      test('of 10 who edit one field of one order together, one succeeds and nine are told', async () => {
        const order = await done('workOrders.create', { title: 'Contended' });
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            carrier.call({
              method: 'workOrders.update',
              input: { id: order.id, changes: { title: `Version ${index}` }, basis: order.versions },
            }),
          ),
        );
        const codes = results.map((result) => (result.ok ? 'done' : result.error.code)).toSorted();
        expect(codes).toEqual(['done', ...Array.from({ length: 9 }, () => 'stale')]);
      });
    });

    describe.runIf(hasEvents)('events', () => {
      test('tell of every committed change, in the shapes of the contract, until nobody listens', async () => {
        const heard: EventMessage[] = [];
        const stop = listen((event) => heard.push(event));
        const order = await done('workOrders.create', { title: 'Heard of' });
        await until('the event of the record', () => heard.some((message) => tellsOf(message, order.id)));
        await until('the event of the queue', () => heard.some(({ event }) => event === 'sync.changed'));
        expect(heard.filter((message) => !isOfTheContract(message))).toEqual([]);
        stop();
        const before = heard.length;
        await done('workOrders.create', { title: 'Not heard of' });
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(heard).toHaveLength(before);
      });

      test('do not tell of a call that failed', async () => {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const heard: EventMessage[] = [];
        const stop = listen((event) => heard.push(event));
        await failed('workOrders.create', { title: '' });
        await failed('workOrders.delete', { id: nobody });
        await new Promise((resolve) => setTimeout(resolve, 200));
        stop();
        expect(heard.filter(({ event }) => event === 'records.changed')).toEqual([]);
      });
    });

    describe.runIf(isText)('text that is no call', () => {
      test.each<[string, string, number | string | null, ContractError['code']]>([
        ['no JSON', '{"id":1,', null, 'invalid_input'],
        ['nothing', '', null, 'invalid_input'],
        ['a list', '[]', null, 'invalid_input'],
        ['no id', '{"method":"vessel.info"}', null, 'invalid_input'],
        ['no method', '{"id":7}', 7, 'invalid_input'],
        ['a field too many', '{"id":"a","method":"vessel.info","admin":true}', 'a', 'invalid_input'],
        ['an actor that is no id', '{"id":9,"method":"vessel.info","actor":"the chief"}', 9, 'invalid_input'],
        ['more than a call may hold', `"${'x'.repeat(callTextLimit)}"`, null, 'too_large'],
      ])('is answered as an error, under its id where it has one: %s', async (_what, text, id, code) => {
        expect(await carrier.callText?.(text)).toMatchObject({
          id,
          ok: false,
          error: { code, retryable: false },
        });
        expect(await carrier.call({ method: 'vessel.info' })).toMatchObject({ ok: true });
      });
    });
  });
}

async function outputOf<N extends MethodName>(
  carrier: Carrier,
  method: N,
  input: MethodInput<N>,
  actor?: string,
): Promise<MethodOutput<N>> {
  const result = callResult.parse(
    await carrier.call({ method, input, ...(actor === undefined ? {} : { actor }) }),
  );
  if (!result.ok) throw new Error(`${method} failed: ${JSON.stringify(result.error)}`);
  return contract[method].output.parse(result.output) as MethodOutput<N>;
}

/** True when it is an event of the contract, in its shape. */
function isOfTheContract({ event, payload }: EventMessage): boolean {
  return Object.entries(events).some(([name, shape]) => name === event && shape.safeParse(payload).success);
}

function tellsOf({ event, payload }: EventMessage, id: string): boolean {
  if (event !== 'records.changed') return false;
  const { entity, ids, cause } = events['records.changed'].parse(payload);
  return entity === 'work_order' && cause === 'local' && ids.includes(id);
}

/** Alters a node's tables behind its back, as a careless hand with a database tool would. */
function spoil(file: string, statements: readonly string[]): void {
  const database = new Database(file);
  const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
  for (const trigger of triggers) database.exec(`drop trigger "${String(trigger)}"`);
  for (const statement of statements) database.exec(statement);
  database.close();
}
