import { afterAll, beforeAll, expect, test } from 'vitest';
import { officeEndpoints } from '#shared/office/endpoints.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { freePort } from '#support/ports.ts';
import { type Shore, startShore } from '#support/shore.ts';

/** As they stand in an address. The last are half a character, as bytes and as UTF-8 has none of. */
const hostile = [
  '%00',
  'a%00b',
  '-1',
  '0.5',
  '1e400',
  '99999999999999999999',
  '9007199254740993',
  '9'.repeat(150),
  '%27%3B--',
  '%25',
  '%ED%A0%80',
  '%FF',
];

const questions = Object.values(officeEndpoints).filter(({ method }) => method === 'GET');

let shore: Shore;
let strict: Shore;
beforeAll(async () => {
  const start = async (requests: string): Promise<Shore> => {
    const nobody = `mqtt://127.0.0.1:${await freePort()}`;
    return startShore(['--database', await emptyDatabase(), '--mqtt', nobody, '--requests', requests]);
  };
  shore = await start('100000');
  strict = await start('10');
});
afterAll(async () => {
  await shore.stop();
  await strict.stop();
});

test('no parameter of any question, in the path or behind it, is a failure of the gateway', async () => {
  const failed: string[] = [];
  for (const { path, query } of questions) {
    const plain = path.replaceAll(/\{\w+\}/g, 'none');
    const addresses = hostile.flatMap((value) => [
      ...Object.keys(query.shape).map((name) => `${plain}?${name}=${value}`),
      ...(plain === path ? [] : [path.replaceAll(/\{\w+\}/g, value)]),
    ]);
    for (const address of addresses) {
      const { status } = await shore.ask(address);
      const isRefusal = address.includes('%00') ? status === 400 : status < 500;
      if (!isRefusal) failed.push(`${address}: ${status}`);
    }
  }
  expect(failed).toEqual([]);
});

test('a monitor is answered whatever else an address has asked', async () => {
  const asked: number[] = [];
  for (let time = 0; time < 20; time += 1) asked.push((await strict.ask('/api/vessels')).status);
  expect(asked).toContain(429);
  for (let time = 0; time < 20; time += 1) {
    const health = await strict.ask('/api/sync/health');
    expect(health.status).toBe(200);
  }
});
