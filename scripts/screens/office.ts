import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startMosquitto } from '../../tests/support/mosquitto.ts';
import { startShore, type Shore } from '../../tests/support/shore.ts';
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts';
import { until } from '../../tests/support/until.ts';
import { drawPhoto } from '../../tests/e2e/support/picture.ts';
import { startShip, type Ship } from '../../tests/e2e/support/ship.ts';

interface OfficeScene {
  name: string;
  /** The gateway with a ship when not given, else the one that no ship has reported to. */
  gateway?: 'empty';
  arrange: (page: Page) => Promise<void>;
}

const openOrder = async (page: Page): Promise<void> => {
  await page.getByRole('row').filter({ hasText: 'Cylinder 4' }).click();
  await page
    .getByRole('complementary')
    .getByRole('heading', { name: /Cylinder 4/ })
    .waitFor();
};
const openPage = (name: RegExp) => (page: Page) => page.getByRole('button', { name }).click();

const openKind = async (page: Page, name: string): Promise<void> => {
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('grid', { name }).getByRole('gridcell').first().waitFor();
};

const openJoin = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^(Add a ship|File to join)/ }).click();
  await page.getByRole('form', { name: 'File to join with' }).waitFor();
};

const scenes: readonly OfficeScene[] = [
  { name: 'office-list', arrange: async () => {} },
  { name: 'office-order', arrange: openOrder },
  {
    name: 'office-edit',
    async arrange(page) {
      await openOrder(page);
      await page.getByRole('button', { name: /^Edit/ }).click();
    },
  },
  {
    name: 'office-new',
    arrange: (page) => page.getByRole('button', { name: /^New order/ }).click(),
  },
  {
    name: 'office-nothing-found',
    arrange: (page) => page.getByLabel('Search orders').fill('no such words'),
  },
  {
    name: 'office-history',
    async arrange(page) {
      await openOrder(page);
      await page.keyboard.press('h');
      await page.getByText('raised it').waitFor();
    },
  },
  {
    name: 'office-attachments',
    async arrange(page) {
      await openOrder(page);
      const section = page.getByRole('region', { name: 'Photos and documents' });
      const name = 'Liner, top dead centre.jpg';
      if (!(await section.locator('img').first().isVisible())) {
        const buffer = await drawPhoto(page, 1_800, 1_200, 210);
        await section.getByLabel('Files to attach').setInputFiles({ name, mimeType: 'image/jpeg', buffer });
      }
      await section.locator('img').first().waitFor();
      await section.getByRole('button', { name: 'Add photos or files…' }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'office-crew', arrange: (page) => openKind(page, 'Crew') },
  {
    name: 'office-equipment',
    async arrange(page) {
      await openKind(page, 'Equipment');
      await page.getByRole('row').filter({ hasText: '601.01' }).click();
      await page.getByRole('complementary').getByRole('button', { name: /^Edit/ }).waitFor();
    },
  },
  {
    name: 'office-equipment-new',
    async arrange(page) {
      await openKind(page, 'Equipment');
      await page.keyboard.press('c');
      await page.getByRole('button', { name: 'Enter equipment' }).click();
      await page.getByText('Code is needed').waitFor();
    },
  },
  { name: 'office-review', arrange: openPage(/^Review/) },
  { name: 'office-problems', arrange: openPage(/^Problems/) },
  { name: 'office-by-hand', arrange: openPage(/^Without a link/) },
  { name: 'office-join', arrange: openJoin },
  {
    name: 'office-join-new',
    async arrange(page) {
      await openJoin(page);
      const other = page.getByRole('button', { name: 'For a ship that is not in the list…' });
      if (await other.isVisible()) await other.click();
      await page.getByLabel('Ship’s name').fill('MV Borealis');
      await page.getByLabel('The broker’s address').fill('http://broker.example.com');
      await page.getByRole('button', { name: /^Make/ }).click();
      await page.locator('[aria-invalid]').first().waitFor();
    },
  },
  { name: 'office-empty', gateway: 'empty', arrange: async () => {} },
];

const daysFromNow = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** A due date and a priority that ship and office changed without seeing each other. */
async function disagree(ship: Ship, shore: Shore): Promise<void> {
  const [row] = (await ship.ask('workOrders.list', { search: 'Cylinder 4' })).items;
  if (row === undefined) return;
  await until('the order ashore', async () => (await shore.ask(`/api/work-orders/${row.id}`)).status === 200);
  await ship.ask('sync.setLink', { enabled: false });
  await ship.ask('workOrders.update', { id: row.id, changes: { dueDate: daysFromNow(2), priority: 'high' } });
  await shore.ask(`/api/work-orders/${row.id}`, {
    method: 'PATCH',
    body: { dueDate: daysFromNow(4), priority: 'normal' },
    headers: { 'x-arus-actor': 'K. Ito' },
  });
  await ship.ask('sync.setLink', { enabled: true });
  await until('the conflict ashore', async () => (await shore.ask('/api/conflicts')).text.includes(row.id));
}

export interface OfficePictures {
  browser: Browser;
  themes: readonly string[];
  sizes: readonly { name: string; width: number; height: number; touch: boolean }[];
  folder: string;
  /** Whether a picture of that name is wanted. */
  isWanted: (name: string) => boolean;
}

/** Takes every page of the office, on a gateway of its own. Returns what could not be taken. */
export async function takeOffice({
  browser,
  themes,
  sizes,
  folder,
  isWanted,
}: OfficePictures): Promise<string[]> {
  const failures: string[] = [];
  const pictures = sizes.flatMap((size) =>
    themes.flatMap((theme) =>
      scenes.map((scene) => ({ size, theme, scene, name: `${scene.name}-${size.name}-${theme}` })),
    ),
  );
  const chosen = pictures.filter(({ name }) => isWanted(name));
  if (chosen.length === 0) return failures;
  const broker = await startMosquitto();
  const start = (name: string): Promise<Shore> =>
    startShore([
      '--database',
      `pglite:${join(temporaryDirectory('office'), 'postgres')}`,
      '--mqtt',
      broker.url,
      '--gateway',
      name,
      '--log-level',
      'warn',
      ...(name === 'empty' ? ['--vessels', 'nobody'] : []),
    ]);
  const [full, empty] = [await start('full'), await start('empty')];
  const ship = await startShip({ mqtt: broker.url });
  try {
    await disagree(ship, full);
    for (const { size, theme, scene, name } of chosen) {
      const { width, height, touch } = size;
      const context = await browser.newContext({
        viewport: { width, height },
        hasTouch: touch,
        isMobile: touch,
        locale: 'en-GB',
        reducedMotion: 'reduce',
      });
      await context.addInitScript({ content: `localStorage.setItem('arus.theme', '${theme}')` });
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      try {
        await page.goto(`http://127.0.0.1:${(scene.gateway === 'empty' ? empty : full).port}/`);
        await page.getByText('Live').waitFor();
        if (scene.gateway === undefined) await page.getByRole('gridcell').first().waitFor();
        await scene.arrange(page);
        await page.waitForTimeout(250);
        await page.screenshot({ path: join(folder, `${name}.png`) });
      } catch (error) {
        failures.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
      }
      await context.close();
    }
    console.log(`office: ${chosen.length} pictures`);
  } finally {
    await ship.remove();
    await Promise.all([full.stop(), empty.stop()]);
    await broker.remove();
  }
  return failures;
}
