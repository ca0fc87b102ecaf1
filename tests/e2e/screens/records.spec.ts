import type { Page } from '@playwright/test';
import { violations } from '../support/accessibility.ts';
import { expect, test } from '../support/app.ts';
import { drawPhoto } from '../support/picture.ts';
import { notice, openHistory, pane } from '../support/screen.ts';

const crewList = (page: Page) => page.getByRole('grid', { name: 'Crew' });
const crewRow = (page: Page, words: string) => crewList(page).getByRole('row').filter({ hasText: words });

async function openCrew(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Crew' }).click();
  await crewList(page).getByRole('gridcell').first().waitFor();
}

test.describe('a page that is made from the declaration alone', () => {
  test('enters, changes and deletes a record by keys, and tells what was done to it', async ({
    app: { page, ask },
  }) => {
    await openCrew(page);
    await page.keyboard.press('c');
    await expect(page.getByLabel('Name')).toBeFocused();
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('Name is needed')).toBeVisible();
    await expect(pane(page).getByText('Rank is needed')).toBeVisible();
    await expect(page.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
    await page.keyboard.type('Maria Sol');
    await expect(pane(page).getByText('Name is needed')).toHaveCount(0);
    await page.getByLabel('Rank').fill('Motorman');
    await page.keyboard.press('Control+Enter');

    await expect(notice(page, 'Maria Sol entered')).toBeVisible();
    await expect(pane(page).getByRole('heading', { name: 'Maria Sol' })).toBeVisible();
    await expect(crewRow(page, 'Maria Sol')).toHaveAttribute('aria-selected', 'true');
    await expect(crewRow(page, 'Maria Sol')).toContainText('On this ship only');

    await page.keyboard.press('e');
    await page.getByLabel('Rank').fill('Third engineer');
    await page.keyboard.press('Control+Enter');
    await expect(crewRow(page, 'Maria Sol')).toContainText('Third engineer');
    await openHistory(page);
    const history = page.getByRole('region', { name: 'History' });
    await expect(history).toContainText('entered this crew member');
    await expect(history).toContainText('Third engineer');
    await page.keyboard.press('h');

    await pane(page).getByRole('button', { name: 'Delete crew member' }).click();
    await expect(page.getByRole('alertdialog')).toContainText('Delete Maria Sol?');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete crew member' }).click();
    await expect(notice(page, 'Maria Sol deleted')).toBeVisible();
    await expect(crewRow(page, 'Maria Sol')).toHaveCount(0);
    const { items } = await ask('records.list', { entity: 'crew_member', search: 'Sol' });
    expect(items).toEqual([]);
  });

  test('narrows by a field, by words, and sorts', async ({ app: { page, ask } }) => {
    const { items } = await ask('records.list', { entity: 'crew_member', sort: 'rank' });
    await ask('records.update', {
      entity: 'crew_member',
      id: items.find(({ values }) => values['rank'] === 'Motorman')?.id ?? items.at(-1)?.id ?? '',
      changes: { onBoard: false },
    });
    await openCrew(page);
    await page.keyboard.press('f');
    const filter = page.getByRole('dialog', { name: 'Filter crew' });
    await filter.getByRole('button', { name: 'No', exact: true }).click();
    await filter.getByRole('button', { name: 'Show crew' }).click();
    await expect(page.getByRole('status').filter({ hasText: '1 crew member' })).toBeVisible();
    await page.getByRole('button', { name: 'Clear', exact: true }).click();
    await page.getByRole('button', { name: 'Rank' }).click();
    await expect(crewList(page).getByRole('columnheader', { name: 'Rank' })).toHaveAttribute(
      'aria-sort',
      'ascending',
    );
    await expect(crewList(page).getByRole('row').nth(1)).toContainText(String(items[0]?.values['name']));
    await page.keyboard.press('/');
    await page.keyboard.type('nobody of that name');
    await expect(page.getByRole('heading', { name: 'Nothing matches' })).toBeVisible();
    await page.getByRole('button', { name: 'Show all crew' }).click();
    await expect(crewList(page).getByRole('row').nth(1)).toBeVisible();
  });

  test('keeps what was typed when another record is looked at, and asks when somebody was quicker', async ({
    app: { page, ask },
  }) => {
    const { items } = await ask('records.list', { entity: 'crew_member' });
    const [first, second] = items;
    await openCrew(page);
    await crewRow(page, first?.title ?? '').click();
    await page.keyboard.press('e');
    await page.getByLabel('Rank').fill('Half a thought');
    await page.keyboard.press('Escape');
    await expect(pane(page).getByText('You began to change this crew member')).toBeVisible();
    await crewRow(page, second?.title ?? '').click();
    await expect(pane(page).getByRole('heading', { name: second?.title ?? '' })).toBeVisible();
    await crewRow(page, first?.title ?? '').click();
    await pane(page).getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByLabel('Rank')).toHaveValue('Half a thought');

    await ask('records.update', {
      entity: 'crew_member',
      id: first?.id ?? '',
      changes: { rank: 'Rank of somebody else' },
    });
    await page.getByRole('button', { name: 'Save' }).click();
    const clash = page.getByRole('group', { name: 'Changed by somebody else' });
    await expect(clash).toContainText('Rank of somebody else');
    await clash.getByRole('button', { name: 'Take theirs' }).click();
    await expect(page.getByLabel('Rank')).toHaveValue('Rank of somebody else');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(crewRow(page, first?.title ?? '')).toContainText('Rank of somebody else');
  });
});

