import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { programLog } from '#link/program-log.ts';
import { startOurProgram } from '#support/processes.ts';
import { ScriptedLink } from '#support/scripted-link.ts';
import { smallDisk } from '#support/small-disk.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { openTestVessel, type TestVessel } from '#support/vessel.ts';
import { databaseFileName } from '#vessel/store/open-database.ts';
import { startVessel } from '../station/vessel.ts';

const stateOf = async (vessel: TestVessel) => (await vessel.call('storage.status', {})).state;

/** Another program with the database open and a transaction begun. */
function holder(directory: string): { letGo(): void } {
  const other = new Database(join(directory, databaseFileName));
  other.exec('BEGIN IMMEDIATE');
  return { letGo: () => void other.close() };
}

describe('while another program holds the database', () => {
  test('screens go on, a write waits for it beside them, and is done when it lets go', async () => {
    const vessel = openTestVessel();
    const { id } = await vessel.call('workOrders.create', { title: 'Before' });
    const other = holder(vessel.directory);
    const waiting = vessel.call('workOrders.create', { title: 'Waits' });
    const began = performance.now();
    let longest = 0;
    for (let reads = 0; reads < 20; reads += 1) {
      const asked = performance.now();
      expect(await vessel.call('workOrders.get', { id })).toMatchObject({ title: 'Before' });
      longest = Math.max(longest, performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(longest).toBeLessThan(1_000);
    other.letGo();
    expect(await waiting).toMatchObject({ title: 'Waits' });
    expect(await stateOf(vessel)).toBe('well');
    await vessel.node.close();
  });

  test('a write that waited long is refused in words that can be tried again, it is told, and it passes by itself', async () => {
    const vessel = openTestVessel();
    const other = holder(vessel.directory);
    expect(await vessel.refusal('workOrders.create', { title: 'Refused' })).toEqual({
      code: 'unavailable',
      message: expect.stringContaining("Another program holds the ship's database") as string,
      retryable: true,
    });
    await until('the trouble', async () => (await stateOf(vessel)) === 'busy');
    other.letGo();
    await until('its end', async () => (await stateOf(vessel)) === 'well');
    expect(await vessel.call('workOrders.create', { title: 'Again' })).toMatchObject({ title: 'Again' });
    await vessel.node.close();
  }, 20_000);
});

test('a node that has heard of shore closes, though when that was cannot be written down', async () => {
  const link = new ScriptedLink();
  const vessel = openTestVessel({ openLink: link.open });
  link.up();
  link.answerAsk();
  const other = holder(vessel.directory);
  await vessel.node.close();
  other.letGo();
  const again = openTestVessel({ directory: vessel.directory });
  expect(await stateOf(again)).toBe('well');
  await again.node.close();
});

describe('a full disk', () => {
  test('is told in words while it lasts; reads go on, and it passes by itself; a node starts on one', async ({
    skip,
  }) => {
    const disk = smallDisk(8);
    if (disk === null) {
      skip();
      return;
    }
    const directory = join(disk.directory, 'data');
    const vessel = openTestVessel({ directory });
    const { id } = await vessel.call('workOrders.create', { title: 'Before' });
    disk.fill();
    const refused = await until('a refusal', async () => {
      const result = await vessel.node.call({
        method: 'workOrders.create',
        input: { title: 'x'.repeat(200) },
      });
      return result.ok ? null : result.error;
    });
    expect(refused).toMatchObject({ code: 'unavailable', retryable: true });
    expect(refused.message).toContain('The disk of this computer is full');
    expect(await stateOf(vessel)).toBe('full');
    expect(await vessel.call('workOrders.get', { id })).toMatchObject({ title: 'Before' });
    disk.free();
    await until('the end of it', async () => (await stateOf(vessel)) === 'well');
    await vessel.call('workOrders.create', { title: 'After' });
    await vessel.node.close();

    disk.fill();
    const onFull = openTestVessel({ directory });
    expect(await onFull.call('workOrders.get', { id })).toMatchObject({ title: 'Before' });
    expect(await onFull.refusal('workOrders.create', { title: 'y'.repeat(200) })).toMatchObject({
      code: 'unavailable',
    });
    expect((await onFull.call('storage.status', {})).message).toContain('is full');
    disk.free();
    await until('the end of it', async () => (await stateOf(onFull)) === 'well');
    await onFull.call('workOrders.create', { title: 'And after that' });
    await onFull.node.close();
  }, 30_000);

  test('never ends a program over its log, and what was not logged is counted', async ({ skip }) => {
    const disk = smallDisk(1);
    if (disk === null) {
      skip();
      return;
    }
    const file = join(disk.directory, 'arus.log');
    const log = programLog('test', 'info', file);
    log.info({}, 'before');
    disk.fill();
    const long = 'z'.repeat(10_000);
    for (let line = 0; line < 3; line += 1) log.error({ long }, 'lost');
    disk.free();
    log.info({}, 'after');
    const { readFileSync } = await import('node:fs');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('"msg":"before"');
    expect(text).toMatch(/"lost":3,"msg":"lines of the log could not be written"/);
    expect(text).toContain('"msg":"after"');
  });

  test('the program runs on one, starts on one, and its health says so', async ({ skip }) => {
    const disk = smallDisk(8);
    if (disk === null) {
      skip();
      return;
    }
    const data = join(disk.directory, 'data');
    const first = await startVessel(data);
    await first.program.stop();
    disk.fill();
    const vessel = await startVessel(data);
    expect(await vessel.call('workOrders.create', { title: 'w'.repeat(200) })).toMatchObject({
      ok: false,
      error: { code: 'unavailable', retryable: true },
    });
    const health = await fetch(new URL('/health', vessel.address));
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'failing', storage: { state: 'full' } });
    disk.free();
    await until('health', async () => (await fetch(new URL('/health', vessel.address))).status === 200);
    expect(await vessel.call('workOrders.create', { title: 'After' })).toMatchObject({ ok: true });
    await vessel.program.stop();
  }, 30_000);
});

