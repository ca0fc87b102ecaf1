import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { expect, test } from '../support/app.ts';
import { notice, untilListed } from '../support/screen.ts';

test('a copy is made, looked into and gone back to from the screen, and a second place gets it too', async ({
  app: { page, ask },
}) => {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: 'Copies' }).click();
  const list = page.getByRole('region', { name: 'All copies' });
  await expect(page.getByText('There is no checked copy yet')).toBeVisible();

  // By the keyboard alone.
  await page.getByRole('button', { name: 'Make a copy now' }).focus();
  await page.keyboard.press('Enter');
  await expect(list.getByText(/^Checked, \d+ work orders, last change/)).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/its journal gives exactly its [\d,]+ records/)).toBeVisible();

  const place = page.getByRole('region', { name: 'The second place' });
  await place.getByLabel('Folder').fill('stick');
  await page.keyboard.press('Enter');
  await expect(place.getByLabel('Folder')).toHaveAccessibleDescription(/whole name of the folder/);
  const stick = join(temporaryDirectory('second-place'), 'stick');
  mkdirSync(stick);
  await place.getByLabel('Folder').fill(stick);
  await page.keyboard.press('Enter');
  await expect(place.getByText(/lies there, read back and found the same/)).toBeVisible({ timeout: 20_000 });

  const { total } = await ask('workOrders.list', { limit: 1 });
  await ask('workOrders.create', { title: 'Raised after the copy' });
  await list.getByRole('button', { name: 'Go back to this copy…' }).first().click();
  const preview = list.getByRole('region', { name: 'Going back to this copy' });
  await expect(preview).toContainText('1 change written on this computer since is not in it.');
  await expect(preview).toContainText('1 is only on this computer');
  await preview.getByRole('button', { name: 'Go back to it…' }).click();
  const question = page.getByRole('alertdialog', { name: 'Go back to this copy?' });
  await expect(question).toContainText('What is here now is kept as a copy first');
  await question.getByRole('button', { name: 'Go back to it' }).click();
  await expect(notice(page, /ARUS starts anew on the copy/)).toBeVisible();
  await expect(page.getByRole('alert').getByText(/put the ship's database back to the copy of/)).toBeVisible({
    timeout: 20_000,
  });
  await expect(list.getByText('Replaced by a copy')).toBeVisible();
  expect((await ask('workOrders.list', { limit: 1 })).total).toBe(total);
  await page.getByRole('link', { name: 'Work orders' }).click();
  await untilListed(page);
  await expect(page.getByText('Raised after the copy')).toHaveCount(0);
});
