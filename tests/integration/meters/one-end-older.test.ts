import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { until } from '#support/until.ts';
import { ProgramPair } from '../sync/support/program-pair.ts';

const created = z.object({ id: z.string() });
const equipment = z.object({
  items: z.array(z.object({ id: z.string(), code: z.string(), runningHours: z.number().nullable() })),
});
const rows = z.object({ items: z.array(z.object({ values: z.looseObject({}) })), total: z.number() });
const ashoreRows = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
const problems = z.object({ items: z.array(z.object({ code: z.string() })) });
const status = z.object({
  queue: z.object({ depth: z.number() }),
  agreement: z.object({ state: z.string() }),
});

/** The program before meters, and today's. */
const [before, today] = [0, 1];

let pair: ProgramPair;
afterEach(() => pair.remove());

const hoursOnBoard = async (): Promise<number | null | undefined> =>
  (await pair.onBoard('equipment.list', {}, equipment)).items[0]?.runningHours;
const hoursAshore = async (): Promise<number | null | undefined> =>
  (await pair.ashore('GET', '/api/equipment', undefined, equipment)).items[0]?.runningHours;
const statusOnBoard = () => pair.onBoard('sync.status', {}, status);
const codesAshore = async (): Promise<string[]> =>
  (await pair.ashore('GET', '/api/problems?limit=100', undefined, problems)).items.map(({ code }) => code);
const writeOnBoard = (id: string, runningHours: number) =>
  pair.onBoard('records.update', { entity: 'equipment', id, changes: { runningHours } }, created);
const newEngine = async (runningHours: number): Promise<string> => {
  const values = { code: '601.01', name: 'Main engine', runningHours };
  return (await pair.onBoard('records.create', { entity: 'equipment', values }, created)).id;
};

async function agreed(runningHours: number): Promise<void> {
  await until(
    'both show the same and have found that they agree',
    async () => {
      const { queue, agreement } = await statusOnBoard();
      return (
        queue.depth === 0 &&
        agreement.state === 'equal' &&
        (await hoursOnBoard()) === runningHours &&
        (await hoursAshore()) === runningHours
      );
    },
    { within: 60_000 },
  );
}

test('the ship is updated first: the office shows what it showed and gets the meters with its own update', async () => {
  pair = await ProgramPair.start({ ship: before, shore: before });
  const engine = await newEngine(41_000);
  await writeOnBoard(engine, 41_020);
  await until('the office shows it', async () => (await hoursAshore()) === 41_020);

  await pair.startShip(today);
  await until(
    'the ship has a meter with its history',
    async () => (await pair.onBoard('records.list', { entity: 'meter_reading' }, rows)).total === 2,
  );
  const [meter] = (await pair.onBoard('records.list', { entity: 'meter' }, ashoreRows)).items;
  const reading = { meterId: meter?.id, value: 41_020.5 };
  await pair.onBoard('records.create', { entity: 'meter_reading', values: reading }, created);
  expect(await hoursOnBoard()).toBe(41_020.5);
  await until('shore has stored all of it', async () => (await statusOnBoard()).queue.depth === 0);
  expect(await hoursAshore()).toBe(41_020);
  expect(await codesAshore()).toContain('newer_program');
  expect((await statusOnBoard()).agreement.state).not.toBe('differing');
  // The office's people know no meters yet, and their word was the last.
  await pair.ashore('PATCH', `/api/equipment/${engine}`, { runningHours: 41_060 }, created);
  await until('the ship shows what the office wrote', async () => (await hoursOnBoard()) === 41_060);

  await pair.startShore(today);
  await agreed(41_060);
  const meters = await pair.ashore('GET', '/api/meters', undefined, ashoreRows);
  expect(meters.items).toMatchObject([{ id: meter?.id, equipmentId: engine, unit: 'hours' }]);
  const readings = await pair.ashore('GET', '/api/meter-readings', undefined, ashoreRows);
  expect(readings.items.map(({ value }) => value)).toEqual([41_000, 41_020, 41_020.5]);
  expect((await codesAshore()).filter((code) => code !== 'newer_program')).toEqual([]);
});

test('the office is updated first: what was read last counts there, by the ship’s old program or at a meter', async () => {
  pair = await ProgramPair.start({ ship: before, shore: today });
  const engine = await newEngine(41_000);
  await until('the office shows it', async () => (await hoursAshore()) === 41_000);
  const meter = await pair.ashore('POST', '/api/meters', { equipmentId: engine }, created);
  expect(await hoursAshore()).toBe(41_000);
  await pair.ashore('POST', '/api/meter-readings', { meterId: meter.id, value: 40_990 }, created);
  expect(await hoursAshore()).toBe(40_990);
  await writeOnBoard(engine, 41_010);
  await until('the office shows what the ship wrote since', async () => (await hoursAshore()) === 41_010);
  expect(await hoursOnBoard()).toBe(41_010);

  await pair.startShip(today);
  await agreed(41_010);
  // There is a meter of hours, so nothing is taken over.
  expect(await pair.onBoard('records.list', { entity: 'meter' }, rows)).toMatchObject({ total: 1 });
  await pair.onBoard(
    'records.create',
    { entity: 'meter_reading', values: { meterId: meter.id, value: 40_991 } },
    created,
  );
  await agreed(40_991);
});
