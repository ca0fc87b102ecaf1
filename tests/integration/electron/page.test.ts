import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumLaunchOptions } from '#support/chromium.ts';
import { type DesktopApp, ownPage } from '#support/electron-stand-in/desktop-app.ts';
import { Bridge, polaris } from '#support/electron-stand-in/start.ts';
import { projectRoot } from '#support/project.ts';

/** Where the page stands in a Chromium without our scheme; nothing of it reaches a network. */
const origin = 'https://arus.localhost';

let bridge: Bridge;
let app: DesktopApp;
let browser: Browser;
beforeAll(async () => {
  bridge = new Bridge();
  app = await bridge.start({ settings: polaris });
  browser = await chromium.launch(chromiumLaunchOptions());
});
afterAll(async () => {
  await browser.close();
  await bridge.leave();
});

interface Trouble {
  told: string[];
}

/** Opens the page that the app serves, with the app's own headers and the built preload, in a real Chromium. */
async function openInChromium(): Promise<{ page: Page; trouble: Trouble }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const trouble: Trouble = { told: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.told.push(message.text());
  });
  page.on('pageerror', (error) => trouble.told.push(error.message));
  await page.route('**', async (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== origin) {
      trouble.told.push(`asked for ${url.href}`);
      return route.abort();
    }
    const { status, headers, body } = await app.request(
      `app://arus${url.pathname}`,
      route.request().method(),
    );
    return route.fulfill({ status, headers, body: Buffer.from(body) });
  });
  await page.exposeFunction('carryCall', (channel: string, args: unknown[]) =>
    app.call(channel, args, ownPage),
  );
  await page.addInitScript(
    asPreload(readFileSync(join(projectRoot, 'out', 'preload', 'preload.cjs'), 'utf8')),
  );
  app.onSent((channel, args) => {
    page
      .evaluate(([to, parts]) => document.dispatchEvent(new CustomEvent(to, { detail: parts })), [
        channel,
        args,
      ] as const)
      .catch(() => {});
  });
  await page.goto(`${origin}/`);
  return { page, trouble };
}

/** The preload script with the two things of Electron that it uses, made of what a page of Chromium has. */
function asPreload(script: string): string {
  return `(() => {
    const { carryCall } = window;
    const contextBridge = { exposeInMainWorld: (name, api) => { window[name] = api; } };
    const ipcRenderer = {
      invoke: (channel, ...args) => carryCall(channel, args),
      on: (channel, listener) => document.addEventListener(channel, ({ detail }) => listener({}, ...detail)),
    };
    const require = () => ({ contextBridge, ipcRenderer });
    ${script}
  })();`;
}

describe('the app’s page in Chromium, as the app serves it', () => {
  test('comes up under its security policy without one complaint', async () => {
    const { page, trouble } = await openInChromium();
    await page.getByText('MV Polaris').first().waitFor();
    await page.getByRole('heading', { name: 'Work orders' }).first().waitFor();
    expect(trouble.told).toEqual([]);
    await page.close();
  });

  test('shows what was written on board, by whatever way, as soon as it is committed', async () => {
    const { page, trouble } = await openInChromium();
    await page.getByRole('heading', { name: 'Work orders' }).first().waitFor();
    const create = { id: 1, method: 'workOrders.create', input: { title: 'Overhaul purifier no. 2' } };
    await app.call('arus:call', [JSON.stringify(create)]);
    await page.getByText('Overhaul purifier no. 2').first().waitFor();
    expect(trouble.told).toEqual([]);
    await page.close();
  });

  test('cannot run a script that was written into it, nor call a stranger', async () => {
    const { page, trouble } = await openInChromium();
    const attacked = await page.evaluate(async () => {
      const refused: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
      const script = document.createElement('script');
      script.textContent = 'window.attacked = true';
      document.body.append(script);
      const image = new Image();
      image.src = 'https://evil.example/x.png';
      document.body.append(image);
      const frame = document.createElement('iframe');
      frame.src = 'https://evil.example/';
      document.body.append(frame);
      await fetch('https://evil.example/').catch(() => {});
      // A refusal is told when the browser gets to it.
      for (let waited = 0; waited < 5_000 && refused.length < 4; waited += 50)
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      return { ran: 'attacked' in window, refused: refused.toSorted() };
    });
    expect(attacked).toEqual({
      ran: false,
      refused: ['connect-src', 'frame-src', 'img-src', 'script-src-elem'],
    });
    expect(trouble.told.filter((line) => line.startsWith('asked for'))).toEqual([]);
    await page.close();
  });

  test('tells the window the ground of its theme', async () => {
    const { page } = await openInChromium();
    await page.evaluate(() => localStorage.setItem('arus.theme', 'night'));
    await page.reload();
    expect(await page.locator('meta[name="theme-color"]').getAttribute('content')).toBe('#000000');
    await page.close();
  });
});
