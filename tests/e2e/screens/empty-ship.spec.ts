import { expect, test } from '../support/app.ts';
import { pane } from '../support/screen.ts';

test('an empty ship says what each page is for and what to do next', async ({ startShip }) => {
  const page = await (await startShip({ empty: true })).open();
  await expect(page.getByRole('heading', { name: 'No work orders yet' })).toBeVisible();
  await page.getByRole('button', { name: 'New order' }).last().click();
  await page.getByLabel('Title').fill('First job');
  await page.keyboard.press('Control+Enter');
  const chooser = page.getByRole('dialog', { name: 'Who is at the screen?' });
  await chooser.getByLabel('Name').fill('Ida Berg');
  await chooser.getByLabel('Rank').fill('Chief engineer');
  await chooser.getByRole('button', { name: 'Add and act' }).click();
  await expect(page.getByRole('button', { name: 'Acting: Ida Berg, Chief engineer' })).toBeVisible();
  // What was begun goes on by itself.
  await expect(pane(page).getByRole('heading', { name: 'First job' })).toBeVisible();
  await expect(pane(page)).toContainText('Ida Berg, Chief engineer');
  await page.getByRole('link', { name: 'Equipment' }).click();
  await expect(page.getByRole('heading', { name: 'No equipment yet' })).toBeVisible();
});
