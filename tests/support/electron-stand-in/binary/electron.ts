#!/usr/bin/env -S node --disable-warning=ExperimentalWarning
/**
 * Program: what Playwright's `_electron.launch` starts in place of Electron's binary. Takes the same command line, runs the
 * app's own main file on the stand-in with Node's inspector, shows its page in a Chromium with a debugging port, and says
 * on standard error where the two listen, as Electron does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { chromiumArguments, chromiumPath } from '#support/chromium.ts';
import { ChromiumWindow } from '../chromium/chromium-window.ts';
import { DesktopApp } from '../desktop-app.ts';

const home = mkdtempSync(join(tmpdir(), 'arus-as-electron-'));
const given = process.argv.slice(2);
// The first that is no switch is the folder of the app; switches before it are Chromium's and Node's.
const at = given.findIndex((argument) => !argument.startsWith('-'));
const switches = given.slice(0, at);
const folder = resolve(given[at] ?? '.');
for (const needed of ['--inspect=0', '--remote-debugging-port=0'])
  if (!switches.includes(needed)) throw new Error(`Not how Playwright starts Electron: no ${needed}`);

const { main, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  main: string;
  version: string;
};
const browser = spawn(
  chromiumPath(),
  [
    ...chromiumArguments,
    '--headless=new',
    '--no-startup-window',
    '--remote-debugging-port=0',
    `--user-data-dir=${join(home, 'chromium')}`,
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
const listening = Promise.withResolvers<string>();
createInterface(browser.stderr).on('line', (line) => {
  const [, address] = /^DevTools listening on (ws:\S+)$/.exec(line) ?? [];
  if (address !== undefined) listening.resolve(address);
});
const address = await listening.promise;
const context = (await chromium.connectOverCDP(address)).contexts()[0];
if (context === undefined) throw new Error('Chromium has no context of its own');

const app = new DesktopApp(
  {
    main: join(folder, main),
    version,
    args: given.slice(at + 1),
    packaged: false,
    userData: join(home, 'data'),
    dark: false,
    first: true,
    displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
    pressedButton: 0,
    pageElsewhere: true,
  },
  home,
  { inspect: true, hearError: (text) => void process.stderr.write(text) },
);
const window = new ChromiumWindow(app);
process.stderr.write(`DevTools listening on ${address}\n`);
window.open(context).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.kill());

const { code } = await app.exited;
browser.kill('SIGKILL');
await once(browser, 'close');
rmSync(home, { recursive: true, force: true, maxRetries: 3 });
process.exit(code ?? 1);
