import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPage } from '#support/electron-stand-in/page.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { projectRoot } from '#support/project.ts';
import { bridgeOf } from './bridge-of.ts';

let bridge: Bridge;
beforeEach(() => {
  bridge = new Bridge();
});
afterEach(() => bridge.leave());

const keptState = (): unknown => JSON.parse(readFileSync(bridge.file('window-state.json'), 'utf8'));

describe('the window', () => {
  test('gives its page no power that a page should not have', async () => {
    const app = await bridge.start({ settings: polaris });
    const [options] = await app.askedFor('BrowserWindow');
    expect(options).toMatchObject({
      webPreferences: {
        preload: join(projectRoot, 'out', 'preload', 'preload.cjs'),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
        webviewTag: false,
        navigateOnDragDrop: false,
        spellcheck: false,
        devTools: false,
      },
    });
    expect(await app.askedFor('app.enableSandbox')).toHaveLength(1);
    expect(await app.askedFor('window.loadURL')).toEqual([{ url: 'app://arus/' }]);
  });

  test('can be looked into from a checkout, and not from an installed app', async () => {
    const entries = z.array(
      z.object({ submenu: z.array(z.object({ role: z.string().optional() })).optional() }),
    );
    const roles = (menu: unknown) =>
      entries.parse(menu).flatMap(({ submenu }) => (submenu ?? []).map(({ role }) => role));

    const installed = await bridge.start({ settings: polaris });
    const [menu] = await installed.askedFor('Menu.setApplicationMenu');
    expect(roles(menu)).not.toContain('toggleDevTools');
    expect(roles(menu)).not.toContain('reload');
    await installed.close();

    const checkout = await bridge.start({ packaged: false });
    expect(roles((await checkout.askedFor('Menu.setApplicationMenu'))[0])).toContain('toggleDevTools');
    expect(await checkout.askedFor('BrowserWindow')).toMatchObject([{ webPreferences: { devTools: true } }]);
  });

  test('is shown only when its page is painted', async () => {
    const app = await bridge.start({ settings: polaris });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([{ show: false }]);
    const asked = (await app.asked()).map(({ what }) => what);
    expect(asked.indexOf('window.show')).toBeGreaterThan(asked.indexOf('window.loadURL'));
  });
});

describe('a desktop that does not tell when a window is painted, as under Wayland', () => {
  test('shows it once its page has loaded', async () => {
    const app = await bridge.start({ settings: polaris, withheld: ['ready-to-show'] });
    const asked = (await app.asked()).map(({ what }) => what);
    expect(asked.filter((what) => what === 'window.show')).toHaveLength(1);
    expect(asked.indexOf('window.show')).toBeGreaterThan(asked.indexOf('window.loadURL'));
  });

  test('shows it after a while though nothing is told', async () => {
    const app = await bridge.start({
      settings: polaris,
      withheld: ['ready-to-show', 'did-finish-load'],
    });
    await vi.waitFor(async () => expect(await app.askedFor('window.show')).toHaveLength(1), {
      timeout: 10_000,
    });
  });

  test('shows it once where everything is told', async () => {
    const app = await bridge.start({ settings: polaris });
    expect(await app.askedFor('window.show')).toHaveLength(1);
  });
});

describe('its place', () => {
  test('is the middle of the main display at first', async () => {
    const app = await bridge.start({ settings: polaris });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([{ x: 320, y: 120, width: 1280, height: 800 }]);
  });

  test('fits a display smaller than the window would like', async () => {
    const displays = [{ id: 1, workArea: { x: 0, y: 24, width: 1024, height: 744 } }];
    const app = await bridge.start({ settings: polaris, displays });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([{ x: 0, y: 24, width: 1024, height: 744 }]);
  });

  test('is kept from one start to the next, even through a power cut', async () => {
    const bounds = { x: 40, y: 60, width: 1000, height: 700 };
    const app = await bridge.start({ settings: polaris });
    await app.do({ do: 'move window', bounds });
    await vi.waitFor(() => expect(keptState()).toMatchObject({ bounds }), { timeout: 5_000 });
    app.kill();
    await app.exited;

    const again = await bridge.start();
    expect(await again.askedFor('BrowserWindow')).toMatchObject([bounds]);
  });

  test('is kept as maximized', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.do({ do: 'maximize window' });
    await app.close();
    const again = await bridge.start();
    expect(await again.askedFor('window.maximize')).toHaveLength(1);
  });

  const second = { id: 2, workArea: { x: 1920, y: 0, width: 1920, height: 1040 } };
  const bounds = { x: 2000, y: 100, width: 1000, height: 700 };

  test('is on the second display while that is there', async () => {
    writeFileSync(bridge.file('window-state.json'), JSON.stringify({ bounds }));
    const main = { id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } };
    const app = await bridge.start({ settings: polaris, displays: [main, second] });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([bounds]);
  });

  test('is in reach again when that display is gone', async () => {
    writeFileSync(bridge.file('window-state.json'), JSON.stringify({ bounds }));
    const app = await bridge.start({ settings: polaris });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([{ x: 320, y: 120, width: 1280, height: 800 }]);
  });

  test.each([
    ['broken', '{'],
    ['of other types', '{"bounds":{"x":"left","y":0,"width":1,"height":1}}'],
    ['absurd', '{"bounds":{"x":1e9,"y":0,"width":1e9,"height":10}}'],
    ['with a colour that is none', '{"ground":"url(https://x)"}'],
  ])('does not hinder a start when what was kept is %s', async (_what, content) => {
    writeFileSync(bridge.file('window-state.json'), content);
    const app = await bridge.start({ settings: polaris });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([
      { x: 320, y: 120, width: 1280, height: 800, backgroundColor: '#f7f8f8' },
    ]);
  });
});