const nobody = { uid: 65_534, gid: 65_534 };
const isRoot = process.getuid?.() === 0;

/** A node as a user that may do less than these tests. */
function startAsNobody(data: string) {
  return startOurProgram(
    'src/main/station/vessel-program.ts',
    ['--data', data, '--vessel', 'MV-AURORA', '--no-mqtt', '--port', '0', '--log-level', 'warn'],
    { user: nobody, environment: { MQTT_URL: '', PORT: '', HOME: '/tmp' } },
  );
}

async function nobodysFolder(): Promise<string> {
  const data = join(temporaryDirectory('nobody'), 'data');
  mkdirSync(data);
  const vessel = openTestVessel({ directory: data, vesselId: 'MV-AURORA' });
  await vessel.call('workOrders.create', { title: 'There' });
  await vessel.node.close();
  execFileSync('chown', ['-R', `${nobody.uid}:${nobody.gid}`, data]);
  return data;
}

describe('what may not be written to', () => {
  test.for<[name: string, harm: (data: string) => void, named: string]>([
    ['the database file', (data: string) => chmodSync(join(data, databaseFileName), 0o444), databaseFileName],
    ['the folder', (data: string) => chmodSync(data, 0o555), 'data'],
    [
      "the lock, which is somebody else's",
      (data: string) => {
        chownSync(join(data, 'node.lock'), 0, 0);
        chmodSync(join(data, 'node.lock'), 0o600);
      },
      'node.lock',
    ],
    [
      'a log that is left',
      (data: string) => writeFileSync(join(data, `${databaseFileName}-wal`), '', { mode: 0o444 }),
      `${databaseFileName}-wal`,
    ],
  ])(
    '%s: refused at the start with its name and owner, and well again when it may',
    { timeout: 60_000 },
    async ([_, harm, named], { skip }) => {
      if (!isRoot) {
        const reason = 'only root can start a program as somebody else';
        process.stdout.write(`Not tried: ${reason}\n`);
        skip(reason);
      }
      const data = await nobodysFolder();
      harm(data);
      const refused = startAsNobody(data);
      expect(await refused.ended).toMatchObject({ code: 1 });
      expect(refused.output()).toContain('ARUS cannot start: ');
      expect(refused.output()).toContain(`${named} may not be read and written by the user that runs ARUS`);
      expect(refused.output()).toMatch(/belongs to user number \d+ and its mode is 0\d\d\d/);
      expect(refused.output()).not.toMatch(/Another ARUS node|has been serving/);

      execFileSync('chown', ['-R', `${nobody.uid}:${nobody.gid}`, data]);
      execFileSync('chmod', ['-R', 'u+rwX', data]);
      const well = startAsNobody(data);
      await well.line(/^ARUS vessel node MV-AURORA at /);
      await well.stop();
    },
  );

  test('a disk that lets nobody write: refused at the start, and well again when it may be written to', async ({
    skip,
  }) => {
    const disk = smallDisk(8);
    if (disk === null) {
      skip();
      return;
    }
    const directory = join(disk.directory, 'data');
    const vessel = openTestVessel({ directory });
    await vessel.call('workOrders.create', { title: 'Before' });
    await vessel.node.close();
    disk.setReadOnly(true);
    expect(() => openTestVessel({ directory })).toThrow(/may not be read and written/);
    disk.setReadOnly(false);
    const again = openTestVessel({ directory });
    await again.call('workOrders.create', { title: 'After' });
    await again.node.close();
  });
});

test('whatever keeps the program from starting ends it: keys that are none', async () => {
  const data = temporaryDirectory('keys');
  writeFileSync(join(data, 'by-hand-keys.json'), 'garbage');
  const program = startOurProgram(
    'src/main/station/vessel-program.ts',
    ['--data', data, '--vessel', 'MV-AURORA', '--mqtt', 'mqtt://127.0.0.1:9', '--port', '0'],
    { environment: { MQTT_URL: '', PORT: '' } },
  );
  await program.line(/^ARUS cannot start: .*does not hold keys/);
  const ended = await Promise.race([
    program.ended,
    new Promise((resolve) => setTimeout(() => resolve('still there'), 5_000)),
  ]);
  expect(ended).toMatchObject({ code: 1 });
  expect(readdirSync(data)).not.toContain(`${databaseFileName}-wal`);
}, 40_000);
