import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { openPage } from '#support/electron-stand-in/page.ts';
import { callResponse } from '#shared/contract/envelope.ts';

export interface BootFigures {
  /** From the start of the process until the page had loaded and the vessel node answered, milliseconds. */
  upMs: number;
  pageFiles: number;
}

/**
 * Boots the app whose files lie in `appFolder`, with Electron stood in for and no other packages in reach; asks
 * for every file that its page names, raises a work order, ends it, and looks for the order after a restart.
 */
export async function boot(appFolder: string, home: string): Promise<BootFigures> {
  for (let folder = dirname(appFolder); folder !== dirname(folder); folder = dirname(folder)) {
    const inReach = join(folder, 'node_modules');
    assert(!existsSync(inReach), `${inReach} is in reach and would hide a missing dependency`);
  }
  mkdirSync(home, { recursive: true });
  // As the first start's own page writes it: this is about what was packed.
  const ship = { vessel: 'packed', name: 'MV Packed', device: 'Bridge PC', timeZone: 'UTC', mqtt: null };
  writeFileSync(join(home, 'arus.json'), JSON.stringify(ship));

  const started = performance.now();
  const first = start(appFolder, home);
  await first.loaded;
  await first.nodeSettled();
  const upMs = Math.round(performance.now() - started);
  const pageFiles = await fetchPage(first);
  const created = await ask(first, appFolder, 'workOrders.create', { title: 'Check the package' });
  const { id } = z.object({ id: z.string() }).parse(created);
  await end(first);

  const second = start(appFolder, home);
  await second.loaded;
  await second.nodeSettled();
  const found = await ask(second, appFolder, 'workOrders.get', { id });
  assert.equal(z.object({ title: z.string() }).parse(found).title, 'Check the package');
  await end(second);
  return { upMs, pageFiles };
}

function start(appFolder: string, home: string): DesktopApp {
  const manifest: unknown = JSON.parse(readFileSync(join(appFolder, 'package.json'), 'utf8'));
  const { main, version } = z.object({ main: z.string(), version: z.string() }).parse(manifest);
  return new DesktopApp(
    {
      main: join(appFolder, main),
      version,
      args: [],
      packaged: true,
      userData: home,
      dark: false,
      first: true,
      displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1280, height: 800 } }],
      pressedButton: 0,
    },
    home,
  );
}

async function ask(app: DesktopApp, appFolder: string, method: string, input: object): Promise<unknown> {
  const { arus } = openPage(app, join(appFolder, 'out', 'preload', 'preload.cjs'));
  const { call } = z
    .object({ call: z.custom<(request: object) => Promise<unknown>>(isFunction) })
    .parse(arus);
  const response = callResponse.parse(await call({ id: 1, method, input }));
  assert(response.ok, `${method}: ${JSON.stringify(response)}`);
  return response.output;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

/** Follows the page's scripts, styles and fonts from file to file; returns how many there were. */
async function fetchPage(app: DesktopApp): Promise<number> {
  const pending = ['app://arus/'];
  const seen = new Set(pending);
  for (let url = pending.pop(); url !== undefined; url = pending.pop()) {
    const { status, headers, body } = await app.request(url);
    assert.equal(status, 200, `${url} is answered with ${status}`);
    if (headers['content-type']?.startsWith('text/') !== true) continue;
    for (const [, name = ''] of Buffer.from(body).toString().matchAll(references)) {
      const next = new URL(name, url).href;
      if (!seen.has(next)) pending.push(next);
      seen.add(next);
    }
  }
  return seen.size;
}

/** `src` and `href` of a page, `import` of a script, `url()` of a style: relative ones, and those with a folder. */
const references =
  /(?:\b(?:src|href)="|\bfrom\s*["']|\bimport\(?\s*["']|\burl\(["']?)((?:\.{0,2}\/)[\w./-]+\.(?:js|css|woff2|svg|png))/g;

async function end(app: DesktopApp): Promise<void> {
  const { code, stderr } = await app.close();
  assert.equal(code, 0, `the app ended with code ${code}: ${stderr}`);
}
