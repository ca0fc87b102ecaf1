import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, isListening } from '#support/ports.ts';

test('a free port can be listened on, and is seen to be taken then', async () => {
  const port = await freePort();
  expect(await isListening(port)).toBe(false);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  expect(await isListening(port)).toBe(true);
  server.close();
});

test('the same port is not given twice', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(new Set(ports).size).toBe(50);
});
