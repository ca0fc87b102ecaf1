import type { Page } from '@playwright/test';
import { violations } from '../support/accessibility.ts';
import { drawPhoto } from '../support/picture.ts';
import { notice, openHistory, pane } from '../support/screen.ts';
import { expect, test } from './office-desk.ts';

const list = (page: Page, name: string) => page.getByRole('grid', { name });
const row = (page: Page, name: string, words: string) =>
  list(page, name).getByRole('row').filter({ hasText: words });

async function openKind(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await list(page, name).getByRole('gridcell').first().waitFor();
}

test.describe('a page of records in the office', () => {
  // Chromium writes every refusal to the console, also one that the page expects.
  test.use({ expectedComplaints: [/(403|404|409|422) \(/] });

  test('enters, changes and deletes a record of a ship, and the ship has it', async ({ office }) => {
    const { page, ship, settled } = office;
    await openKind(page, 'Crew');
    await page.keyboard.press('c');
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('Name is needed')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Maria Sol');
    await page.getByLabel('Rank').fill('Motorman');
    await page.keyboard.press('Control+Enter');
    await expect(notice(page, 'Maria Sol entered')).toBeVisible();
    await expect(pane(page).getByRole('heading', { name: 'Maria Sol' })).toBeVisible();
    await expect(pane(page)).toContainText('Held by ship and shore');

    await page.keyboard.press('e');
    await page.getByLabel('Rank').fill('Third engineer');
    await page.keyboard.press('Control+Enter');
    await expect(row(page, 'Crew', 'Maria Sol')).toContainText('Third engineer');
    await openHistory(page);
    await expect(page.getByRole('region', { name: 'History' })).toContainText('entered this crew member');
    await page.keyboard.press('h');
    await settled();
    const there = () => ship.ask('records.list', { entity: 'crew_member', search: 'Sol' });
    expect((await there()).items).toMatchObject([{ values: { rank: 'Third engineer' } }]);

    await pane(page).getByRole('button', { name: 'Delete crew member' }).click();
    await expect(page.getByRole('alertdialog')).toContainText('on board MV Astrid Holm with the next link');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete crew member' }).click();
    await expect(row(page, 'Crew', 'Maria Sol')).toHaveCount(0);
    await settled();
    // The ship is told a moment after the office has it.
    await expect.poll(async () => (await there()).items).toEqual([]);
  });

  test('refuses beside the field, asks when the ship was quicker, and narrows and sorts', async ({
    office,
  }) => {
    const { page, ship, settled } = office;
    await openKind(page, 'Equipment');
    await page.getByRole('searchbox', { name: 'Search equipment' }).fill('main engine');
    await row(page, 'Equipment', '601.01').click();
    await page.keyboard.press('e');
    const { items } = await ship.ask('equipment.list', { search: '601.01' });
    const [engine] = items;
    await page.getByLabel('Code').fill('');
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('Code is needed')).toHaveCount(1);
    await expect(page.getByLabel('Code')).toHaveAttribute('aria-invalid', 'true');
    await page.getByLabel('Code').fill('601.01');
    await page.getByLabel('Location').fill('Engine room, lower deck');

    await ship.ask('equipment.update', { id: engine?.id ?? '', changes: { location: 'Upper deck' } });
    await settled();
    await page.getByRole('button', { name: 'Save' }).click();
    const clash = page.getByRole('group', { name: 'Changed by somebody else' });
    await expect(clash).toContainText('Upper deck');
    await clash.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(pane(page)).toContainText('Engine room, lower deck');

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: 'Filter' }).click();
    const filter = page.getByRole('dialog', { name: 'Filter equipment' });
    await filter.getByRole('button', { name: /^C, / }).click();
    await filter.getByRole('button', { name: 'Show equipment' }).click();
    await expect(row(page, 'Equipment', '601.01')).toHaveCount(0);
    await page.getByRole('button', { name: 'Name', exact: true }).click();
    await expect(
      list(page, 'Equipment').getByRole('columnheader', { name: 'Name', exact: true }),
    ).toHaveAttribute('aria-sort', 'ascending');
    expect(await violations(page)).toEqual([]);
    await list(page, 'Equipment').getByRole('row').nth(1).click();
    await page.keyboard.press('e');
    await page.getByLabel('Location').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  test('enters a reading that is asked about, and attaches a file, from the page of the equipment', async ({
    office,
  }) => {
    const { page, ship, settled } = office;
    await openKind(page, 'Equipment');
    await page.getByRole('searchbox', { name: 'Search equipment' }).fill('main engine');
    await row(page, 'Equipment', '601.01').click();
    const meters = pane(page).getByRole('region', { name: 'Meters' });
    await meters.getByRole('button', { name: /^New meter reading/ }).click();
    const form = meters.getByRole('form', { name: 'New meter reading' });
    await form.getByLabel('Value').fill('12');
    await page.keyboard.press('Control+Enter');
    await expect(form.getByRole('alert')).toContainText('it would have run backwards');
    await form.getByRole('button', { name: 'Enter it all the same' }).click();
    await expect(form).toHaveCount(0);
    await expect(meters.getByRole('row').filter({ hasText: 'Running hours' })).toContainText('12 h');

    const files = pane(page).getByRole('region', { name: 'Photos and documents' });
    const buffer = await drawPhoto(page, 400, 300);
    await files
      .getByLabel('Files to attach')
      .setInputFiles({ name: 'spare.jpg', mimeType: 'image/jpeg', buffer });
    await expect(files.getByRole('button', { name: 'Look at spare.jpg' })).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await settled();
    const { items } = await ship.ask('records.list', {
      entity: 'meter_reading',
      sort: 'readAt',
      direction: 'desc',
      limit: 500,
    });
    expect(items.map(({ values }) => values['value'])).toContain(12);
  });
});
