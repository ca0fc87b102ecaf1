import type { Page } from 'playwright-core';
import type { Ship } from '../../tests/e2e/support/ship.ts';
import { attachSome } from './attached.ts';
import { carried, otherKey } from './file-transfer-poses.ts';
import type { Pose } from './pose.ts';
import { betweenWindows, overBudget, unreadableLink } from './link-poses.ts';
import { recordScenes } from './record-scenes.ts';
import { closed, decided, inStep, offline, sending, troubled, unreadable } from './poses.ts';

/** One picture: how to come to what it shows, from the page as it opens. */
export interface Scene {
  name: string;
  /** The ship in trade when not given. */
  ship?: 'sample' | 'empty';
  pose?: Pose;
  arrange: (page: Page, ship: Ship) => Promise<void>;
  /** Brings the ship back to where it was, for the pictures that follow. */
  tidy?: (page: Page, ship: Ship) => Promise<void>;
}

const listed = (page: Page): Promise<void> =>
  page.getByRole('grid', { name: 'Work orders' }).getByRole('gridcell').first().waitFor();

async function openOrder(page: Page, words: string): Promise<void> {
  await listed(page);
  await page.getByRole('row').filter({ hasText: words }).click();
  await page.getByRole('complementary').getByRole('heading', { name: words }).waitFor();
}

async function openSync(page: Page, tab?: RegExp): Promise<void> {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('main', { name: 'Sync' }).waitFor();
  if (tab !== undefined) await page.getByRole('button', { name: tab }).click();
}

async function openReview(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Review/ }).click();
  await page.getByRole('article').first().waitFor();
}

/** What several people do to an order within some days. */
async function someHistory(ship: Ship): Promise<void> {
  const [row] = (await ship.ask('workOrders.list', { search: 'DG 3 fuel pump' })).items;
  const { items: crew } = await ship.ask('crew.list', {});
  const [chief, second] = ['Chief engineer', 'Second engineer'].map(
    (rank) => crew.find((member) => member.rank === rank)?.id,
  );
  const { items: equipment } = await ship.ask('equipment.list', { limit: 3 });
  const id = row?.id ?? '';
  const { description, notes } = await ship.ask('workOrders.get', { id });
  await ship.ask('workOrders.update', { id, changes: { priority: 'high', assigneeId: chief } }, chief);
  await ship.ask(
    'workOrders.update',
    { id, changes: { description: `${description} Spare element is in the store, shelf C4.` } },
    second,
  );
  await ship.ask('workOrders.update', { id, changes: { equipmentId: equipment.at(-1)?.id } }, second);
  await ship.ask(
    'workOrders.update',
    { id, changes: { notes: `${notes}\nRack free, spring renewed.` } },
    chief,
  );
}

