import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { freePort } from '#support/ports.ts';
import { projectRoot } from '#support/project.ts';
import { bridgeOf } from './bridge-of.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

const log = (): string => readFileSync(bridge.file('logs', 'arus.log'), 'utf8');
const nodeLog = (): string => readFileSync(bridge.file('logs', 'vessel.log'), 'utf8');

async function raiseOne(app: DesktopApp): Promise<void> {
  const input = { title: 'Test the fog bell' };
  expect(await bridgeOf(openPage(app)).call({ id: 1, method: 'workOrders.create', input })).toMatchObject({
    ok: true,
  });
}

describe('Windows, which logs its user off without quitting the app', () => {
  test('lets the node close in order and the place of the window be kept', async () => {
    const app = await bridge.start({ settings: polaris });
    await raiseOne(app);
    await app.do({ do: 'move window', bounds: { x: 40, y: 60, width: 1000, height: 700 } });
    expect(existsSync(bridge.file('vessel', 'arus.db-wal'))).toBe(true);
    await app.do({ do: 'log off', graceMs: 10_000 }).catch(() => {});
    expect((await app.exited).code).toBe(0);
    expect(existsSync(bridge.file('vessel', 'arus.db-wal'))).toBe(false);
    expect(readFileSync(bridge.file('window-state.json'), 'utf8')).toContain('"x":40');
    expect(log()).toContain('"reasons":["logoff"]');
  });
});

describe('a start while the app closes', () => {
  test('waits for its end, and then opens', async () => {
    const app = await bridge.start({ settings: polaris, args: ['--disable-gpu'] });
    await raiseOne(app);
    await app.do({ do: 'close window and start' });
    expect(await app.exited).toMatchObject({ code: 0 });
    expect(await app.askedFor('app.relaunch')).toEqual([{ args: ['--disable-gpu'] }]);
    expect(existsSync(bridge.file('vessel', 'arus.db-wal'))).toBe(false);
    const asked = (await app.asked()).map(({ what }) => what);
    expect(asked.indexOf('app.relaunch')).toBeLessThan(asked.indexOf('app.exit'));
    expect(asked).not.toContain('window.focus');
  });

  test('that nobody made starts nothing', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.close();
    expect(await app.askedFor('app.relaunch')).toEqual([]);
  });
});

describe('a second start', () => {
  test('says that the first one runs, and that its options are not used', async () => {
    const plain = bridge.launch({ settings: polaris, first: false });
    expect(await plain.exited).toMatchObject({ code: 0 });
    expect(await plain.printed()).toContain(`ARUS is running with ${bridge.home} already`);
    expect(await plain.printed()).not.toContain('options');
    const other = bridge.launch({ first: false, args: ['--name=MV Borealis'] });
    await other.exited;
    expect(await other.printed()).toContain('The options given now are not used: quit it first.');
  });
});

describe('a computer that slept', () => {
  test('has the link tried at once when it wakes', async () => {
    const settings = { ...polaris, mqtt: `mqtt://127.0.0.1:${await freePort()}` };
    const app = await bridge.start({ settings });
    await app.do({ do: 'power', event: 'suspend' });
    expect(log()).toContain('The computer goes to sleep.');
    expect(nodeLog()).not.toContain('awake again; looking at the link');
    await app.do({ do: 'power', event: 'resume' });
    await vi.waitFor(() => expect(nodeLog()).toContain('awake again; looking at the link'), {
      timeout: 20_000,
    });
  });

  test('without a broker is no trouble', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.do({ do: 'power', event: 'resume' });
    expect(log()).toContain('The computer is awake again.');
    expect(await app.close()).toEqual({ code: 0, stderr: '' });
  });

  test('or shuts down closes the app in order', async () => {
    const app = await bridge.start({ settings: polaris });
    await raiseOne(app);
    await app.do({ do: 'power', event: 'shutdown' });
    expect(await app.exited).toMatchObject({ code: 0 });
    expect(existsSync(bridge.file('vessel', 'arus.db-wal'))).toBe(false);
  });
});

describe('closing the window', () => {
  test('ends the app, unless the settings say otherwise', async () => {
    const app = await bridge.start({ settings: { ...polaris, closeToTray: false } });
    expect(await app.close()).toMatchObject({ code: 0 });
  });

  test('leaves it at work where they do; a second start finds it, and quitting ends it', async () => {
    const app = await bridge.start({ settings: { ...polaris, closeToTray: true } });
    await app.do({ do: 'close window' });
    expect(await app.askedFor('window.minimize')).toHaveLength(1);
    expect(await app.askedFor('app.exit')).toEqual([]);
    await raiseOne(app);
    await app.do({ do: 'second instance' });
    expect((await app.asked()).slice(-3).map(({ what }) => what)).toEqual([
      'window.restore',
      'window.show',
      'window.focus',
    ]);
    await app.do({ do: 'quit' });
    expect(await app.exited).toMatchObject({ code: 0 });
  });

  test('at log-off ends it all the same', async () => {
    const app = await bridge.start({ settings: { ...polaris, closeToTray: true } });
    await app.do({ do: 'log off', graceMs: 10_000 }).catch(() => {});
    expect((await app.exited).code).toBe(0);
  });
});

test('Windows knows the app by the id that its installer gives it', async () => {
  const app = await bridge.start({ settings: polaris });
  const packed = readFileSync(join(projectRoot, 'electron-builder.yml'), 'utf8');
  expect(await app.askedFor('app.setAppUserModelId')).toEqual([{ id: /^appId: (.+)$/m.exec(packed)?.[1] }]);
});

test('nobody is asked for a keyring', async () => {
  const app = await bridge.start({ settings: polaris });
  expect(await app.askedFor('app.commandLine.appendSwitch')).toEqual([
    { name: 'password-store', value: 'basic' },
  ]);
});
