import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import Database from 'better-sqlite3';
import { startMosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { startShore } from '#support/shore.ts';
import { orderRow, pane, untilListed } from '../support/screen.ts';
import { actAs } from '../support/act-as.ts';
import { type Ship, startShip } from '../support/ship.ts';

/** Runs `work` on a ship whose every change shore holds. */
async function withShoreHolding(work: (ship: Ship) => Promise<void>): Promise<void> {
  const broker = await startMosquitto();
  const postgres = await startPostgres({ fsync: false });
  const database = await postgres.createDatabase('office');
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--gateway', 'office']);
  const inStep = await startShip({ mqtt: broker.url });
  try {
    await work(inStep);
  } finally {
    await inStep.remove();
    await shore.stop();
    await postgres.remove();
    await broker.remove();
  }
}

let ship: Ship;
test.beforeEach(async ({ page }) => {
  ship = await startShip();
  await actAs(page, ship.ask, 'Second engineer');
  await page.goto(ship.address);
  await untilListed(page);
});
test.afterEach(async ({ page }) => {
  await page.close();
  await ship.remove();
});

test('the key leaves the address bar, and a reload still works', async ({ page }) => {
  expect(page.url()).not.toContain('token');
  await page.reload();
  await untilListed(page);
});

test('the power goes while somebody writes: it is said, nothing typed is lost, and it is saved when the node is back', async ({
  page,
}) => {
  await orderRow(page, 'Overspeed trip').click();
  await page.keyboard.press('e');
  await page.getByLabel('Title').fill('Overspeed trip, typed before the blackout');
  await ship.cutPower();
  const banner = page
    .getByRole('alert')
    .filter({ hasText: 'The vessel node on this computer does not answer' });
  await expect(banner).toContainText('This is not the link to shore');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(pane(page).getByRole('alert')).toContainText('nothing was changed');
  await expect(page.getByLabel('Title')).toHaveValue('Overspeed trip, typed before the blackout');
  await expect(orderRow(page, 'Overspeed trip and shutdown test')).toBeVisible();

  await ship.start();
  await banner
    .getByRole('button', { name: 'Try now' })
    .click({ timeout: 5_000 })
    .catch(() => {});
  await expect(banner).toHaveCount(0, { timeout: 20_000 });
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(
    pane(page).getByRole('heading', { name: 'Overspeed trip, typed before the blackout' }),
  ).toBeVisible();
});

test('what was done while the screen was cut off is there when it comes back', async ({ page }) => {
  await ship.cutPower();
  await expect(page.getByRole('alert')).toContainText('does not answer');
  await ship.start();
  await ship.ask('workOrders.create', { title: 'Raised by a script', dueDate: '2020-01-01' });
  await expect(orderRow(page, 'Raised by a script')).toBeVisible({ timeout: 20_000 });
});

const standing = /In step|Shore holds everything|Nothing waits for shore|Shore has confirmed every change/;

test('a node that is dead leaves no word on the Sync page that shore holds everything', async ({ page }) => {
  await withShoreHolding(async (inStep) => {
    await page.goto(inStep.address);
    await untilListed(page);
    await page.getByRole('link', { name: 'Sync' }).click();
    const main = page.getByRole('main', { name: 'Sync' });
    await expect(main).toContainText('Shore holds everything entered on this ship', { timeout: 30_000 });
    await expect(main).toContainText('Nothing waits for shore');
    await inStep.cutPower();
    await expect(main.getByRole('heading', { name: 'Link not known' })).toBeVisible();
    await expect(main).toContainText('All figures and lists on this page are as of');
    await expect(main).not.toContainText(standing);
    await expect(page.getByText('Link not known').first()).toBeVisible();
    await expect(page.getByRole('alert')).toContainText('what stands on this page is as it was then');
    await page.getByRole('button', { name: /^Problems/ }).click();
    await expect(main).not.toContainText('No problems');
    await expect(main).toContainText('The problems could not be read');
    await inStep.start();
    await expect(main).toContainText('Shore holds everything entered on this ship', { timeout: 30_000 });
  });
});

test('a node that is stuck is told from one that answers, though its socket stands', async ({ page }) => {
  await page.getByRole('link', { name: 'Sync' }).click();
  const main = page.getByRole('main', { name: 'Sync' });
  await expect(main.getByRole('heading', { name: 'No link set up' })).toBeVisible();
  ship.hold();
  try {
    await expect(main.getByRole('heading', { name: 'Link not known' })).toBeVisible({ timeout: 30_000 });
    // The queue, where it was being read just then, says for itself that it could not be.
    const banner = page
      .getByRole('alert')
      .filter({ hasText: 'The vessel node on this computer does not answer' });
    await expect(banner).toBeVisible();
  } finally {
    ship.goOn();
  }
  await expect(main.getByRole('heading', { name: 'No link set up' })).toBeVisible({ timeout: 30_000 });
});

test('another program holds the database: every page says so, and as of when once the node is dead', async ({
  page,
}) => {
  const other = new Database(join(ship.data, 'arus.db'));
  other.exec('BEGIN IMMEDIATE');
  await expect(ship.ask('workOrders.create', { title: 'Refused' })).rejects.toThrow(/Another program holds/);
  const banner = page.getByRole('alert').filter({ hasText: "Another program holds the ship's database" });
  await expect(banner).toContainText('Nothing can be saved', { timeout: 10_000 });
  await expect(banner).not.toContainText('as of');
  await page.getByRole('link', { name: 'Sync' }).click();
  await expect(banner).toBeVisible();
  await ship.cutPower();
  await expect(banner).toContainText('as of');
  other.close();
  await ship.start();
  await expect(banner).toHaveCount(0, { timeout: 20_000 });
});

test('a screen without the key is told where to find it', async ({ browser }) => {
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await stranger.goto(new URL(ship.address).origin);
  await expect(
    stranger.getByRole('heading', { name: 'The vessel node did not accept this screen' }),
  ).toBeVisible();
  await stranger.goto(`${new URL(ship.address).origin}/#token=not-the-right-one`);
  await stranger.reload();
  await expect(
    stranger.getByRole('heading', { name: 'The vessel node did not accept this screen' }),
  ).toBeVisible();
  await context.close();
});
