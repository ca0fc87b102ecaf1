import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EndError } from '#station/file-transfer/end.ts';
import { saveFile } from '#station/file-transfer/save-file.ts';
import { startOurProgram, type RunningProgram } from '#support/processes.ts';
import { projectRoot } from '#support/project.ts';
import { emptyDatabase } from '#support/shared-databases.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Both programs with no link between them, and the command that carries files. */
describe('npm run by-hand', () => {
  let shore: Shore;
  let ship: RunningProgram;
  let data: string;
  let address: string;
  let token: string;
  let stick: string;

  beforeAll(async () => {
    const database = await emptyDatabase();
    shore = await startShore([
      '--database',
      database,
      '--mqtt',
      'mqtt://127.0.0.1:9',
      '--log-level',
      'silent',
    ]);
    data = temporaryDirectory('by-hand-ship');
    ship = startOurProgram('src/main/station/vessel-program.ts', [
      '--data',
      data,
      '--vessel',
      'MV-AURORA',
      '--no-mqtt',
      '--port',
      '0',
      '--log-level',
      'silent',
    ]);
    [, address = '', token = ''] = await ship.line(/ at (http\S+)#token=(\S+)$/, 30_000);
    stick = temporaryDirectory('stick');
  });
  afterAll(async () => {
    await ship.stop(10_000);
    await shore.stop();
  });

  const run = (parameters: readonly string[]): Promise<Ended> =>
    new Promise((resolve) => {
      const program = join(projectRoot, 'src/main/station/file-transfer-program.ts');
      execFile(process.execPath, [program, ...parameters], { cwd: stick }, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
      );
    });
  const onBoard = (...parameters: string[]): Promise<Ended> =>
    run(['--data', data, '--port', new URL(address).port, ...parameters]);
  const ashore = (...parameters: string[]): Promise<Ended> =>
    run(['--office', `http://127.0.0.1:${shore.port}`, '--vessel', 'MV-AURORA', ...parameters]);
  const create = (title: string): Promise<unknown> =>
    fetch(`${address}call/workOrders.create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    });
  const fingerprintIn = ({ out }: Ended): string => /\d{5}( \d{5}){5}/.exec(out)?.[0] ?? '';

  test('a ship that never had a link: keys by file, changes there, the answer back, and nothing waits', async () => {
    const ofShip = await onBoard('keys', '--save', 'ship.key');
    const ofOffice = await ashore('keys', '--save', 'office.key');
    expect(ofOffice).toMatchObject({ code: 0 });
    expect(ofOffice.out).toContain('Key of the other end: not known yet');
    expect((await ashore('keys', '--take', 'ship.key', '--fingerprint', fingerprintIn(ofShip))).code).toBe(0);
    const wrong = await onBoard('keys', '--take', 'office.key', '--fingerprint', fingerprintIn(ofShip));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('not that of this key');
    const taken = await onBoard('keys', '--take', 'office.key', '--fingerprint', fingerprintIn(ofOffice));
    expect(taken.out).toContain(`Key of shore:\n  ${fingerprintIn(ofOffice)}`);

    await create('Written without a link');
    const made = await onBoard('export', '--part-size', '5');
    expect(made).toMatchObject({ code: 0 });
    expect(made.out).toMatch(/^1 change, in one file:\n {2}arus-mv-aurora-to-office-\S+-1-of-1\.arus/);
    const again = await onBoard('export');
    expect(again.out).toMatch(/^1 change, of which 1 were in the file of \d+ \w+ \d\d:\d\d/);
    const up = readdirSync(stick).filter((name) => name.includes('to-office'));
    expect(readdirSync(stick).some((name) => name.endsWith('.unfinished'))).toBe(false);
    const imported = await ashore('import', ...up);
    expect(imported.code).toBe(0);
    expect(imported.out).toMatch(/was taken in: 1 change\./);
    expect((await ashore('list')).out).toMatch(/taken in/);
    await ashore('export');
    const down = readdirSync(stick).filter((name) => name.includes('to-ship'));
    expect((await onBoard('import', ...down)).code).toBe(0);
    const listed = await onBoard('list');
    expect(listed.out).toMatch(/^Waiting: 0 changes\n/);
    expect(listed.out).toMatch(/answered/);
  });

  test('a file that was cut on the stick is refused in words, and the command says so to scripts', async () => {
    await create('One more');
    mkdirSync(join(stick, 'cut'));
    await onBoard('export', '--out', 'cut');
    const [name = ''] = readdirSync(join(stick, 'cut'));
    truncateSync(join(stick, 'cut', name), readFileSync(join(stick, 'cut', name)).length - 30);
    const cut = await ashore('import', join('cut', name));
    expect(cut.code).toBe(1);
    expect(cut.out).toMatch(/cut short\. It has \d+ of \d+ bytes\. Nothing was taken in/);
  });

  test.each([
    [['export'], 'say which end this is'],
    [['--data', '/nowhere', 'export'], 'station-token is missing'],
    [['--office', 'office', '--vessel', 'MV-AURORA', 'list'], 'not the address of a gateway'],
    [['--office', 'http://127.0.0.1:1', 'list'], '--vessel ID is missing'],
    [['--data', '/nowhere', 'export', '--part-size', '900'], 'Give megabytes from'],
    [['send'], 'unknown command'],
  ])('wrong options end with 2 and a sentence: %j', async (parameters, words) => {
    const ended = await run(parameters);
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining(words) });
  });

  test('--help names every command', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const name of ['export', 'import', 'keys', 'list']) expect(help.out).toContain(name);
  });

  test('an office that does not answer is said in a sentence', async () => {
    const ended = await run(['--office', 'http://127.0.0.1:1', '--vessel', 'MV-AURORA', 'list']);
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('does not answer') });
  });

  test('a full stick is a clear error, and leaves no file that looks whole', () => {
    // The device that is always full, in the place where the file is written before it gets its name.
    symlinkSync('/dev/full', join(stick, 'changes.arus.unfinished'));
    const save = (): string => saveFile(stick, 'changes.arus', new Uint8Array(1_000));
    expect(save).toThrow(EndError);
    symlinkSync('/dev/full', join(stick, 'changes.arus.unfinished'));
    expect(save).toThrow(/There is no room for .*changes\.arus\. Nothing of it was left there/);
    expect(existsSync(join(stick, 'changes.arus'))).toBe(false);
    expect(existsSync(join(stick, 'changes.arus.unfinished'))).toBe(false);
  });
});
