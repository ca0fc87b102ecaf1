import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openApiDocument } from '#shore/api/openapi.ts';
import { recordHandler } from '#shore/api/record-handlers.ts';
import { ShoreFailure } from '#shore/failure.ts';
import { recordsService } from '#shore/records-service.ts';
import type { OfficeRecord, RecordsService, ShoreService } from '#shore/service.ts';
import { recordEndpoints } from '#shared/office/record-endpoints.ts';
import { kinds } from '../shore/support/databases.ts';
import { openOffice, superintendent, type Office } from '../shore/support/office.ts';

const moment = (day: number, hour = 8): string => new Date(Date.UTC(2026, 0, day, hour)).toISOString();

describe.each(kinds)('meters ashore on %s', (kind) => {
  let office: Office;
  let records: RecordsService;
  let engine: OfficeRecord;
  let meter: OfficeRecord;

  beforeEach(async () => {
    office = await openOffice(kind);
    records = recordsService(office.dependencies, office.database.reader);
    await office.addVessel('nordlys');
    engine = await records.create('equipment', 'nordlys', { code: '1', name: 'Engine' }, superintendent);
    meter = await records.create('meter', 'nordlys', { equipmentId: engine.id }, superintendent);
  });
  afterEach(() => office.close());

  const read = (given: object, isConfirmed = false): Promise<OfficeRecord> =>
    records.create('meter_reading', 'nordlys', { meterId: meter.id, ...given }, superintendent, isConfirmed);
  const failure = async (work: Promise<unknown>): Promise<ShoreFailure> => {
    const found = await work.then(
      () => null,
      (error: unknown) => error,
    );
    if (!(found instanceof ShoreFailure))
      throw new Error(`It went through, or failed otherwise: ${String(found)}`);
    return found;
  };
  const hours = async (): Promise<unknown[]> => [
    (await records.get('equipment', { id: engine.id }))['runningHours'],
    (await records.list('equipment', {})).items[0]?.['runningHours'],
  ];

  test('show what was read, set right and replaced', async () => {
    expect(await hours()).toEqual([null, null]);
    await read({ value: 41_000, readAt: moment(1) });
    const typed = await read({ value: 41_020, readAt: moment(2) });
    expect(await hours()).toEqual([41_020, 41_020]);
    const right = {
      kind: 'correction',
      corrects: typed.id,
      value: 41_012,
      readAt: moment(2),
      reason: 'Typed',
    };
    const set = await read(right);
    expect(await hours()).toEqual([41_012, 41_012]);
    await read({ kind: 'replaced', value: 0, lastValue: 41_020, readAt: moment(3), reason: 'Broken' });
    await read({ value: 10, readAt: moment(4) });
    expect(await hours()).toEqual([41_030, 41_030]);
    // One that is entered late changes nothing of what came after it.
    await read({ value: 41_015, readAt: moment(2, 20) });
    expect(await hours()).toEqual([41_030, 41_030]);
    await read({ ...right, corrects: set.id, value: 41_013 });
    expect(await hours()).toEqual([41_030, 41_030]);
    const list = await records.list('meter_reading', { filter: { kind: ['correction'] } });
    expect(list.items.map(({ value, readBy }) => [value, readBy])).toEqual([
      [41_012, 'M. Larsen'],
      [41_013, 'M. Larsen'],
    ]);
  });

  test('ask about a reading that is hardly meant so, and take it where that is confirmed', async () => {
    await read({ value: 100, readAt: moment(1) });
    const asked = await failure(read({ value: 1_100, readAt: moment(2) }));
    expect(asked).toMatchObject({
      code: 'needs_confirmation',
      message: expect.stringMatching(/are 1000 hours, and only 24 have passed/) as string,
    });
    expect(await office.count('meter_reading')).toBe(1);
    await read({ value: 1_100, readAt: moment(2) }, true);
    expect(await hours()).toEqual([1_100, 1_100]);
    const noReason = await failure(read({ kind: 'replaced', value: 0, readAt: moment(3) }, true));
    expect(noReason).toMatchObject({
      code: 'invalid_input',
      details: [{ path: 'reason' }, { path: 'lastValue' }],
    });
  });

  test('compare with what another wrote in the same transaction, and not with another meter or ship', async () => {
    const outcomes = await Promise.allSettled([
      read({ value: 100, readAt: moment(1) }),
      read({ value: 90, readAt: moment(2) }),
      read({ value: 80, readAt: moment(3) }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const other = await records.create('meter', 'nordlys', { equipmentId: engine.id }, superintendent);
    await read({ meterId: other.id, value: 3, readAt: moment(2) });
    expect(await hours()).toEqual([100, 100]);
  });

  test('keep readings as they were added', async () => {
    const { id } = await read({ value: 100, readAt: moment(1) });
    for (const work of [
      records.patch('meter_reading', { id }, { value: 3 }, superintendent),
      records.delete('meter_reading', { id }, superintendent),
    ])
      expect(await failure(work)).toMatchObject({ code: 'not_allowed' });
    expect(await hours()).toEqual([100, 100]);
  });

  test('are confirmed over REST beside the values', async () => {
    await read({ value: 100, readAt: moment(1) });
    const endpoint = recordEndpoints().get('meterReadings.create');
    if (endpoint === undefined) throw new Error('There is no such endpoint');
    const answer = recordHandler({ records } as ShoreService, endpoint);
    const ask = (more: object) =>
      answer({
        params: {},
        query: {},
        body: { vessel: 'nordlys', meterId: meter.id, value: 90, readAt: moment(2), ...more },
        writer: superintendent,
        ifMatch: null,
      });
    expect(await failure(ask({}))).toMatchObject({ code: 'needs_confirmation' });
    expect(await failure(ask({ confirmed: false }))).toMatchObject({ code: 'needs_confirmation' });
    expect(await ask({ confirmed: true })).toMatchObject({ output: { value: 90, readBy: 'M. Larsen' } });
  });
});

test('OpenAPI says that readings are only added, and what can be confirmed', () => {
  const { paths, components } = openApiDocument({ version: '0.0.0', keys: false }) as {
    paths: Record<string, Record<string, unknown>>;
    components: object;
  };
  expect(Object.keys(paths['/api/meter-readings'] ?? {})).toEqual(['get', 'post']);
  expect(Object.keys(paths['/api/meter-readings/{id}'] ?? {})).toEqual(['get']);
  expect(Object.keys(paths['/api/meters/{id}'] ?? {})).toEqual(['get', 'patch', 'delete']);
  const post = JSON.stringify(paths['/api/meter-readings']?.['post']);
  expect(post).toContain('It stays as it is');
  expect(post).toContain('"confirmed":{"type":"boolean"}');
  expect(JSON.stringify(paths['/api/meters']?.['post'])).not.toContain('confirmed');
  const make = paths['/api/equipment']?.['post'] as { requestBody: object } | undefined;
  expect(JSON.stringify(make?.requestBody)).not.toContain('runningHours');
  expect(JSON.stringify(components)).toContain('needs_confirmation');
});
