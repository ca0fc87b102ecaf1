import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { violations } from '../support/accessibility.ts';
import { expect, test } from './desktop.ts';

/** A computer on which nobody has said yet which ship it is on. */
const fresh = { empty: true, prepare: (home: string): void => rmSync(join(home, 'arus.json')) };

test('a first start is gone through by keyboard, left, taken up again, and begun by Start alone', async ({
  startDesktop,
}) => {
  const ship = await startDesktop(fresh);
  const page = await ship.open();
  const settings = join(ship.home, 'arus.json');
  await expect(page.getByLabel('Ship’s name')).toBeFocused();
  await page.keyboard.type('MV Stella Maris');
  await expect(page.getByLabel('Ship’s id')).toHaveValue('stella-maris');
  expect(await violations(page)).toEqual([]);

  await page.reload();
  await expect(page.getByLabel('Ship’s name')).toHaveValue('MV Stella Maris');
  await expect(page.getByLabel('Ship’s name')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Stella!');
  await page.getByLabel('Your name').focus();
  await page.keyboard.type('R. Santos');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Second engineer');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Start' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Letters, digits, - and _, 2 to 40 of them')).toBeVisible();
  await expect(page.getByLabel('Ship’s id')).toBeFocused();
  expect(existsSync(settings)).toBe(false);

  await page.keyboard.press('Control+A');
  await page.keyboard.type('stella-1');
  await page.getByRole('button', { name: 'Start' }).press('Enter');
  await expect(page.getByRole('heading', { name: 'No work orders yet' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Acting: R. Santos, Second engineer' })).toBeVisible();
  expect(JSON.parse(readFileSync(settings, 'utf8'))).toMatchObject({
    vessel: 'stella-1',
    name: 'MV Stella Maris',
    mqtt: null,
  });
});

test('a password that was typed is kept nowhere before Start', async ({ startDesktop }) => {
  const page = await (await startDesktop(fresh)).open();
  await page.getByRole('radio', { name: /Join an office/ }).click();
  await page.getByLabel('The broker’s address').fill('mqtts://broker.example.com:8883');
  await page.getByLabel('Password').fill('never kept');
  expect(await page.evaluate(() => Object.values(localStorage).join())).toContain('broker.example.com');
  expect(await page.evaluate(() => Object.values(localStorage).join())).not.toContain('never kept');
  expect(await violations(page)).toEqual([]);
});

test('settings are changed from the rail, and the ship’s name is everywhere at once', async ({
  startDesktop,
}) => {
  const ship = await startDesktop();
  const page = await ship.open();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByLabel('Ship’s name').fill('MV Second Name');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved. The vessel node starts anew with it.')).toBeVisible();
  await expect(page.getByRole('banner').getByText('MV Second Name')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await expect(
    page.getByText(/Nothing has left this computer yet|has been in touch with shore/),
  ).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test('trying the link says in words what is in the way, at once forgotten when something else is typed', async ({
  startDesktop,
}) => {
  const page = await (await startDesktop()).open();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: /Join an office/ }).click();
  await page.getByLabel('The broker’s address').fill('mqtt://127.0.0.1:9');
  await page.getByRole('button', { name: 'Try the link' }).click();
  await expect(page.getByText('Nothing listens at 127.0.0.1:9.')).toBeVisible();
  await page.getByLabel('User', { exact: true }).fill('polaris');
  await expect(page.getByText('Nothing listens at 127.0.0.1:9.')).toBeHidden();
});
