import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentSockets, statusFrom, stillOpen } from '#support/silent-sockets.ts';
import { ask, openTestStation, token, type TestStation } from './station.ts';

let station: TestStation;
let port: number;

beforeEach(async () => {
  station = await openTestStation();
  ({ port } = station.host);
});
afterEach(() => station.close());

const warnings = (): number => station.log.lines.filter(({ level }) => level === 'warn').length;

test('hundreds of connections that say nothing keep nobody out, and are gone after some seconds', async () => {
  const silent = await silentSockets(port, 200, '127.0.0.1');
  expect(await statusFrom('127.0.0.2', port, '/health')).toBe(200);
  const more = await silentSockets(port, 500, '127.0.0.1');
  expect(await statusFrom('127.0.0.2', port, '/health')).toBe(200);
  expect(await statusFrom('127.0.0.1', port, '/health')).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 9_000));
  expect(await stillOpen([...silent, ...more])).toBe(0);
  expect(warnings()).toBeLessThan(5);
});

test('attempts with a wrong token are answered shortly after sixty in a minute and logged once; the right one works', async () => {
  const headers = { host: `127.0.0.1:${port}`, authorization: 'Bearer a-token-that-is-not-the-one' };
  const statuses: number[] = [];
  for (let each = 0; each < 80; each += 1)
    statuses.push((await ask(port, '/call/vessel.info', { method: 'POST', headers })).status);
  expect(statuses.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 401));
  expect(statuses.slice(60)).toEqual(Array.from({ length: 20 }, () => 429));
  expect(warnings()).toBe(1);
  const right = { ...headers, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  expect((await ask(port, '/call/vessel.info', { method: 'POST', headers: right, body: '{}' })).status).toBe(
    200,
  );
});

test('a call with a hundred thousand things in it is refused before the vessel hears of it', async () => {
  const headers = {
    host: `127.0.0.1:${port}`,
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ ids: Array.from({ length: 100_000 }, () => 0) });
  expect((await ask(port, '/call/vessel.info', { method: 'POST', headers, body })).status).toBe(400);
  expect(station.calls).toEqual([]);
});
