import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { freePort } from '#support/ports.ts';
import { startPostgres } from '#support/postgres.ts';
import { startOurProgram } from '#support/processes.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { askHttp, startShore } from '#support/shore.ts';

const program = 'src/shore/shore-program.ts';

async function run(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const started = startOurProgram(program, parameters, {
    environment: { DATABASE_URL: '', MQTT_URL: '', PORT: '', ARUS_API_KEYS: '', ...environment },
  });
  const { code } = await started.ended;
  return { code, output: started.output() };
}

describe('what npm run shore says before it starts', () => {
  test('--help lists every option', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    for (const option of [
      '--database',
      '--mqtt',
      '--ca',
      '--port',
      '--host',
      '--api-keys',
      '--share',
      '--gateway',
    ]) {
      expect(output).toContain(option);
    }
  });

  test.each([
    { parameters: [], says: '--database URL is missing' },
    { parameters: ['--database', 'postgres://x/y'], says: '--mqtt URL is missing' },
    {
      parameters: ['--database', 'mysql://root:hush@x/y', '--mqtt', 'mqtt://x'],
      says: 'give it as postgres://',
    },
    {
      parameters: ['--database', 'postgres://x/y', '--mqtt', 'http://x'],
      says: "'http://' is not supported",
    },
    {
      parameters: ['--database', 'postgres://x/y', '--mqtt', 'mqtt://x', '--port', '70000'],
      says: '0 to 65535',
    },
    { parameters: ['--database', 'postgres://x/y', '--mqtt', 'mqtt://x', '--ca', '/nowhere'], says: '--ca' },
    {
      parameters: ['--database', 'postgres://x/y', '--mqtt', 'mqtt://x', '--colour', 'red'],
      says: '--colour',
    },
    {
      parameters: ['--database', 'postgres://x/y', '--mqtt', 'mqtt://x', '--api-keys', '/nowhere'],
      says: '--api-keys: the file /nowhere does not exist',
    },
  ])('$parameters is refused with the option and what would be right', async ({ parameters, says }) => {
    const { code, output } = await run(parameters);
    expect(output).toContain(says);
    expect(output).not.toContain('hush');
    expect(code).toBe(2);
  });

  test('it will not be reached by other computers without API keys', async () => {
    const { code, output } = await run([
      '--database',
      'postgres://x/y',
      '--mqtt',
      'mqtt://x',
      '--host',
      '0.0.0.0',
    ]);
    expect(code).toBe(2);
    expect(output).toContain('API keys are needed');
  });

  test('it makes an API key and keeps only its hash', async () => {
    const { code, output } = await run(['--new-api-key', 'Fleet office']);
    expect(code).toBe(0);
    expect(output).toMatch(/^arus_[\w-]{43}$/m);
    expect(output).toMatch(/^sha256:[0-9a-f]{64} Fleet office$/m);
  });
});

describe('npm run shore', () => {
  let broker: Mosquitto;
  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(() => broker.remove());

  test('says where it is, in one line, and ends in order when asked', async () => {
    const shore = await startShore(['--database', await emptyDatabase(), '--mqtt', broker.url]);
    expect((await shore.ask('/api/vessels')).json).toMatchObject({ items: [] });

    const { code } = await shore.program.stop(10_000);

    expect(code).toBe(0);
    const said = shore.program
      .output()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{'));
    expect(said).toHaveLength(1);
  });

  test('takes database, broker and port from the environment', async () => {
    const started = startOurProgram(program, [], {
      environment: { DATABASE_URL: await emptyDatabase(), MQTT_URL: broker.url, PORT: '0' },
    });
    const [, port] = await started.line(/at http:\/\/127\.0\.0\.1:(\d+)\/$/, 20_000);
    expect((await askHttp(Number(port), '/api/sync/health')).status).toBe(200);
    await started.stop();
  });

  test('keeps its records within itself when given pglite:', async () => {
    const folder = join(temporaryDirectory('pglite'), 'records');
    const first = await startShore(['--database', `pglite:${folder}`, '--mqtt', broker.url]);
    expect((await first.ask('/api/work-orders')).json).toEqual({ items: [], nextCursor: null });
    await first.stop();
    const again = await startShore(['--database', `pglite:${folder}`, '--mqtt', broker.url]);
    expect((await again.ask('/api/vessels')).status).toBe(200);
    await again.stop();
  });

  test('starts while the broker is away and says so in its health', async () => {
    const shore = await startShore(['--database', await emptyDatabase(), '--mqtt', 'mqtt://127.0.0.1:1']);
    const health = await until('the failure in its health', async () => {
      const answer = await shore.ask('/api/mqtt/reliable-sync/health');
      return answer.text.includes('unreachable') ? answer : null;
    });
    expect(health.status).toBe(503);
    expect(health.json).toMatchObject({ state: 'down', broker: { connected: false } });
    await shore.stop();
  });

  test('another program on its port is named, and the exit code is 1', async () => {
    const first = await startShore(['--database', await emptyDatabase(), '--mqtt', broker.url]);
    const { code, output } = await run([
      '--database',
      await emptyDatabase(),
      '--mqtt',
      broker.url,
      '--port',
      String(first.port),
    ]);
    expect(code).toBe(1);
    expect(output).toContain(`Port ${first.port} is in use`);
    await first.stop();
  });

  test('waits for a database that is away, answers meanwhile, and is ready when it comes', async () => {
    const server = await startPostgres({ fsync: false });
    const { port } = server;
    await server.stop();
    const shorePort = await freePort();
    const started = startOurProgram(program, [
      '--database',
      `postgres://postgres:hush@127.0.0.1:${port}/postgres`,
      '--mqtt',
      broker.url,
      '--port',
      String(shorePort),
    ]);
    await started.line(/the database is away/, 20_000);
    expect((await askHttp(shorePort, '/api/work-orders')).status).toBe(503);
    expect((await askHttp(shorePort, '/api/sync/health')).json).toMatchObject({
      database: { state: 'down' },
    });

    await server.restart();

    await started.line(/^ARUS shore gateway/, 20_000);
    expect((await askHttp(shorePort, '/api/work-orders')).status).toBe(200);
    expect(started.output()).not.toContain('hush');
    await started.stop();
    await server.remove();
  });

  test('serves the office page with a policy that lets it load nothing from elsewhere', async () => {
    const page = temporaryDirectory('page');
    mkdirSync(join(page, 'assets'));
    writeFileSync(join(page, 'office.html'), '<!doctype html><title>ARUS office</title>');
    writeFileSync(join(page, 'index.html'), 'the board');
    writeFileSync(join(page, 'assets', 'office-1234.js'), 'export {};');
    const database = await emptyDatabase();
    const shore = await startShore(['--database', database, '--mqtt', broker.url, '--page', page]);

    const answer = await shore.ask('/');
    expect(answer.text).toContain('ARUS office');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await shore.ask('/assets/office-1234.js')).headers['cache-control']).toContain('immutable');
    expect((await shore.ask('/index.html')).status).toBe(404);
    expect([403, 404]).toContain((await shore.ask('/assets/../../../etc/passwd')).status);
    await shore.stop();
  });
});
