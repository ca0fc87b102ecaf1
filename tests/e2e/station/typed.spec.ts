import { execFileSync } from 'node:child_process';
import { type BrowserContext, type Page, chromium, expect, test } from '@playwright/test';
import { chromiumLaunchOptions } from '#support/chromium.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { actAs } from '../support/act-as.ts';
import { begunForms, untilWritten } from '../support/begun-forms.ts';
import { pane, untilListed } from '../support/screen.ts';
import { type Ship, startShip } from '../support/ship.ts';

let ship: Ship;
test.beforeEach(async () => {
  ship = await startShip();
});
test.afterEach(() => ship.remove());

async function openPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await actAs(page, ship.ask, 'Second engineer');
  await page.goto(ship.address);
  await untilListed(page);
  return page;
}

test('what was typed is found again after the node and the page died, in any form', async ({ context }) => {
  let page = await openPage(context);
  for (const { what, begin, find } of begunForms)
    await test.step(what, async () => {
      await begin(page);
      await untilWritten(page);
      await ship.cutPower();
      await page.close();
      await ship.start();
      page = await openPage(context);
      await find(page);
    });
});

test('what was typed is found again after the browser died, in any form', async () => {
  test.setTimeout(180_000);
  const profile = temporaryDirectory('browser');
  const start = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(profile, {
      ...chromiumLaunchOptions(),
      viewport: { width: 1280, height: 800 },
    });
  let context = await start();
  try {
    let page = await openPage(context);
    // Chromium writes its own storage every few seconds, and with it which screen this is.
    await page.waitForTimeout(10_000);
    for (const { what, begin, find } of begunForms)
      await test.step(what, async () => {
        await begin(page);
        await untilWritten(page);
        const isGone = context.waitForEvent('close');
        // The browser that has this profile, and no other.
        execFileSync('pkill', ['-KILL', '-f', profile]);
        await isGone;
        context = await start();
        page = await openPage(context);
        await find(page);
      });
  } finally {
    await context.close();
  }
});

test('a form says when what is typed cannot be kept, and keeps it as soon as it can', async ({ context }) => {
  const page = await openPage(context);
  await page.keyboard.press('c');
  await ship.cutPower();
  await page.getByLabel('Title').fill('Typed in the dark');
  const note = pane(page).getByRole('status').filter({ hasText: 'kept on this page only' });
  await expect(note).toBeVisible();
  await ship.start();
  await expect(note).toHaveCount(0, { timeout: 30_000 });
  await page.close();
  const again = await openPage(context);
  await again.keyboard.press('c');
  await expect(again.getByLabel('Title')).toHaveValue('Typed in the dark');
});
