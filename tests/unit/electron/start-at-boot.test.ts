import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { desktopEntry, startAtBoot } from '../../../src/main/electron/installation/start-at-boot.ts';

function appOn(platform: NodeJS.Platform, isPackaged = true) {
  const folder = temporaryDirectory('boot');
  const asked: unknown[] = [];
  const app = {
    isPackaged,
    getPath: () => folder,
    getLoginItemSettings: () => ({ openAtLogin: asked.length > 0 }),
    setLoginItemSettings: (settings: unknown) => void asked.push(settings),
  };
  const boot = startAtBoot({
    app: app as unknown as Parameters<typeof startAtBoot>[0]['app'],
    platform,
    program: '/opt/ARUS 2/arus',
    args: ['--data=/srv/100% "ship"'],
  });
  return { boot, folder, asked };
}

test('on Linux an entry in the user’s autostart folder starts the app, and goes again', () => {
  const { boot, folder } = appOn('linux');
  const file = join(folder, 'autostart', 'arus.desktop');
  expect(boot.get()).toBe(false);
  boot.set(true);
  expect(boot.get()).toBe(true);
  expect(readFileSync(file, 'utf8')).toContain('Exec="/opt/ARUS 2/arus" ');
  boot.set(false);
  expect(existsSync(file)).toBe(false);
});

test('what starts it is quoted as the specification of such entries asks', () => {
  expect(desktopEntry('/opt/a', ['--data=/srv/100% "ship" $x'])).toContain(
    String.raw`Exec="/opt/a" "--data=/srv/100%% \\"ship\\" \\$x"`,
  );
});

test('Windows is told program and options, macOS only whether', () => {
  const windows = appOn('win32');
  windows.boot.set(true);
  expect(windows.asked).toEqual([
    { path: '/opt/ARUS 2/arus', args: ['--data=/srv/100% "ship"'], openAtLogin: true },
  ]);
  expect(windows.boot.get()).toBe(true);
  const mac = appOn('darwin');
  mac.boot.set(false);
  expect(mac.asked).toEqual([{ openAtLogin: false }]);
});

test('from a checkout it is not offered', () => {
  expect(appOn('linux', false).boot.get()).toBeNull();
});
