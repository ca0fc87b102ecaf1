import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyListError, newApiKey, parseApiKeys } from '#shore/api/api-keys.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { silentSockets, statusFrom, stillOpen } from '#support/silent-sockets.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { openReader } from './support/reader.ts';
import { type Shore, errorIn, startShore } from '#support/shore.ts';

describe('the list of API keys', () => {
  const fleet = newApiKey('Fleet office', randomBytes(32));

  test('knows a key by its hash and calls it by its name', () => {
    const keys = parseApiKeys(`# comment\n\n${fleet.line}\n${newApiKey('Yard', randomBytes(32)).line}\n`);
    expect(keys.count).toBe(2);
    expect(keys.nameOf(fleet.key)).toBe('Fleet office');
    expect(keys.nameOf(`${fleet.key}x`)).toBeNull();
    expect(fleet.line).not.toContain(fleet.key);
  });

  test.each(['', '# nothing but a comment', 'sha256:abc Fleet', fleet.key])('%j is refused', (text) => {
    expect(() => parseApiKeys(text)).toThrow(ApiKeyListError);
  });
});

describe('a gateway with API keys', () => {
  const fleet = newApiKey('Fleet office', randomBytes(32));
  const yard = newApiKey('Yard', randomBytes(32));
  let broker: Mosquitto;
  let shore: Shore;

  beforeAll(async () => {
    broker = await startMosquitto();
    const file = join(temporaryDirectory('keys'), 'keys');
    writeFileSync(file, `${fleet.line}\n`);
    shore = await startShore(
      ['--database', await emptyDatabase(), '--mqtt', broker.url, '--api-keys', file, '--host', '0.0.0.0'],
      { ARUS_API_KEYS: yard.line },
    );
  });
  afterAll(async () => {
    await shore.stop();
    await broker.remove();
  });

  test.each([
    '/api/work-orders',
    '/api/vessels',
    '/api/sync/health',
    '/api/openapi.json',
    '/%61pi/vessels',
    '/ws',
  ])('%s is not answered without one', async (path) => {
    const answer = await shore.ask(path);
    expect(answer.status).toBe(401);
    expect(errorIn(answer).code).toBe('unauthorized');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  test('a wrong key is refused, and the log says from where without repeating it', async () => {
    const answer = await shore.ask('/api/vessels', {
      headers: { authorization: 'Bearer arus_wrong-and-secret' },
    });
    expect(answer.status).toBe(401);
    expect(shore.program.output()).toContain('without a valid API key');
    expect(shore.program.output()).not.toContain('wrong-and-secret');
  });

  test.each([
    ['the file', fleet],
    ['the environment', yard],
  ])('a key of %s opens it', async (_where, { key }) => {
    const answer = await shore.ask('/api/vessels', { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
  });

  test('/ws takes the key as a header or, from a page, as a protocol', async () => {
    const byHeader = await openReader(shore.port, '', { headers: { authorization: `Bearer ${fleet.key}` } });
    const byProtocol = await openReader(shore.port, '', { protocols: ['arus.v1', `token.${fleet.key}`] });
    expect(byProtocol.socket.protocol).toBe('arus.v1');
    await expect(openReader(shore.port, '', { protocols: ['arus.v1', 'token.nonsense'] })).rejects.toThrow(
      '401',
    );
    await Promise.all([byHeader.close(), byProtocol.close()]);
  });

  test('the page itself is served without, since it asks for the key', async () => {
    expect([200, 404]).toContain((await shore.ask('/')).status);
  });

  test('a page of another site is turned away, with a key too', async () => {
    const headers = { authorization: `Bearer ${fleet.key}`, origin: 'http://evil.example' };
    expect((await shore.ask('/api/vessels', { headers })).status).toBe(403);
    await expect(openReader(shore.port, '', { headers })).rejects.toThrow('403');
  });
});

describe('a gateway that many come to without a key', () => {
  const fleet = newApiKey('Fleet office', randomBytes(32));
  let broker: Mosquitto;
  let shore: Shore;

  beforeAll(async () => {
    broker = await startMosquitto();
    shore = await startShore(
      [
        '--database',
        await emptyDatabase(),
        '--mqtt',
        broker.url,
        '--host',
        '0.0.0.0',
        '--connections',
        '100',
      ],
      { ARUS_API_KEYS: fleet.line },
    );
  });
  afterAll(async () => {
    await shore.stop();
    await broker.remove();
  });

  test('answers shortly after sixty attempts in a minute and logs one of them; whoever has a key is served', async () => {
    const statuses: number[] = [];
    for (let each = 0; each < 90; each += 1) statuses.push((await shore.ask('/api/vessels')).status);
    expect(statuses.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 401));
    expect(statuses.slice(60)).toEqual(Array.from({ length: 30 }, () => 429));
    expect(shore.program.output().match(/without a valid API key/g)).toHaveLength(1);
    const headers = { authorization: `Bearer ${fleet.key}` };
    expect((await shore.ask('/api/vessels', { headers })).status).toBe(200);
  });

  test('lets connections that say nothing keep nobody out, and lets them go', async () => {
    const headers = { authorization: `Bearer ${fleet.key}` };
    const silent = await silentSockets(shore.port, 300, '127.0.0.1');
    expect(await statusFrom('127.0.0.2', shore.port, '/api/vessels', headers)).toBe(200);
    expect(await statusFrom('127.0.0.1', shore.port, '/api/vessels', headers)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 14_000));
    expect(await stillOpen(silent)).toBe(0);
  }, 60_000);
});

describe('a gateway on loopback without keys', () => {
  let broker: Mosquitto;
  let shore: Shore;
  beforeAll(async () => {
    broker = await startMosquitto();
    shore = await startShore(['--database', await emptyDatabase(), '--mqtt', broker.url]);
  });
  afterAll(async () => {
    await shore.stop();
    await broker.remove();
  });

  test('answers to its own names', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      expect((await shore.ask('/api/vessels', { headers: { host: `${host}:${shore.port}` } })).status).toBe(
        200,
      );
    }
  });

  test('a name in the public DNS that points here is turned away', async () => {
    const answer = await shore.ask('/api/vessels', { headers: { host: `rebound.example:${shore.port}` } });
    expect(answer.status).toBe(403);
  });

  test('a page of another origin is turned away, its own is not', async () => {
    const foreign = { origin: 'http://127.0.0.1:1' };
    expect((await shore.ask('/api/vessels', { headers: foreign })).status).toBe(403);
    await expect(openReader(shore.port, '', { headers: foreign })).rejects.toThrow('403');
    const own = { origin: `http://127.0.0.1:${shore.port}` };
    expect((await shore.ask('/api/vessels', { headers: own })).status).toBe(200);
  });
});
