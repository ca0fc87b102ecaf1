import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RunningProgram, startProgram } from '#support/processes.ts';
import { projectRoot } from '#support/project.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';

function npmStart(directory: string, electron: string, ...parameters: string[]): RunningProgram {
  const environment = { ELECTRON_EXEC_PATH: electron, INIT_CWD: directory };
  return startProgram(
    process.execPath,
    [join(projectRoot, 'scripts', 'start.ts'), '--no-build', ...parameters],
    {
      directory: projectRoot,
      environment,
    },
  );
}

describe('npm start without an Electron', () => {
  const none = '/nowhere/electron';

  test('says why in one line and serves the same ship to a browser', async () => {
    const directory = temporaryDirectory('start');
    const program = npmStart(
      directory,
      none,
      '--data',
      'ship',
      '--vessel',
      'polaris',
      '--name',
      'MV Polaris',
    );
    await program.line(
      /^No Electron here \(there is no file at ELECTRON_EXEC_PATH\); serving the same screens/m,
      30_000,
    );
    const [, address = '', token = ''] = await program.line(
      /at (http:\/\/127\.0\.0\.1:\d+)\/?#token=(\S+)/,
      30_000,
    );
    const response = await fetch(`${address}/call/vessel.info`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(await response.json()).toMatchObject({
      ok: true,
      output: { vesselId: 'polaris', vesselName: 'MV Polaris' },
    });
    await program.stop();
  });

  test('serves a ship to try things on where none is set up, and fixes nothing', async () => {
    const directory = temporaryDirectory('start');
    const program = npmStart(directory, none, '--data', 'ship');
    await program.line(/^No ship is set up here: this is a ship to try things on/m, 30_000);
    await program.line(/at http:\/\/127\.0\.0\.1:\d+/, 30_000);
    expect(readdirSync(join(directory, 'ship'))).toEqual(['trial']);
    await program.stop();
  });

  test('serves the ship that the accounts of this computer share', async () => {
    const directory = temporaryDirectory('start');
    const shared = join(directory, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o2770);
    const ship = { vessel: 'stella', name: 'MV Stella', device: 'Bridge PC', timeZone: 'UTC', mqtt: null };
    writeFileSync(join(shared, 'arus.json'), JSON.stringify(ship));
    const program = startProgram(process.execPath, [join(projectRoot, 'scripts', 'start.ts'), '--no-build'], {
      directory: projectRoot,
      environment: {
        ELECTRON_EXEC_PATH: none,
        INIT_CWD: directory,
        XDG_CONFIG_HOME: directory,
        ARUS_SHARED_FOLDER: shared,
      },
    });
    await program.line(/^ARUS vessel node stella at http:\/\/127\.0\.0\.1:\d+/m, 30_000);
    expect(readdirSync(shared).toSorted()).toEqual(['arus.json', 'vessel']);
    expect(statSync(join(shared, 'vessel')).mode & 0o7777).toBe(0o2770);
    await program.stop();
  });

  test('fails with a sentence where Electron is required', async () => {
    const program = npmStart(temporaryDirectory('start'), none, '--require-electron');
    expect(await program.ended).toMatchObject({ code: 1 });
    expect(program.output()).toBe("Electron's binary is missing: there is no file at ELECTRON_EXEC_PATH.\n");
  });

  test('refuses a wrong option with what would be right', async () => {
    const program = npmStart(temporaryDirectory('start'), none, '--data', 'ship', '--vessel', '#');
    expect(await program.ended).toMatchObject({ code: 2 });
    expect(program.output()).toContain('--vessel: Letters, digits, - and _, 2 to 40 of them');
  });
});

test('npm start with an Electron hands it the built app and the options', async () => {
  const directory = temporaryDirectory('start');
  const electron = join(directory, 'electron');
  writeFileSync(electron, '#!/bin/sh\necho "started with $*"\nexit 7\n');
  chmodSync(electron, 0o755);
  const program = npmStart(directory, electron, '--require-electron', '--data', 'ship', '--no-sandbox');
  expect(await program.ended).toMatchObject({ code: 7 });
  expect(program.output()).toContain(`started with ${projectRoot} --data=ship --no-sandbox`);
});
