import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { syncStatus } from '#shared/contract/sync.ts';
import { certificateAuthority } from '#support/certificates.ts';
import { startMosquitto } from '#support/mosquitto.ts';
import { startOurProgram } from '#support/processes.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { until } from '#support/until.ts';
import { keptToken, startVessel, startVesselProgram, type VesselProcess } from './vessel.ts';

let folder: string;
let data: string;
beforeEach(() => {
  folder = temporaryDirectory('vessel');
  data = join(folder, 'data');
});

async function statusOf(vessel: VesselProcess) {
  const result = await vessel.call('sync.status');
  return syncStatus.parse(result.ok ? result.output : null);
}

describe('The vessel program', () => {
  test('makes its folder, says where it is, answers, and ends in order when asked to', async () => {
    const vessel = await startVessel(data, ['--no-mqtt', '--name', 'Aurora', '--device', 'Bridge PC']);
    expect(await vessel.call('vessel.info')).toMatchObject({
      ok: true,
      output: { vesselId: 'MV-AURORA', vesselName: 'Aurora', device: 'Bridge PC' },
    });
    expect(await vessel.program.stop()).toEqual({ code: 0, signal: null });
    expect(existsSync(join(data, 'arus.db-wal'))).toBe(false);
  });

  test('makes a token for this user’s eyes only, and keeps it', async () => {
    const first = await startVessel(data);
    expect(keptToken(data)).toBe(first.token);
    expect(first.token).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(data, 'station-token')).mode & 0o777).toBe(0o600);
    await first.program.stop();
    chmodSync(join(data, 'station-token'), 0o644);
    const second = await startVessel(data);
    expect(second.token).toBe(first.token);
    expect(statSync(join(data, 'station-token')).mode & 0o777).toBe(0o600);
    await second.program.stop();
  });

  test('takes a token that it is given, and writes no token to its log', async () => {
    const vessel = await startVessel(data, [
      '--no-mqtt',
      '--token',
      'given-by-the-operator',
      '--log-level',
      'debug',
    ]);
    expect(vessel.token).toBe('given-by-the-operator');
    expect(await vessel.call('vessel.info')).toMatchObject({ ok: true });
    await vessel.program.stop();
    const log = vessel.program
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'));
    expect(log).not.toEqual([]);
    expect(log.join('\n')).not.toContain('given-by-the-operator');
  });

  test('keeps what was saved when it is killed', async () => {
    const before = await startVessel(data);
    const created = await before.call('workOrders.create', { title: 'Renew fuel pump seal' });
    await before.program.kill();
    const after = await startVessel(data);
    const id =
      created.ok && typeof created.output === 'object' && created.output !== null && 'id' in created.output;
    expect(id).toBe(true);
    expect(await after.call('workOrders.list', {})).toMatchObject({
      ok: true,
      output: { total: 1, items: [{ title: 'Renew fuel pump seal' }] },
    });
    await after.program.stop();
  });

  test('takes the broker and the port from the environment too', async () => {
    const broker = await startMosquitto();
    const program = startVesselProgram(['--data', data, '--vessel', 'MV-AURORA'], {
      MQTT_URL: broker.url,
      PORT: '0',
    });
    await program.line(/^ARUS vessel node MV-AURORA at /);
    await until('the link', () => program.output().includes('Link up'));
    await program.stop();
    await broker.remove();
  });
});

describe('The vessel program and its link', () => {
  test('wrong credentials are shown in words on the screen, and work goes on', async () => {
    const authority = certificateAuthority();
    const broker = await startMosquitto({
      tls: { ...authority.server(), authority: authority.certificate },
      passwords: { 'MV-AURORA': 'right' },
    });
    const password = join(folder, 'password');
    writeFileSync(password, 'wrong');
    const vessel = await startVessel(data, [
      '--mqtt',
      broker.url,
      '--ca',
      authority.certificate,
      '--mqtt-user',
      'MV-AURORA',
      '--mqtt-password-file',
      password,
    ]);
    const shown = await until('the reason', async () => (await statusOf(vessel)).link.error);
    expect(shown).toMatchObject({
      code: 'credentials',
      message: expect.stringContaining('wrong user, password'),
    });
    expect(await vessel.call('workOrders.create', { title: 'Grease windlass' })).toMatchObject({ ok: true });
    expect((await statusOf(vessel)).link.broker).toBe(`localhost:${broker.port}`);
    await vessel.program.stop();
    await broker.remove();
  });
});