async function clash(page: Page, ship: Ship): Promise<void> {
  await openOrder(page, 'SW pump 1');
  await page.getByRole('button', { name: 'Edit' }).click();
  await page.getByLabel('Title').fill('SW pump 1: mechanical seal leaking badly');
  const [row] = (await ship.ask('workOrders.list', { search: 'SW pump 1 mechanical' })).items;
  const { items: crew } = await ship.ask('crew.list', {});
  const chief = crew.find(({ rank }) => rank === 'Chief engineer')?.id;
  await ship.ask(
    'workOrders.update',
    { id: row?.id ?? '', changes: { title: 'SW pump 1: seal to be renewed at anchor' } },
    chief,
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Take theirs' }).waitFor();
}

async function unclash(_: Page, ship: Ship): Promise<void> {
  const [row] = (await ship.ask('workOrders.list', { search: 'seal to be renewed at anchor' })).items;
  await ship.ask('workOrders.update', {
    id: row?.id ?? '',
    changes: { title: 'SW pump 1: mechanical seal weeping' },
  });
}

export const scenes: readonly Scene[] = [
  { name: '01-orders', pose: inStep, arrange: listed },
  { name: '02-order', pose: sending, arrange: (page) => openOrder(page, 'Overspeed trip') },
  {
    name: '03-order-as-page',
    async arrange(page) {
      await openOrder(page, 'DG 3: fuel pump');
      const widen = page.getByRole('button', { name: 'Show as a page' });
      if (await widen.isVisible()) await widen.click();
    },
  },
  {
    name: '04-sign-off',
    async arrange(page) {
      await openOrder(page, 'Overspeed trip');
      await page.getByRole('button', { name: 'Sign off…' }).click();
    },
  },
  {
    name: '05-cancel',
    async arrange(page) {
      await openOrder(page, 'Overspeed trip');
      await page.getByRole('button', { name: 'Cancel order…' }).click();
    },
  },
  {
    name: '06-delete',
    async arrange(page) {
      await openOrder(page, 'Overspeed trip');
      await page.getByRole('button', { name: 'Delete order' }).click();
    },
  },
  { name: '07-edit-clash', arrange: clash, tidy: unclash },
  {
    name: '08-new-invalid',
    async arrange(page) {
      await listed(page);
      await page.getByRole('button', { name: 'New order' }).first().click();
      await page.getByRole('textbox', { name: 'Due' }).fill('31 Feb');
      await page.getByRole('button', { name: 'Raise order' }).click();
    },
  },
  {
    name: '09-calendar',
    async arrange(page) {
      await listed(page);
      await page.getByRole('button', { name: 'New order' }).first().click();
      await page.getByRole('button', { name: 'Choose due from a calendar' }).click();
    },
  },
  {
    name: '10-equipment-choice',
    async arrange(page) {
      await listed(page);
      await page.getByRole('button', { name: 'New order' }).first().click();
      await page.getByRole('combobox', { name: 'Equipment' }).fill('pump');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: '11-filter',
    async arrange(page) {
      await listed(page);
      await page.getByRole('button', { name: 'Filter' }).click();
    },
  },
  {
    name: '12-narrowed',
    async arrange(page) {
      await listed(page);
      await page.getByRole('button', { name: 'Filter' }).click();
      const filter = page.getByRole('dialog', { name: 'Filter orders' });
      await filter.getByRole('button', { name: 'Critical' }).click();
      await filter.getByRole('button', { name: 'High' }).click();
      await filter.getByRole('button', { name: 'Show orders' }).click();
      await page.getByLabel('Search work orders').fill('pump');
    },
  },
  {
    name: '13-no-match',
    async arrange(page) {
      await listed(page);
      await page.getByLabel('Search work orders').fill('submarine');
    },
  },
  {
    name: '14-undo',
    async arrange(page) {
      await openOrder(page, 'Turbocharger: renew');
      await page.getByRole('button', { name: 'Start work' }).click();
      await page.getByRole('button', { name: 'Undo' }).waitFor();
    },
    async tidy(page) {
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('Taken back').waitFor();
    },
  },
  {
    name: '15-palette',
    async arrange(page) {
      await listed(page);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('gen');
    },
  },
  {
    name: '16-keys',
    async arrange(page) {
      await listed(page);
      await page.keyboard.press('?');
    },
  },
  {
    name: '17-who-acts',
    async arrange(page) {
      await listed(page);
      await page.getByRole('button', { name: /^Acting/ }).click();
    },
  },
  {
    name: '18-equipment',
    async arrange(page) {
      await listed(page);
      await page.getByRole('link', { name: 'Equipment' }).click();
    },
  },
  {
    name: '19-equipment-item',
    async arrange(page) {
      await listed(page);
      await page.getByRole('link', { name: 'Equipment' }).click();
      await page.getByRole('row').filter({ hasText: '601.01' }).click();
    },
  },
  { name: '20-sync-offline', pose: offline, arrange: (page) => openSync(page) },
  { name: '21-sync-closed', pose: closed, arrange: (page) => openSync(page) },
  { name: '22-sync-sending', pose: sending, arrange: (page) => openSync(page) },
  { name: '23-sync-in-step', pose: inStep, arrange: (page) => openSync(page) },
  { name: '24-review', pose: troubled, arrange: (page) => openReview(page) },
  {
    name: '24-review-another',
    pose: troubled,
    async arrange(page) {
      await openReview(page);
      await page.keyboard.press('j');
      await page.keyboard.press('e');
      await page.getByLabel('Status, another value').waitFor();
    },
  },
  {
    name: '24-review-settled',
    pose: decided,
    async arrange(page) {
      await openReview(page);
      await page.getByRole('button', { name: 'Settled' }).click();
      await page.getByText('Tomasz Wilk').first().waitFor();
    },
  },
  {
    name: '24-review-empty',
    async arrange(page) {
      await listed(page);
      await page.getByRole('link', { name: /^Review/ }).click();
      await page.getByRole('heading', { name: 'Nothing to decide' }).waitFor();
    },
  },
  {
    name: '24-review-error',
    pose: unreadable,
    async arrange(page) {
      await listed(page);
      await page.getByRole('link', { name: /^Review/ }).click();
      await page.getByRole('heading', { name: 'The conflicts could not be read' }).waitFor();
    },
  },
  {
    name: '25-sync-copies-none',
    ship: 'empty',
    pose: inStep,
    arrange: (page) => openSync(page, /^Copies/),
  },
  {
    name: '25-sync-copies',
    pose: inStep,
    async arrange(page) {
      await openSync(page, /^Copies/);
      const back = page.getByRole('button', { name: 'Go back to this copy…' }).first();
      if (!(await back.isVisible())) await page.getByRole('button', { name: 'Make a copy now' }).click();
      await back.click();
      await page.getByRole('button', { name: 'Go back to it…' }).waitFor();
    },
  },
  { name: '25-sync-problems', pose: troubled, arrange: (page) => openSync(page, /^Problems/) },
  { name: '25-sync-waits-for-window', pose: betweenWindows, arrange: (page) => openSync(page) },
  {
    name: '25-link',
    pose: betweenWindows,
    async arrange(page) {
      await openSync(page, /^Link and cost/);
      await page.getByRole('heading', { name: 'Data used' }).waitFor();
    },
  },
  {
    name: '25-link-photos',
    pose: betweenWindows,
    async arrange(page) {
      await openSync(page, /^Link and cost/);
      const photos = page.getByRole('region', { name: 'Photos and documents' });
      await photos.getByText('Largest file taken').waitFor();
      await photos.evaluate((element) => element.scrollIntoView({ block: 'end' }));
    },
  },
  {
    name: '25-link-lift',
    pose: overBudget,
    async arrange(page) {
      await openSync(page, /^Link and cost/);
      await page.getByRole('button', { name: 'Lift the stop…' }).click();
    },
  },
  {
    name: '25-link-invalid',
    pose: betweenWindows,
    async arrange(page) {
      await openSync(page, /^Link and cost/);
      await page.getByLabel('Windows, ship’s time').fill('two to four');
      await page.getByLabel('A megabyte').fill('dear');
      await page.getByRole('button', { name: 'Set the policy' }).click();
      await page.getByText('Nothing was set').waitFor();
      await page.getByText('Nothing was set').scrollIntoViewIfNeeded();
    },
  },
  {
    name: '25-link-new',
    async arrange(page) {
      await openSync(page, /^Link and cost/);
      await page.getByRole('heading', { name: 'Data used' }).waitFor();
    },
  },
  {
    name: '25-link-error',
    pose: unreadableLink,
    async arrange(page) {
      await openSync(page, /^Link and cost/);
      await page.getByRole('heading', { name: 'The link’s policy could not be read' }).waitFor();
    },
  },
  {
    name: '26-order-history',
    async arrange(page, ship) {
      await someHistory(ship);
      await openOrder(page, 'DG 3: fuel pump');
      await page.keyboard.press('h');
      await page.getByText('raised it').waitFor();
    },
  },
  {
    name: '31-attachments',
    async arrange(page, ship) {
      await openOrder(page, 'Overspeed trip');
      await attachSome(page, ship, 'Overspeed trip');
    },
  },
  {
    name: '31-attachments-refused',
    async arrange(page) {
      await openOrder(page, 'SW pump 1');
      const buffer = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>');
      const file = { name: 'sketch.svg', mimeType: 'image/svg+xml', buffer };
      await page.getByLabel('Files to attach').setInputFiles(file);
      await page.getByRole('alert').scrollIntoViewIfNeeded();
    },
  },
  {
    name: '31-attachments-large',
    async arrange(page, ship) {
      await openOrder(page, 'Overspeed trip');
      await attachSome(page, ship, 'Overspeed trip');
      await page.getByRole('button', { name: 'Look at Tachometer at trip.jpg' }).click();
      await page.getByRole('dialog').locator('img').waitFor();
    },
  },
  { name: '26-order-conflict', pose: troubled, arrange: (page) => openOrder(page, 'DG 3: fuel pump') },
  {
    name: '27-node-gone',
    async arrange(page, ship) {
      await openOrder(page, 'Overspeed trip');
      await ship.cutPower();
      await page.getByRole('alert').waitFor();
    },
    tidy: (_, ship) => ship.start(),
  },
  {
    name: '28-empty-orders',
    ship: 'empty',
    arrange: (page) => page.getByRole('heading', { name: 'No work orders yet' }).waitFor(),
  },
  {
    name: '29-empty-equipment',
    ship: 'empty',
    async arrange(page) {
      await page.getByRole('link', { name: 'Equipment' }).click();
      await page.getByRole('heading', { name: 'No equipment yet' }).waitFor();
    },
  },
  { name: '31-by-hand-first', arrange: (page) => openSync(page, /^Without a link/) },
  { name: '32-by-hand', pose: carried, arrange: (page) => openSync(page, /^Without a link/) },
  {
    name: '32-key-not-copied',
    pose: carried,
    arrange: async (page) => {
      await page.addInitScript(() =>
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined }),
      );
      await page.reload();
      await openSync(page, /^Without a link/);
      await page.getByRole('button', { name: 'Copy own key' }).click();
      await page.getByRole('textbox', { name: 'Own key' }).waitFor();
    },
  },
  {
    name: '33-by-hand-key',
    pose: otherKey,
    async arrange(page) {
      await openSync(page, /^Without a link/);
      await page.getByLabel('Files to import').setInputFiles({
        name: 'letter.doc',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('Dear captain'),
      });
      await page.getByText('This is not a file that ARUS made').waitFor();
    },
  },
  {
    name: '30-refused',
    async arrange(page, ship) {
      await page.goto(`${new URL(ship.address).origin}/?again#token=not-the-right-one`);
      await page.getByRole('heading', { name: /did not accept/ }).waitFor();
    },
  },
  ...recordScenes,
];
