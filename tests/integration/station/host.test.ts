import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, callOver, openScreen, openTestStation, token, type TestStation } from './station.ts';

let station: TestStation;
let port: number;
beforeEach(async () => {
  station = await openTestStation();
  port = station.host.port;
});
afterEach(() => station.close());

const bearer = { authorization: `Bearer ${token}` };
const refused = { ok: false, error: { code: 'unauthorized' } };

describe('Who may talk to the station host', () => {
  test('it listens on loopback alone', async () => {
    const elsewhere = connect({ host: '127.0.0.2', port });
    const outcome = await new Promise((resolve) => {
      elsewhere.on('connect', () => resolve('connected'));
      elsewhere.on('error', (error) => resolve('code' in error ? error.code : error));
    });
    elsewhere.destroy();
    expect(outcome).toBe('ECONNREFUSED');
  });

  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer a-token-that-is-not-the-one' }],
    ['the start of the token', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['a token of another scheme', { authorization: `Basic ${token}` }],
  ])('a call with %s is refused, and never reaches the vessel', async (_what, headers) => {
    const reply = await ask(port, '/call/vessel.info', { method: 'POST', headers });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toMatchObject(refused);
    await expect(openScreen(port, { protocols: [], headers })).rejects.toThrow('401');
    expect(station.calls).toEqual([]);
    expect(station.log.text()).toContain('unauthorized');
    expect(station.log.text()).not.toContain(token.slice(0, -1));
  });

  test.each(['127.0.0.1', 'localhost', '[::1]', 'LOCALHOST'])('a request to %s is ours', async (name) => {
    const reply = await ask(port, '/health', { headers: { host: `${name}:${port}` } });
    expect(reply.status).toBe(200);
  });

  test.each([
    ['a name that a stranger lets point here', () => `rebound.example:${port}`],
    ['our name without the port', () => 'localhost'],
    ['our name with another port', () => `localhost:${port + 1}`],
    ['a name that only starts like ours', () => `localhost:${port}.example`],
  ])('a request to %s is refused, with the right token too', async (_what, host) => {
    for (const path of ['/', '/health', '/nowhere']) {
      expect((await ask(port, path, { headers: { host: host(), ...bearer } })).status).toBe(403);
    }
    expect((await callOver(port, 'vessel.info', '{}', { host: host() })).status).toBe(403);
    await expect(openScreen(port, { headers: { host: host() } })).rejects.toThrow('403');
    expect(station.calls).toEqual([]);
  });

  test.each([
    ['a stranger', () => 'https://stranger.example'],
    ['another port of this computer', () => `http://127.0.0.1:${port + 1}`],
    ['a sandboxed frame or a file', () => 'null'],
  ])('a page of %s is refused, with the right token too', async (_what, origin) => {
    expect((await callOver(port, 'vessel.info', '{}', { origin: origin() })).status).toBe(403);
    await expect(openScreen(port, { headers: { origin: origin() } })).rejects.toThrow('403');
    expect(station.calls).toEqual([]);
  });

  test('our own page is let in, by the token that it offers as a protocol', async () => {
    const { socket } = await openScreen(port, { headers: { origin: `http://127.0.0.1:${port}` } });
    expect(socket.protocol).toBe('arus.v1');
    socket.close();
  });

  test('a script may open the socket with the Authorization header instead', async () => {
    const { socket } = await openScreen(port, { protocols: [], headers: bearer });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.close();
  });

  test('a socket that speaks another protocol is refused before it opens', async () => {
    await expect(openScreen(port, { protocols: ['arus.v9', `token.${token}`] })).rejects.toThrow('400');
  });

  test('at most 32 screens are served, and a place is free again when one closes', async () => {
    const screens = await Promise.all(Array.from({ length: 32 }, () => openScreen(port)));
    await expect(openScreen(port)).rejects.toThrow('503');
    const [first] = screens;
    first?.socket.close();
    await expect.poll(() => openScreen(port).then(() => 'served', String), { timeout: 5_000 }).toBe('served');
  });
});

