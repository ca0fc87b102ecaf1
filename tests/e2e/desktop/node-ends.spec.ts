import { cpSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { smallDisk } from '#support/small-disk.ts';
import type { DesktopShip } from '../support/desktop-ship.ts';
import { pane, untilListed } from '../support/screen.ts';
import { expect, test } from './desktop.ts';

const cannotStart = (page: Page) => page.getByRole('alert').filter({ hasText: 'ARUS cannot start' });
const nodeGone = (page: Page) => page.getByRole('alert').filter({ hasText: 'does not answer' });

/** Has a copy made, and waits until it is checked. */
async function copied(ship: DesktopShip): Promise<void> {
  await ship.ask('copies.make', {});
  const isChecked = async (): Promise<boolean> =>
    (await ship.ask('copies.list', {})).items.some(({ state }) => state === 'checked');
  await expect.poll(isChecked, { timeout: 60_000 }).toBe(true);
}

test.describe('the vessel node of the desktop app', () => {
  test('is killed while a form is open: what is typed stays, and is saved when the node is back', async ({
    startDesktop,
  }) => {
    const ship = await startDesktop();
    const page = await ship.open('Second engineer');
    await untilListed(page);
    await page.keyboard.press('c');
    await page.getByLabel('Title').fill('Typed over the end of the node');
    await ship.app.do({ do: 'node dies' });
    await ship.app.nodeSettled();
    // The second time it is not started at once, so that there is something to see.
    await ship.app.do({ do: 'node dies' });
    await expect(nodeGone(page)).toContainText('what you have typed stays here');
    await expect(nodeGone(page)).toBeHidden();
    await expect(page.getByLabel('Title')).toHaveValue('Typed over the end of the node');
    await page.getByLabel('Title').press('Control+Enter');
    await expect(pane(page).getByRole('heading', { name: 'Typed over the end of the node' })).toBeVisible();
    expect(await ship.app.askedFor('BrowserWindow')).toHaveLength(1);
    expect((await ship.app.close()).code).toBe(0);
  });

  test('cannot open a damaged database: the window says so, nothing is changed, and it starts once put right', async ({
    startDesktop,
  }) => {
    let file = '';
    const ship = await startDesktop({
      prepare(home) {
        file = join(home, 'vessel', 'arus.db');
        cpSync(file, `${file}.kept`);
        writeFileSync(file, Buffer.alloc(200_000, 'not a database'));
      },
    });
    const page = await ship.open();
    await expect(cannotStart(page)).toContainText('is damaged');
    await expect(cannotStart(page)).toContainText('Nothing was changed');
    // The settings are no way in where they cannot be read, and there is one back.
    const settings = join(ship.home, 'arus.json');
    cpSync(settings, `${settings}.kept`);
    writeFileSync(settings, '{');
    await page.getByRole('button', { name: 'Settings of this computer' }).click();
    await expect(page.getByRole('alert')).toContainText('The settings could not be read');
    await page.getByRole('button', { name: 'Back' }).click();
    renameSync(`${settings}.kept`, settings);
    renameSync(`${file}.kept`, file);
    await page.getByRole('button', { name: 'Try again' }).click();
    await untilListed(page);
  });

  test('cannot open a damaged database, and a person goes back to a checked copy in the window', async ({
    startDesktop,
  }) => {
    const first = await startDesktop();
    const page = await first.open('Second engineer');
    await untilListed(page);
    await copied(first);
    expect((await first.app.close()).code).toBe(0);
    writeFileSync(join(first.data, 'arus.db'), Buffer.alloc(200_000, 'not a database'));
    const second = await first.startAgain();
    const stopped = await second.open();
    await expect(cannotStart(stopped)).toContainText('is damaged');
    await stopped.getByRole('button', { name: /^Go back to the copy of/ }).click();
    await expect(stopped.getByRole('button', { name: 'Leave it as it is' })).toBeFocused();
    await stopped.getByRole('button', { name: 'Go back to it' }).click();
    await untilListed(stopped);
    expect((await second.app.close()).code).toBe(0);
  });

  test('finds its database damaged while a page stands open: the copy is offered there, and what is typed stays', async ({
    startDesktop,
  }) => {
    const ship = await startDesktop();
    const page = await ship.open('Second engineer');
    await untilListed(page);
    await copied(ship);
    await page.keyboard.press('c');
    await page.getByLabel('Title').fill('Typed before the damage');
    writeFileSync(join(ship.data, 'arus.db'), Buffer.alloc(200_000, 'not a database'));
    rmSync(join(ship.data, 'arus.db-wal'), { force: true });
    await ship.app.do({ do: 'node dies' });
    await expect(nodeGone(page)).toContainText('It cannot start');
    await nodeGone(page)
      .getByRole('button', { name: /^Go back to the copy of/ })
      .click();
    await nodeGone(page).getByRole('button', { name: 'Go back to it' }).click();
    await expect(nodeGone(page)).toBeHidden({ timeout: 30_000 });
    await expect(page.getByLabel('Title')).toHaveValue('Typed before the damage');
    expect((await ship.app.close()).code).toBe(0);
  });

  test('that comes while another ARUS of this account has the ship is told so, and starts when it has ended', async ({
    startDesktop,
  }) => {
    const first = await startDesktop();
    await untilListed(await first.open());
    const second = await first.startAgain();
    const page = await second.open();
    await expect(cannotStart(page)).toContainText('This account has had this ship open in another ARUS');
    await expect(cannotStart(page)).toContainText('It is tried again in');
    expect((await first.app.close()).code).toBe(0);
    await page.getByRole('button', { name: 'Try again' }).click();
    await untilListed(page);
    expect((await second.app.close()).code).toBe(0);
  });

  test('starts on a full disk, shows the records, and says on every page that nothing can be saved', async ({
    startDesktop,
  }) => {
    const disk = smallDisk(16);
    test.skip(disk === null, 'no disk can be mounted here');
    if (disk === null) return;
    const ship = await startDesktop({
      prepare(home) {
        const onSmallDisk = join(disk.directory, 'vessel');
        cpSync(join(home, 'vessel'), onSmallDisk, { recursive: true });
        rmSync(join(home, 'vessel'), { recursive: true });
        symlinkSync(onSmallDisk, join(home, 'vessel'));
        disk.fill();
      },
    });
    const page = await ship.open('Second engineer');
    await untilListed(page);
    await page.keyboard.press('c');
    await page.getByLabel('Title').fill('Typed on a full disk');
    await page.getByLabel('Title').press('Control+Enter');
    const told = page.getByRole('alert').filter({ hasText: 'Nothing can be saved' });
    await expect(told).toContainText('full');
    await expect(page.getByLabel('Title')).toHaveValue('Typed on a full disk');
    disk.free();
    await expect(told).toBeHidden();
    await page.getByLabel('Title').press('Control+Enter');
    await expect(pane(page).getByRole('heading', { name: 'Typed on a full disk' })).toBeVisible();
    expect((await ship.app.close()).code).toBe(0);
  });
});
