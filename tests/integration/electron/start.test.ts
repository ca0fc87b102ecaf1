import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { bridgeOf } from './bridge-of.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

describe('settings', () => {
  test('say which vessel this is', async () => {
    const app = await bridge.start({ settings: polaris });
    const info = await bridgeOf(openPage(app)).call({ id: 1, method: 'vessel.info', input: {} });
    expect(info).toMatchObject({
      output: {
        vesselId: 'polaris',
        vesselName: 'MV Polaris',
        device: 'Bridge PC',
        timeZone: 'Asia/Singapore',
      },
    });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([{ title: 'MV Polaris – ARUS' }]);
  });

  test('may be written with a byte order mark, as Windows editors do', async () => {
    const app = await bridge.start({ settings: `\uFEFF${JSON.stringify(polaris)}` });
    const info = await bridgeOf(openPage(app)).call({ id: 1, method: 'vessel.info', input: {} });
    expect(info).toMatchObject({ output: { vesselId: 'polaris' } });
  });

  test('give way to the command line for one run', async () => {
    const args = ['--name', 'MV Borealis', '--disable-gpu', '--time-zone=Etc/GMT-8'];
    const app = await bridge.start({ settings: polaris, args });
    const info = await bridgeOf(openPage(app)).call({ id: 1, method: 'vessel.info', input: {} });
    expect(info).toMatchObject({
      output: { vesselId: 'polaris', vesselName: 'MV Borealis', timeZone: 'Etc/GMT-8' },
    });
    expect(json(bridge.file('arus.json'))).toEqual(polaris);
  });

  test.each([
    ['not JSON', '{ "vessel": ', /arus\.json is not JSON/],
    ['a list', [], /must hold one JSON object/],
    ['an id that topics cannot carry', { ...polaris, vessel: 'no spaces/#' }, /vessel: Letters, digits/],
    ['a missing name', { ...polaris, name: undefined }, /name: is missing/],
    [
      'a time zone of nowhere',
      { ...polaris, timeZone: 'Sea/Middle' },
      /timeZone: Give the name of a time zone, such as/,
    ],
    ['a promise that MQTT does not have', { ...polaris, qos: { changes: 3 } }, /qos: /],
    [
      'a misspelt setting',
      { ...polaris, vesel: 'x' },
      /'vesel' is not a setting; the settings are vessel, name/,
    ],
    [
      'a list of links that is none',
      { ...polaris, openLinksTo: ['https://x/'] },
      /openLinksTo: A host such as/,
    ],
  ])('that are wrong (%s) stop the start with what would be right', async (_what, settings, sentence) => {
    const app = bridge.launch({ settings });
    const { code, stderr } = await app.exited;
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(await app.askedFor('dialog.showErrorBox')).toEqual([
      { title: 'ARUS cannot start', content: expect.stringMatching(sentence) as unknown },
    ]);
    expect(await app.askedFor('BrowserWindow')).toEqual([]);
  });

  test.each([
    [['--vessel', 'x'], /--vessel: Letters, digits/],
    [['--log-level', 'loud'], /--log-level: one of debug, info/],
    [['--mqtt'], /--mqtt needs a value/],
  ])('of the command line that are wrong (%j) do so too', async (args, sentence) => {
    const { code, stderr } = await bridge.launch({ settings: polaris, args }).exited;
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  test('of the broker that are wrong do not keep the crew from their records, and are told on the sync page', async () => {
    const app = await bridge.start({ settings: { ...polaris, mqtt: 'mqtts://shore:8883', ca: 'shore.pem' } });
    const { call } = bridgeOf(openPage(app));
    const status = await call({ id: 1, method: 'sync.status', input: {} });
    expect(status).toMatchObject({
      ok: true,
      output: {
        link: {
          state: 'offline',
          error: {
            code: 'configuration',
            message: expect.stringContaining(bridge.file('shore.pem')) as unknown,
          },
        },
      },
    });
    const created = await call({ id: 2, method: 'workOrders.create', input: { title: 'Grease the winch' } });
    expect(created).toMatchObject({ ok: true });
  });
});

test('--help lists the options and opens nothing', async () => {
  const app = bridge.launch({ args: ['--help'] });
  expect(await app.exited).toMatchObject({ code: 0 });
  expect(await app.askedFor('app.requestSingleInstanceLock')).toEqual([]);
});

test('--data keeps everything of an installation in one folder of its own', async () => {
  const app = await bridge.start({ args: ['--data', 'second', '--vessel', 'polaris'] });
  const folder = bridge.file('second');
  expect(await app.askedFor('app.setPath')).toEqual([
    { name: 'userData', path: folder },
    { name: 'sessionData', path: bridge.file('second', 'screen') },
    { name: 'crashDumps', path: bridge.file('second', 'crashes') },
  ]);
  expect(await app.askedFor('app.requestSingleInstanceLock')).toEqual([{ userData: folder }]);
  expect(statSync(bridge.file('second', 'vessel')).isDirectory()).toBe(true);
});

test.each(['screen', 'crashes'])('a folder that cannot be made does not stop the start: %s', async (name) => {
  const failure = { calls: 'mkdir', path: bridge.file(name), code: 'ENOSPC', times: Infinity } as const;
  const app = await bridge.start({ settings: polaris, fileFailures: [failure] });
  const paths = (await app.askedFor('app.setPath')).map(
    (one) => z.object({ path: z.string() }).parse(one).path,
  );
  expect(paths).not.toContain(bridge.file(name));
  expect(paths).toHaveLength(2);
});

test('a second start ends at once and brings the first one to the front', async () => {
  const second = bridge.launch({ settings: polaris, first: false });
  expect(await second.exited).toMatchObject({ code: 0 });
  expect(await second.askedFor('BrowserWindow')).toEqual([]);

  const first = await bridge.start({ settings: polaris });
  await first.do({ do: 'minimize window' });
  await first.do({ do: 'second instance' });
  const asked = (await first.asked()).map(({ what }) => what);
  expect(asked.slice(-3)).toEqual(['window.restore', 'window.show', 'window.focus']);
});

test('a database that the node refuses is explained in the window', async () => {
  await (await bridge.start({ settings: polaris })).close();
  const app = await bridge.start({ settings: { ...polaris, vessel: 'borealis' } });
  expect(await app.nodeSettled()).toMatchObject({
    phase: 'stopped',
    reason: expect.stringMatching(
      /belongs to vessel polaris, not borealis.*give polaris as the ship's id again/,
    ) as unknown,
    nextAttemptAt: null,
  });
  const { call } = bridgeOf(openPage(app));
  expect(await call({ id: 1, method: 'vessel.info', input: {} })).toMatchObject({
    ok: false,
    error: { code: 'unavailable', retryable: true },
  });
  expect(await app.close()).toEqual({ code: 0, stderr: '' });
});

test('closing the window closes the vessel node and ends the app', async () => {
  const app = await bridge.start({ settings: polaris });
  const { call } = bridgeOf(openPage(app));
  await call({ id: 1, method: 'workOrders.create', input: { title: 'Test the bilge alarm' } });
  expect(existsSync(bridge.file('vessel', 'arus.db-wal'))).toBe(true);
  expect(await app.close()).toEqual({ code: 0, stderr: '' });
  // SQLite writes its log into the database and removes it when the last connection is closed in order.
  expect(existsSync(bridge.file('vessel', 'arus.db-wal'))).toBe(false);

  const again = await bridge.start();
  const list = await bridgeOf(openPage(again)).call({ id: 1, method: 'workOrders.list', input: {} });
  expect(list).toMatchObject({ ok: true, output: { items: [{ title: 'Test the bilge alarm' }] } });
});

test('the log is put aside when it has grown past 5 MB', async () => {
  await (await bridge.start({ settings: polaris })).close();
  writeFileSync(bridge.file('logs', 'arus.log'), 'x'.repeat(5_000_001));
  await (await bridge.start()).close();
  expect(statSync(bridge.file('logs', 'arus.1.log')).size).toBe(5_000_001);
  expect(statSync(bridge.file('logs', 'arus.log')).size).toBeLessThan(100_000);
});

test('the menu shows where the settings are', async () => {
  const app = await bridge.start({ settings: polaris });
  await app.do({ do: 'choose', label: 'Show settings file' });
  expect(await app.askedFor('shell.showItemInFolder')).toEqual([{ path: bridge.file('arus.json') }]);
});