const equipmentRow = (page: Page, words: string) =>
  page.getByRole('grid', { name: 'Equipment' }).getByRole('row').filter({ hasText: words });
const part = (page: Page, name: string) => pane(page).getByRole('region', { name });

async function openEquipment(page: Page, words: string): Promise<void> {
  await page.getByRole('link', { name: 'Equipment' }).click();
  await equipmentRow(page, words).click();
  await pane(page).getByRole('button', { name: /^Edit/ }).waitFor();
}

test.describe('equipment', () => {
  test('is entered and changed by what its declaration says', async ({ app: { page, ask } }) => {
    await page.getByRole('link', { name: 'Equipment' }).click();
    await page.getByRole('grid', { name: 'Equipment' }).getByRole('gridcell').first().waitFor();
    await page.keyboard.press('c');
    await page.getByLabel('Code').fill('999.01');
    await page.getByLabel('Name').fill('Galley range');
    // What has been counted stands in the meters now.
    await expect(page.getByLabel('Running hours')).toHaveCount(0);
    await page.getByRole('combobox', { name: 'Criticality' }).click();
    await page.getByRole('option', { name: /^C, / }).click();
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByRole('heading', { name: 'Galley range' })).toBeVisible();
    await expect(pane(page)).toContainText('C, a convenience');
    await expect(pane(page)).toContainText('No outstanding orders');
    await expect(part(page, 'Meters')).toContainText('No meters yet.');

    await page.keyboard.press('e');
    await page.getByLabel('Location').fill('Galley');
    await page.keyboard.press('Control+Enter');
    await expect(pane(page)).toContainText('Galley');
    const { items } = await ask('equipment.list', { search: 'galley range' });
    expect(items).toMatchObject([{ code: '999.01', criticality: 'C', location: 'Galley' }]);
  });

  test('shows its meters, and asks about a reading that is hardly right', async ({ app: { page, ask } }) => {
    await openEquipment(page, '601.01');
    const meters = part(page, 'Meters');
    const engine = (await ask('equipment.list', { search: '601.01' })).items[0];
    await expect(meters.getByRole('row').filter({ hasText: 'Running hours' })).toContainText(' h');
    await meters.getByRole('button', { name: /^New meter reading/ }).click();
    const form = meters.getByRole('form', { name: 'New meter reading' });
    await form.getByLabel('Value').fill('12');
    await form.getByLabel('Reason').fill('As it stands on the dial');
    await page.keyboard.press('Control+Enter');
    await expect(form.getByRole('alert')).toContainText('it would have run backwards');
    await expect(form.getByRole('button', { name: 'Go back and correct' })).toBeFocused();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect(form.getByRole('alert')).toHaveCount(0);
    await expect(form.getByLabel('Value')).toHaveValue('12');
    await expect(form.getByLabel('Reason')).toHaveValue('As it stands on the dial');

    // The form is left by a key, and nothing that was typed is lost by it.
    await form.getByLabel('Value').press('Escape');
    await expect(form).toHaveCount(0);
    await expect(meters.getByRole('button', { name: /^New meter reading/ })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(form.getByLabel('Value')).toHaveValue('12');
    const { total } = await ask('records.list', { entity: 'meter_reading' });
    await page.keyboard.press('Control+Enter');
    await form.getByRole('button', { name: 'Enter it all the same' }).click();
    await expect(form).toHaveCount(0);
    await expect(meters.getByRole('row').filter({ hasText: 'Running hours' })).toContainText('12 h');
    expect((await ask('records.list', { entity: 'meter_reading' })).total).toBe(total + 1);
    const now = (await ask('equipment.list', { search: '601.01' })).items[0];
    expect(now?.runningHours).not.toBe(engine?.runningHours);

    await meters.getByRole('link', { name: 'Running hours' }).click();
    await expect(pane(page).getByRole('heading', { name: 'Running hours' })).toBeVisible();
    const readings = part(page, 'Meter readings');
    await expect(readings.getByRole('row').nth(1)).toContainText('12');
    await readings.getByRole('row').nth(1).getByRole('link').click();
    await expect(pane(page)).toContainText('As it stands on the dial');
    // What was read stays as it was read.
    await expect(pane(page).getByRole('button', { name: /^(Edit|Delete)/ })).toHaveCount(0);
    await page.keyboard.press('e');
    await expect(pane(page).getByRole('form')).toHaveCount(0);
  });

  test('keeps files that are attached to it', async ({ app: { page, ask } }) => {
    await openEquipment(page, '601.01');
    const files = part(page, 'Photos and documents');
    await expect(files.getByText('None yet.')).toBeVisible();
    const buffer = await drawPhoto(page, 400, 300);
    await files
      .getByLabel('Files to attach')
      .setInputFiles({ name: 'name plate.jpg', mimeType: 'image/jpeg', buffer });
    await expect(files.getByRole('button', { name: 'Look at name plate.jpg' })).toBeVisible();
    await expect(files.getByText('On this ship only')).toBeVisible();
    const [engine] = (await ask('equipment.list', { search: '601.01' })).items;
    const { items } = await ask('attachments.list', { entity: 'equipment', recordId: engine?.id ?? '' });
    expect(items).toMatchObject([{ fileName: 'name plate.jpg' }]);
    expect(await violations(page)).toEqual([]);
  });
});

test('meters are no page of the rail, and the palette leads to them', async ({ app: { page } }) => {
  await expect(page.getByRole('navigation', { name: 'Pages' }).getByRole('link')).not.toContainText([
    /[Mm]eter/,
  ]);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('go to meters');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Meters' }).getByRole('row').nth(1)).toBeVisible();
});

test('pages made from a declaration can be read aloud and told apart', async ({ app: { page } }) => {
  test.setTimeout(120_000);
  await openCrew(page);
  expect(await violations(page)).toEqual([]);
  await crewList(page).getByRole('row').nth(1).click();
  await pane(page).getByRole('button', { name: /^Edit/ }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('e');
  await page.getByLabel('Rank').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.getByRole('dialog', { name: 'Filter crew' }).waitFor();
  expect(await violations(page)).toEqual([]);
});