describe('The page', () => {
  test('comes with a policy under which it loads only its own files and talks only to this host', async () => {
    const { status, headers, text } = await ask(port, '/');
    expect(status).toBe(200);
    expect(text).toContain('<title>ARUS</title>');
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        `connect-src 'self' ws://127.0.0.1:${port}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
  });

  test('keeps files whose names change with their content, and asks again for the rest', async () => {
    const { headers } = await ask(port, '/assets/app-1234.js');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers['content-type']).toMatch(/javascript/);
  });

  test.each([
    '/../not-the-page.txt',
    '/..%2fnot-the-page.txt',
    '/assets/..%5c..%5cnot-the-page.txt',
    '/%2e%2e/not-the-page.txt',
    '//etc/passwd',
    '/%00',
    '/%',
  ])('has nothing at %s', async (path) => {
    const reply = await ask(port, path);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(reply.text).not.toContain('secret');
  });
});

describe('Calls over HTTP', () => {
  test('the body is the input, the header the actor, and the answer the result', async () => {
    const actor = '018f4d3c-7a10-7000-8000-000000000001';
    station.answerWith(() => Promise.resolve({ ok: true, output: { number: 'WO-2026-000001' } }));
    const reply = await callOver(port, 'workOrders.create', '{"title":"Renew gasket"}', {
      'x-arus-actor': actor,
    });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual({ ok: true, output: { number: 'WO-2026-000001' } });
    expect(station.calls).toEqual([{ method: 'workOrders.create', input: { title: 'Renew gasket' }, actor }]);
  });

  test('a call without a body has no input', async () => {
    const reply = await ask(port, '/call/vessel.info', { method: 'POST', headers: bearer });
    expect(reply.status).toBe(200);
    expect(station.calls).toEqual([{ method: 'vessel.info', input: undefined }]);
  });

  test.each([
    ['invalid_input', 400],
    ['unknown_method', 404],
    ['not_found', 404],
    ['stale', 409],
    ['not_allowed', 409],
    ['unavailable', 503],
    ['internal', 500],
  ] as const)('%s is answered with status %i', async (code, status) => {
    const error = { code, message: 'In words.', retryable: code === 'unavailable' };
    station.answerWith(() => Promise.resolve({ ok: false, error }));
    const reply = await callOver(port, 'workOrders.get', '{}');
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toEqual({ ok: false, error });
  });

  test.each([
    ['broken JSON', '{"title":', {}, 400, 'invalid_input'],
    [
      'a body that is not JSON by its type',
      'title=x',
      { 'content-type': 'text/plain' },
      415,
      'invalid_input',
    ],
    ['a form', 'title=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'invalid_input'],
    ['a body that is far too large', `"${'x'.repeat(3_200_000)}"`, {}, 413, 'too_large'],
    ['a body that is too large', `"${'x'.repeat(1_100_000)}"`, {}, 413, 'too_large'],
    ['an actor that is no id', '{}', { 'x-arus-actor': 'the chief' }, 400, 'invalid_input'],
  ])('%s is a clear error and a line in the log, and nothing reaches the vessel', async (...example) => {
    const [, body, headers, status, code] = example;
    const reply = await callOver(port, 'workOrders.create', body, headers);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.text)).toMatchObject({ ok: false, error: { code } });
    expect(station.calls).toEqual([]);
    expect(station.log.lines.filter(({ level }) => level === 'warn')).not.toEqual([]);
    expect((await callOver(port, 'vessel.info', '{}')).status).toBe(200);
  });

  test('a request that is no HTTP, and one that stops halfway, do no harm', async () => {
    for (const bytes of [
      '\x16\x03\x01\x02\x00\x01',
      'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
      'POST /call/x HTTP/1.1\r\n',
    ]) {
      const socket = connect({ host: '127.0.0.1', port });
      await new Promise((resolve) => socket.on('connect', resolve));
      socket.write(bytes);
      await new Promise((resolve) => setTimeout(resolve, 50));
      socket.destroy();
    }
    expect((await callOver(port, 'vessel.info', '{}')).status).toBe(200);
    expect(station.calls).toHaveLength(1);
  });

  test('the host says that it is well, and that it is not when the vessel behind it is not', async () => {
    expect(await ask(port, '/health')).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    const error = { code: 'internal', message: '', retryable: false } as const;
    station.answerWith(() => Promise.resolve({ ok: false, error }));
    expect(await ask(port, '/health')).toMatchObject({ status: 503, text: '{"status":"failing"}' });
  });
});

describe('Calls over the socket', () => {
  test('are answered under their id, whatever the order in which they are done', async () => {
    const { socket, next } = await openScreen(port);
    const slow = Promise.withResolvers<void>();
    station.answerWith(async ({ method }) => {
      if (method === 'slow') await slow.promise;
      return { ok: true, output: method };
    });
    socket.send(JSON.stringify({ id: 'first', method: 'slow' }));
    socket.send(JSON.stringify({ id: 2, method: 'quick' }));
    expect(await next()).toEqual({ id: 2, ok: true, output: 'quick' });
    slow.resolve();
    expect(await next()).toEqual({ id: 'first', ok: true, output: 'slow' });
  });

  test('events reach every screen', async () => {
    const screens = await Promise.all([openScreen(port), openScreen(port)]);
    const event = { event: 'records.changed', payload: { entity: 'work_order', ids: [], cause: 'local' } };
    station.tell(event);
    for (const { next } of screens) expect(await next()).toEqual(event);
  });

  test.each([
    ['broken JSON', '{"id":1,', null],
    ['a list', '[1,2]', null],
    ['a call without a method', '{"id":7}', 7],
    ['a call with an id of another type', '{"id":{},"method":"vessel.info"}', null],
    ['a call with more than belongs in it', '{"id":8,"method":"vessel.info","token":"x"}', 8],
    ['an actor that is no id', '{"id":9,"method":"vessel.info","actor":"the chief"}', 9],
  ])(
    '%s is answered, logged and kept from the vessel, and the socket stays usable',
    async (_what, frame, id) => {
      const { socket, next } = await openScreen(port);
      socket.send(frame);
      expect(await next()).toMatchObject({ id, ok: false, error: { code: 'invalid_input' } });
      expect(station.calls).toEqual([]);
      expect(station.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
      socket.send(JSON.stringify({ id: 10, method: 'vessel.info' }));
      expect(await next()).toMatchObject({ id: 10, ok: true });
    },
  );

  test('a binary frame is refused', async () => {
    const { socket, next } = await openScreen(port);
    socket.send(Buffer.from('{"id":1,"method":"vessel.info"}'));
    expect(await next()).toMatchObject({ id: null, ok: false, error: { code: 'invalid_input' } });
    expect(station.calls).toEqual([]);
  });

  test('a frame that is too large closes that one socket with 1009, and no other', async () => {
    const large = await openScreen(port);
    const other = await openScreen(port);
    const closed = new Promise((resolve) => large.socket.on('close', resolve));
    large.socket.send(JSON.stringify({ id: 1, method: 'vessel.info', input: 'x'.repeat(3_200_000) }));
    expect(await closed).toBe(1009);
    expect(station.calls).toEqual([]);
    expect(station.log.lines.filter(({ level }) => level === 'warn')).not.toEqual([]);
    other.socket.send(JSON.stringify({ id: 2, method: 'vessel.info' }));
    expect(await other.next()).toMatchObject({ id: 2, ok: true });
  });

  test('a screen that does not read is dropped before it costs the vessel its memory', async () => {
    const { socket } = await openScreen(port);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.pause();
    const payload = { text: 'x'.repeat(100_000) };
    await expect
      .poll(
        () => {
          for (let count = 0; count < 50; count += 1) station.tell({ event: 'records.changed', payload });
          return station.log.text().includes('does not read');
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    socket.resume();
    await closed;
    const { next, socket: again } = await openScreen(port);
    again.send(JSON.stringify({ id: 1, method: 'vessel.info' }));
    expect(await next()).toMatchObject({ id: 1, ok: true });
  });

  test('a screen that asks faster than it is answered is held back, and then answered in full', async () => {
    const { socket, next } = await openScreen(port);
    let underWay = 0;
    let most = 0;
    station.answerWith(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, 20));
      underWay -= 1;
      return { ok: true, output: {} };
    });
    // Larger than what one read of the socket takes in, so that holding it back shows.
    const input = 'x'.repeat(20_000);
    for (let id = 0; id < 500; id += 1) socket.send(JSON.stringify({ id, method: 'vessel.info', input }));
    const ids = new Set<unknown>();
    for (let count = 0; count < 500; count += 1) {
      const message = await next();
      if (typeof message === 'object' && message !== null && 'id' in message) ids.add(message.id);
    }
    expect(ids.size).toBe(500);
    expect(most).toBeLessThan(100);
  });

  test('closing the host tells its screens and frees the port', async () => {
    const { socket } = await openScreen(port);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    await station.host.close();
    expect(await closed).toBe(1001);
    await expect(ask(port, '/health')).rejects.toThrow('ECONNREFUSED');
  });
});
