/**
 * Writes every page and state of the screens in each theme and width to screenshots/, to be looked at one by one.
 * `npm run screenshots` takes all; words after `--` take only the pictures whose name has one of them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import { chromiumLaunchOptions } from '../tests/support/chromium.ts';
import { freePort } from '../tests/support/ports.ts';
import { type Ship, startShip } from '../tests/e2e/support/ship.ts';
import { ensureBuilt } from './built.ts';
import { projectRoot } from './run-step.ts';
import { type Scene, scenes } from './screens/scenes.ts';
import { takeOffice } from './screens/office.ts';
import { poseSync } from './screens/pose.ts';

const themes = ['day', 'dusk', 'night'] as const;
const sizes = [
  { name: '1280', width: 1280, height: 800, touch: false },
  { name: '1920', width: 1920, height: 1080, touch: false },
  { name: 'tablet', width: 834, height: 1112, touch: true },
] as const;
const folder = join(projectRoot, 'screenshots');
const wanted = process.argv.slice(2);

type Theme = (typeof themes)[number];
type Size = (typeof sizes)[number];

async function openContext(browser: Browser, ship: Ship, theme: Theme, size: Size): Promise<BrowserContext> {
  const { width, height, touch } = size;
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: touch,
    isMobile: touch,
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  const { items } = await ship.ask('crew.list', {});
  const actor = items.find(({ rank }) => rank === 'Second engineer')?.id ?? '';
  const kept = `localStorage.setItem('arus.theme', '${theme}'); localStorage.setItem('arus.actor', '${actor}');`;
  await context.addInitScript({ content: kept });
  return context;
}

async function take(context: BrowserContext, ship: Ship, scene: Scene, file: string): Promise<void> {
  const page: Page = await context.newPage();
  try {
    if (scene.pose !== undefined) await poseSync(page, scene.pose);
    await page.goto(ship.address);
    await scene.arrange(page, ship);
    await page.waitForTimeout(250);
    await page.screenshot({ path: file });
    await scene.tidy?.(page, ship);
  } finally {
    await page.close();
  }
}

async function takeAll(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const mqtt = `mqtt://127.0.0.1:${await freePort()}`;
  const ships = { sample: await startShip({ mqtt }), empty: await startShip({ empty: true }) };
  const browser = await chromium.launch(chromiumLaunchOptions());
  const failures: string[] = [];
  try {
    for (const size of sizes)
      for (const theme of themes) {
        const chosen = scenes
          .map((scene) => ({ scene, name: `${scene.name}-${size.name}-${theme}` }))
          .filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
        for (const { scene, name } of chosen) {
          const ship = ships[scene.ship ?? 'sample'];
          const context = await openContext(browser, ship, theme, size);
          await take(context, ship, scene, join(folder, `${name}.png`)).catch((error: unknown) => {
            failures.push(
              `${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
            );
          });
          await context.close();
        }
        console.log(`${size.name} ${theme}: ${chosen.length} pictures`);
      }
    const isWanted = (name: string): boolean =>
      wanted.length === 0 || wanted.some((word) => name.includes(word));
    failures.push(...(await takeOffice({ browser, themes, sizes, folder, isWanted })));
  } finally {
    await browser.close();
    await ships.sample.remove();
    await ships.empty.remove();
  }
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

if (await ensureBuilt()) await takeAll();
else process.exitCode = 1;