describe('its colour', () => {
  const night = '#000000';

  test('is at first that of the theme which the page will choose', async () => {
    const themes = readFileSync(join(projectRoot, 'src', 'renderer', 'public', 'theme.js'), 'utf8');
    const ground = (theme: string) => new RegExp(`${theme}: '(#[0-9a-f]{6})'`).exec(themes)?.[1];
    const day = await bridge.start({ settings: polaris });
    expect(await day.askedFor('BrowserWindow')).toMatchObject([{ backgroundColor: ground('day') }]);
    await day.close();

    const other = new Bridge();
    const dusk = await other.start({ settings: polaris, dark: true });
    expect(await dusk.askedFor('BrowserWindow')).toMatchObject([{ backgroundColor: ground('dusk') }]);
    await other.leave();
  });

  test('follows the page, frame and all, and is there before anything else at the next start', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.do({ do: 'show colours', colours: [night] });
    await vi.waitFor(() => expect(keptState()).toMatchObject({ ground: night, frame: 'dark' }), {
      timeout: 5_000,
    });
    expect((await app.askedFor('window.setBackgroundColor')).at(-1)).toEqual({ colour: night });
    expect((await app.askedFor('nativeTheme.themeSource')).at(-1)).toEqual({ source: 'dark' });
    app.kill();
    await app.exited;

    const again = await bridge.start();
    expect(await again.askedFor('BrowserWindow')).toMatchObject([{ backgroundColor: night }]);
    const asked = (await again.asked()).map(({ what }) => what);
    expect(asked.indexOf('nativeTheme.themeSource')).toBeLessThan(asked.indexOf('BrowserWindow'));
  });

  test('is not the one that the file of the page begins with, while its script has yet to choose', async () => {
    const app = await bridge.start({ settings: polaris });
    await app.do({ do: 'show colours', colours: ['#ffffff', night] });
    await vi.waitFor(() => expect(keptState()).toMatchObject({ ground: night }), { timeout: 5_000 });
    const shown = await app.askedFor('window.setBackgroundColor');
    expect(shown).not.toContainEqual({ colour: '#ffffff' });
    expect(shown.at(-1)).toEqual({ colour: night });
  });

  test('goes with the system when the page only followed that', async () => {
    const state = { ground: '#1a212a', frame: 'system' };
    writeFileSync(bridge.file('window-state.json'), JSON.stringify(state));
    const app = await bridge.start({ settings: polaris, dark: false });
    expect(await app.askedFor('BrowserWindow')).toMatchObject([{ backgroundColor: '#f7f8f8' }]);
    const sources = await app.askedFor('nativeTheme.themeSource');
    expect(sources).not.toContainEqual({ source: 'dark' });
    expect(sources).not.toContainEqual({ source: 'light' });
  });
});

describe('a page that dies', () => {
  test('comes back by itself, with the vessel untouched', async () => {
    const app = await bridge.start({ settings: polaris });
    const { call } = bridgeOf(openPage(app));
    await call({ id: 1, method: 'workOrders.create', input: { title: 'Renew the zincs' } });
    await app.do({ do: 'page dies', reason: 'crashed' });
    await vi.waitFor(async () => expect(await app.askedFor('window.loaded')).toHaveLength(2), {
      timeout: 5_000,
    });
    expect(await call({ id: 2, method: 'workOrders.counts', input: {} })).toMatchObject({
      output: { total: 1 },
    });
    expect(readFileSync(bridge.file('logs', 'arus.log'), 'utf8')).toContain('"reason":"crashed"');
  });

  test('again and again is not reloaded for ever: a person is asked', async () => {
    const app = await bridge.start({ settings: { ...polaris, closeToTray: true }, pressedButton: 1 });
    for (let death = 0; death < 4; death += 1) await app.do({ do: 'page dies', reason: 'oom' });
    await app.exited;
    expect(await app.askedFor('dialog.showMessageBox')).toMatchObject([
      { message: 'The screen keeps failing', buttons: ['Try again', 'Close ARUS'] },
    ]);
    expect(await app.askedFor('window.loadURL')).toHaveLength(4);
  });
});
