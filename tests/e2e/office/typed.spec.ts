import type { Page } from '@playwright/test';
import { untilWritten } from '../support/begun-forms.ts';
import { pane } from '../support/screen.ts';
import { expect, test } from './office-desk.ts';

const orders = (page: Page) => page.getByRole('grid', { name: 'Work orders' });
const orderRow = (page: Page, words: string) => orders(page).getByRole('row').filter({ hasText: words });

async function toOrders(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Work orders', exact: true }).click();
  await orders(page).getByRole('gridcell').first().waitFor();
}

async function toCrew(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Crew', exact: true }).click();
  await page.getByRole('grid', { name: 'Crew' }).getByRole('gridcell').first().waitFor();
}

const forms: readonly { what: string; begin(page: Page): Promise<void>; find(page: Page): Promise<void> }[] =
  [
    {
      what: 'a new order',
      async begin(page) {
        await toOrders(page);
        await page.keyboard.press('c');
        await page.getByLabel('Title').fill('Check anodes at the next stop');
      },
      async find(page) {
        await toOrders(page);
        await page.keyboard.press('c');
        await expect(page.getByLabel('Title')).toHaveValue('Check anodes at the next stop');
      },
    },
    {
      what: 'an order that is changed',
      async begin(page) {
        await toOrders(page);
        await orderRow(page, 'Overspeed trip').click();
        await pane(page).getByRole('button', { name: /^Edit/ }).click();
        await page.getByLabel('Title').fill('Overspeed trip, half a thought');
      },
      async find(page) {
        await toOrders(page);
        await orderRow(page, 'Overspeed trip').click();
        await pane(page).getByRole('button', { name: 'Go on' }).click();
        await expect(page.getByLabel('Title')).toHaveValue('Overspeed trip, half a thought');
      },
    },
    {
      what: 'a new crew member',
      async begin(page) {
        await toCrew(page);
        await page.keyboard.press('c');
        await page.getByLabel('Name', { exact: true }).fill('Maria Sol');
      },
      async find(page) {
        await toCrew(page);
        await page.keyboard.press('c');
        await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Maria Sol');
      },
    },
  ];

test('nothing that was typed is lost by a reload, by the page being closed, or by another page', async ({
  office,
}) => {
  const { address } = office;
  let { page } = office;
  for (const { what, begin, find } of forms)
    await test.step(what, async () => {
      await begin(page);
      await untilWritten(page);
      await page.reload();
      await find(page);
      await page.getByRole('button', { name: 'Review', exact: true }).click();
      await find(page);
      const context = page.context();
      const next = await context.newPage();
      await page.close();
      page = next;
      await page.goto(address);
      await orders(page).getByRole('gridcell').first().waitFor();
      await find(page);
    });
});

test('what a list shows stands in the address, over a reload', async ({ office: { page } }) => {
  await page.getByRole('button', { name: /^All/ }).click();
  await page.getByRole('searchbox').fill('turbocharger');
  await expect(page).toHaveURL(/#\/orders\/all\?view=all&q=turbocharger$/);
  await page.reload();
  await expect(orderRow(page, 'Turbocharger water wash')).toBeVisible();
  await expect(orderRow(page, 'Overspeed trip')).toHaveCount(0);
  await expect(page.getByRole('searchbox')).toHaveValue('turbocharger');
});