describe('The vessel program cannot start, says why in a sentence, and ends with 1', () => {
  async function endOf(further: readonly string[] = []) {
    const program = startVesselProgram([
      '--data',
      data,
      '--vessel',
      'MV-AURORA',
      '--no-mqtt',
      '--port',
      '0',
      ...further,
    ]);
    const { code } = await program.ended;
    return {
      code,
      said: program
        .output()
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('{')),
    };
  }

  test('when another node runs on the folder', async () => {
    const first = await startVessel(data);
    expect(await endOf()).toEqual({
      code: 1,
      said: [
        expect.stringMatching(
          /^ARUS cannot start: This account has been serving this ship \(.*\) to browsers on this computer since /,
        ),
      ],
    });
    expect(await first.call('vessel.info')).toMatchObject({ ok: true });
    await first.program.stop();
  });

  test('when the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await endOf(['--port', String(port)])).toEqual({
      code: 1,
      said: [
        `ARUS cannot start: Port ${port} is in use by another program. Choose another with --port, or 0 for any free one.`,
      ],
    });
    other.close();
  });

  test('when the database was written by a newer ARUS, which it leaves as it is', async () => {
    mkdirSync(data);
    const newer = new Database(join(data, 'arus.db'));
    newer.pragma('user_version = 999');
    newer.close();
    expect(await endOf()).toEqual({ code: 1, said: [expect.stringMatching(/newer ARUS/)] });
  });

  test('when the database is no database', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'arus.db'), 'x'.repeat(10_000));
    expect(await endOf()).toEqual({ code: 1, said: [expect.stringMatching(/damaged/)] });
  });

  test('when the folder is a file', async () => {
    writeFileSync(data, '');
    expect(await endOf()).toEqual({
      code: 1,
      said: [expect.stringMatching(/data directory .* cannot be used/)],
    });
  });

  test('when the token file holds something else', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'station-token'), 'short\n');
    expect(await endOf()).toEqual({
      code: 1,
      said: [expect.stringMatching(/does not hold a token.*Delete it/)],
    });
  });
});

describe('An option that is missing or wrong ends the program with 2', () => {
  test.each<[string, string[], RegExp]>([
    ['no folder', ['--vessel', 'MV-AURORA', '--no-mqtt'], /^error: --data DIR is missing: the folder/],
    [
      'a certificate that is not there',
      ['--data', '/nowhere', '--vessel', 'MV-AURORA', '--mqtt', 'mqtts://x', '--ca', '/none.pem'],
      /^error: --ca: the file \/none.pem does not exist/,
    ],
  ])('%s', async (_what, parameters, words) => {
    const program = startVesselProgram(parameters);
    expect(await program.ended).toEqual({ code: 2, signal: null });
    expect(program.output()).toMatch(words);
    expect(existsSync('/nowhere')).toBe(false);
  });

  test('and --help ends it with 0', async () => {
    const program = startVesselProgram(['--help']);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.output()).toMatch(/^Usage: npm run vessel --/);
  });
});

describe('The verify program', () => {
  const verify = async (...parameters: string[]) => {
    const program = startOurProgram('src/main/station/verify-program.ts', parameters);
    const { code } = await program.ended;
    return { code, said: program.output().trim() };
  };

  async function someWork(): Promise<VesselProcess> {
    const vessel = await startVessel(data);
    for (const title of ['Overhaul purifier', 'Test emergency stop'])
      await vessel.call('workOrders.create', { title });
    return vessel;
  }

  test('counts what it verified and ends with 0, while the node runs and after', async () => {
    const vessel = await someWork();
    const expected = {
      code: 0,
      said: expect.stringMatching(/^Verified: 2 changes give exactly the 2 records/),
    };
    expect(await verify('--data', data)).toEqual(expected);
    expect(await vessel.call('workOrders.create', { title: 'Still writing' })).toMatchObject({ ok: true });
    await vessel.program.stop();
    expect(await verify('--data', data)).toMatchObject({
      code: 0,
      said: expect.stringContaining('3 changes'),
    });
    const again = await startVessel(data);
    expect(await again.call('workOrders.counts')).toMatchObject({ ok: true, output: { total: 3 } });
    await again.program.stop();
  });

  test('names the first difference and ends with 1 when someone altered a record behind the journal', async () => {
    const vessel = await someWork();
    await vessel.program.stop();
    const database = new Database(join(data, 'arus.db'));
    const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
    for (const name of triggers) database.exec(`drop trigger "${String(name)}"`);
    database.exec("update work_order set title = 'Never happened' where title = 'Overhaul purifier'");
    database.close();
    const { code, said } = await verify('--data', data);
    expect(code).toBe(1);
    expect(said).toMatch(/^Not verified: .*title/);
  });

  test('names the entry at which the chain breaks when someone altered the journal', async () => {
    const vessel = await someWork();
    await vessel.program.stop();
    const database = new Database(join(data, 'arus.db'));
    const triggers = database.prepare("select name from sqlite_master where type = 'trigger'").pluck().all();
    for (const name of triggers) database.exec(`drop trigger "${String(name)}"`);
    database.exec('update sync_journal set at = at + 1 where number = 1');
    database.close();
    expect(await verify('--data', data)).toMatchObject({
      code: 1,
      said: expect.stringMatching(/^Not verified: /),
    });
  });

  test('says that a torn database cannot be read, and ends with 3', async () => {
    mkdirSync(data);
    writeFileSync(join(data, 'arus.db'), 'x'.repeat(10_000));
    expect(await verify('--data', data)).toMatchObject({
      code: 3,
      said: expect.stringMatching(/cannot be read/),
    });
  });

  test('names a missing or wrong option and ends with 2', async () => {
    expect(await verify()).toMatchObject({ code: 2, said: expect.stringMatching(/--data DIR is missing/) });
    expect(await verify('--data', data)).toMatchObject({
      code: 2,
      said: expect.stringMatching(/no vessel's database/),
    });
    expect(await verify('--data', data, '--fix')).toMatchObject({
      code: 2,
      said: expect.stringMatching(/unknown option/),
    });
    expect(await verify('--help')).toMatchObject({ code: 0, said: expect.stringMatching(/--data/) });
  });
});
