import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { linkCodec } from '#link/link-codec.ts';
import { systemEnvironment } from '#link/system-environment.ts';
import type { MethodInput, MethodName, MethodOutput } from '#shared/contract/index.ts';
import { silentLog } from '#support/silent-log.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { databaseFileName, openDatabase } from '#vessel/store/open-database.ts';
import { recordAndPublish } from '#vessel/store/record-and-publish.ts';
import { verifyJournal } from '#vessel/store/verify/verify.ts';
import type { VesselStore } from '#vessel/store/vessel-store.ts';
import { startNode, type VesselNode } from '#vessel/vessel-node.ts';

const environment = systemEnvironment(silentLog);
const by = { actor: { id: null, name: 'J. Berg' }, device: 'Bridge PC' };

/** As the program before meters left it, with all of its changes in the outbox: three pieces with running hours, one without. */
const shipOfBefore = readFileSync(join(import.meta.dirname, 'ship-of-records-2.sql'), 'utf8');

let node: VesselNode;
let store: VesselStore;
afterEach(() => node.close());

function start(directory: string): void {
  ({ node, store } = startNode(
    openDatabase(directory, environment),
    {
      dataDirectory: directory,
      vesselId: 'mv-aurora',
      vesselName: 'MV Aurora',
      device: 'Bridge PC',
      timeZone: 'UTC',
      version: '0.0.0',
      brokerName: null,
    },
    { environment, openLink: null, codec: linkCodec },
  ));
}

async function call<N extends MethodName>(method: N, input: MethodInput<N>): Promise<MethodOutput<N>> {
  const answer = await node.call({ method, input });
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.output as MethodOutput<N>;
}
const total = async (entity: string, filter: Record<string, string[]> = {}): Promise<number> =>
  (await call('records.list', { entity, filter })).total;
const hours = async (): Promise<Record<string, number | null>> =>
  Object.fromEntries(
    (await call('equipment.list', { limit: 1_000 })).items.map(({ code, runningHours }) => [
      code,
      runningHours,
    ]),
  );
const written = (): unknown[] => store.connection.prepare('SELECT * FROM sync_journal ORDER BY entry').all();

describe('running hours on board', () => {
  test('become meters with their history, journalled, once', async () => {
    const directory = temporaryDirectory('take-over');
    const old = new Sqlite(join(directory, databaseFileName));
    old.exec(shipOfBefore);
    const before = old.prepare('SELECT * FROM sync_journal ORDER BY entry').all();
    old.close();

    start(directory);
    const stood = { '331.01': 4_118, '601.01': 41_100, '651.01': null, '651.02': 12_058 };
    expect(await hours()).toEqual(stood);
    await until('there are three meters', async () => (await total('meter')) === 3);
    expect(await hours()).toEqual(stood);

    const [engine] = (await call('equipment.list', { search: 'Main engine' })).items;
    const filter = { equipmentId: [engine?.id ?? null] };
    const [meter] = (await call('records.list', { entity: 'meter', filter })).items;
    expect(meter?.values).toMatchObject({ name: 'Running hours', unit: 'hours' });
    const read = await call('records.list', {
      entity: 'meter_reading',
      filter: { meterId: [meter?.id ?? null] },
    });
    expect(
      read.items.map(({ values: { kind, value, readAt, readBy } }) => [kind, value, readAt, readBy]),
    ).toEqual(
      [
        [41_000, '2026-01-01T08:03:00.000Z', 'J. Berg, Chief engineer'],
        [41_020, '2026-01-02T08:07:00.000Z', 'J. Berg, Chief engineer'],
        [41_040, '2026-01-03T08:09:00.000Z', 'M. Santos, Second engineer'],
        [41_060, '2026-01-04T08:11:00.000Z', 'J. Berg, Chief engineer'],
        [41_080, '2026-01-05T08:13:00.000Z', 'M. Santos, Second engineer'],
        [41_100, '2026-01-06T08:15:00.000Z', 'J. Berg, Chief engineer'],
      ].map((each) => ['reading', ...each]),
    );

    // What was there is as it was, and the new stands behind it: for the program that knows it, behind everybody's work.
    const now = written();
    expect(now.slice(0, before.length)).toEqual(before);
    const news = now.slice(before.length) as { version: number; lane: string; operation: string }[];
    expect(news).toHaveLength(3 + 13);
    for (const each of news) expect(each).toMatchObject({ version: 3, lane: 'bulk', operation: 'create' });

    await node.close();
    expect(verifyJournal(join(directory, databaseFileName))).toMatchObject({ ok: true });
    start(directory);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written()).toEqual(now);

    // From here on people read the meter.
    const given = { meterId: meter?.id ?? null, value: 41_110, readAt: '2026-01-06T20:00:00.000Z' };
    await call('records.create', { entity: 'meter_reading', values: given });
    expect(await hours()).toEqual({ ...stood, '601.01': 41_110 });
  });

  test('are gone on with where that was interrupted, a few at a time, while people work', async () => {
    const directory = temporaryDirectory('take-over');
    start(directory);
    const pieces = Array.from({ length: 240 }, () => store.recordIds.next());
    recordAndPublish(store, by, (unit) => {
      for (const [index, id] of pieces.entries())
        unit.create('equipment', id, {
          code: String(index),
          name: 'Pump',
          location: '',
          maker: '',
          model: '',
          serialNumber: '',
          criticality: 'B',
          runningHours: 100,
        });
    });
    // More than one transaction writes.
    const many = 260;
    for (let index = 1; index < many; index += 1)
      recordAndPublish(store, by, (unit) =>
        unit.update('equipment', pieces[7] ?? '', { runningHours: 100 + index }),
      );

    for (let life = 0; life < 4; life += 1) {
      await node.close();
      start(directory);
      const known = await total('meter_reading');
      await until('something was written', async () => (await total('meter_reading')) > known);
    }
    const order = await call('workOrders.create', { title: 'Meanwhile' });
    expect(order.number).toMatch(/^WO-/);
    await until('all have a meter', async () => (await total('meter')) === pieces.length, { within: 30_000 });
    // Where two were written within one millisecond a correction says which of them was in force.
    expect(await total('meter_reading', { kind: ['reading'] })).toBe(pieces.length + many - 1);
    expect((await hours())['7']).toBe(100 + many - 1);
    const atOnce = store.connection
      .prepare(
        `SELECT max(n) FROM (SELECT count(*) AS n FROM sync_journal WHERE entity LIKE 'meter%' GROUP BY at)`,
      )
      .pluck()
      .get();
    expect(atOnce).toBeLessThanOrEqual(100);
    await node.close();
    expect(verifyJournal(join(directory, databaseFileName))).toMatchObject({ ok: true });
    start(directory);
  });

  test('are left where a person deleted the meter, or there is one already', async () => {
    const directory = temporaryDirectory('take-over');
    start(directory);
    const id = store.recordIds.next();
    recordAndPublish(store, by, (unit) =>
      unit.create('equipment', id, {
        code: '1',
        name: 'Pump',
        location: '',
        maker: '',
        model: '',
        serialNumber: '',
        criticality: 'B',
        runningHours: 100,
      }),
    );
    const meter = await call('records.create', { entity: 'meter', values: { equipmentId: id, name: 'New' } });
    await call('records.delete', { entity: 'meter', id: meter.id });
    const before = written();
    await node.close();
    start(directory);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(written()).toEqual(before);
  });
});
