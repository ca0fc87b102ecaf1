import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { until } from '#support/until.ts';
import { ProgramPair } from './support/program-pair.ts';

const order = z.object({ id: z.string(), title: z.string(), type: z.string() });
const orders = z.object({ items: z.array(order) });
const problems = z.object({ items: z.array(z.object({ code: z.string() })) });
const status = z.object({
  queue: z.object({ depth: z.number() }),
  agreement: z.object({ state: z.string() }),
  conflicts: z.number(),
});

let pair: ProgramPair;
afterEach(() => pair.remove());

const seen = (list: z.infer<typeof orders>): string[] =>
  list.items.map(({ type, title }) => `${type}: ${title}`).sort();
const ofShip = async (): Promise<string[]> =>
  seen(await pair.onBoard('workOrders.list', { limit: 100 }, orders));
const ofOffice = async (): Promise<string[]> =>
  seen(await pair.ashore('GET', '/api/work-orders?limit=100', undefined, orders));
const codesOnBoard = async (): Promise<string[]> =>
  (await pair.onBoard('sync.problems', {}, problems)).items.map(({ code }) => code);
const codesAshore = async (): Promise<string[]> =>
  (await pair.ashore('GET', '/api/problems?limit=100', undefined, problems)).items.map(({ code }) => code);
const statusOnBoard = () => pair.onBoard('sync.status', {}, status);
const raiseOnBoard = (title: string, type: string) =>
  pair.onBoard('workOrders.create', { title, type }, order);
const raiseAshore = (title: string, type: string) =>
  pair.ashore('POST', '/api/work-orders', { title, type }, order);
const rename = (id: string, title: string) =>
  pair.onBoard('workOrders.update', { id, changes: { title } }, order);
const renameAshore = (id: string, title: string) =>
  pair.ashore('PATCH', `/api/work-orders/${id}`, { title }, order);

/** Both show the same, nothing waits, and they have compared all records and found them equal. */
async function agreed(expected: readonly string[]): Promise<void> {
  await until(
    'ship and office show the same and have found that they agree',
    async () => {
      const { queue, agreement } = await statusOnBoard();
      const [here, there] = [await ofShip(), await ofOffice()].map((list) => list.join());
      return queue.depth === 0 && agreement.state === 'equal' && here === there && here === expected.join();
    },
    { within: 45_000 },
  );
}

test('a ship one version ahead: what the office understands it has at once, the rest with its update', async () => {
  pair = await ProgramPair.start({ ship: 2, shore: 1 });
  const plain = await raiseOnBoard('Plain', 'planned');
  const novel = await raiseOnBoard('Novel', 'version_2');
  await rename(novel.id, 'Novel, renamed');
  await until('the office has the plain one', async () => (await ofOffice()).join() === 'planned: Plain');
  await renameAshore(plain.id, 'Plain, seen ashore');
  await until('shore has acknowledged all', async () => (await statusOnBoard()).queue.depth === 0);
  expect(await codesAshore()).toContain('newer_program');
  await until('the ship has what the office wrote', async () =>
    (await ofShip()).includes('planned: Plain, seen ashore'),
  );
  // What waits is no difference between the two that anybody has to look into.
  expect((await statusOnBoard()).agreement.state).not.toBe('differing');

  await pair.startShore(2);
  await agreed(['planned: Plain, seen ashore', 'version_2: Novel, renamed']);
  for (const codes of [await codesAshore(), await codesOnBoard()])
    expect(codes.filter((code) => code !== 'newer_program')).toEqual([]);
});

test('a ship three versions behind: it works on with what it knows, and shows the rest after its update', async () => {
  pair = await ProgramPair.start({ ship: 1, shore: 4 });
  const first = await raiseOnBoard('First', 'planned');
  await until('the office has it', async () => (await ofOffice()).length === 1);
  for (const version of [2, 3, 4]) await raiseAshore(`Of version ${version}`, `version_${version}`);
  const plain = await raiseAshore('Plain', 'survey');
  await renameAshore(first.id, 'First, seen ashore');
  await until(
    'the ship has what it understands',
    async () => (await ofShip()).join() === ['planned: First, seen ashore', 'survey: Plain'].join(),
  );
  expect(await codesOnBoard()).toContain('newer_program');
  await rename(plain.id, 'Plain, seen on board');
  await until('the office has what the ship wrote', async () =>
    (await ofOffice()).includes('survey: Plain, seen on board'),
  );
  expect((await statusOnBoard()).agreement.state).not.toBe('differing');

  await pair.startShip(4);
  await agreed([
    'planned: First, seen ashore',
    'survey: Plain, seen on board',
    'version_2: Of version 2',
    'version_3: Of version 3',
    'version_4: Of version 4',
  ]);
  expect((await statusOnBoard()).conflicts).toBe(0);
  for (const codes of [await codesAshore(), await codesOnBoard()])
    expect(codes.filter((code) => code !== 'newer_program')).toEqual([]);
});
