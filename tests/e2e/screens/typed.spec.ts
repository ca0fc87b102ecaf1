import type { Page } from '@playwright/test';
import { expect, test } from '../support/app.ts';
import { begunForms, untilWritten } from '../support/begun-forms.ts';
import { notice, orderList, pane, untilListed } from '../support/screen.ts';

const interruptions: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async 'a reload'(page) {
    await untilWritten(page);
    await page.reload();
    await page.getByRole('link', { name: 'Crew' }).waitFor();
  },
  async Esc(page) {
    for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
  },
  async 'another record'(page) {
    await page.getByRole('link', { name: 'Work orders', exact: true }).click();
    await untilListed(page);
    const other = orderList(page)
      .getByRole('row')
      .filter({ hasText: 'WO-' })
      .filter({ hasNotText: 'Overspeed' });
    await other.first().click();
    await expect(pane(page).getByRole('heading', { level: 2 }).last()).not.toContainText('Overspeed');
  },
  async 'another theme'(page) {
    await page
      .getByRole('radio', { name: 'Night' })
      .or(page.getByRole('button', { name: 'Night' }))
      .first()
      .click();
  },
};

test.describe('nothing that was typed is lost', () => {
  for (const [by, interrupt] of Object.entries(interruptions))
    test(`by ${by}, in any form`, async ({ app: { page } }) => {
      for (const { what, begin, find } of begunForms)
        await test.step(what, async () => {
          await begin(page);
          await interrupt(page);
          await find(page);
          // Out of the form, so that the next one begins from the list.
          for (let times = 0; times < 3; times += 1) await page.keyboard.press('Escape');
        });
    });

  test('what is saved or discarded does not come back', async ({ app: { page, ask } }) => {
    await page.keyboard.press('c');
    await page.getByLabel('Title').fill('Renew zinc anodes');
    await untilWritten(page);
    await page.keyboard.press('Control+Enter');
    await expect(notice(page, /WO-.* raised/)).toBeVisible();
    await page.keyboard.press('c');
    await expect(page.getByLabel('Title')).toHaveValue('');
    await page.getByLabel('Title').fill('Not this one');
    await untilWritten(page);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.reload();
    await untilListed(page);
    await page.keyboard.press('c');
    await expect(page.getByLabel('Title')).toHaveValue('');
    const { items } = await ask('workOrders.list', { search: 'zinc anodes' });
    expect(items).toHaveLength(1);
  });
});
