import type { Page } from 'playwright-core';
import type { Ship } from '../../tests/e2e/support/ship.ts';
import type { Scene } from './scenes.ts';

async function openKind(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name }).click();
  await page.getByRole('grid', { name }).getByRole('gridcell').first().waitFor();
}

async function openRecord(page: Page, kind: string, words: string): Promise<void> {
  await openKind(page, kind);
  await page.getByRole('row').filter({ hasText: words }).click();
  await page.getByRole('complementary').getByRole('button', { name: /^Edit/ }).waitFor();
}

/** Whoever else is on board changes a rank while it is being written here. */
async function clash(page: Page, ship: Ship): Promise<void> {
  await openRecord(page, 'Crew', 'Second engineer');
  await page.keyboard.press('e');
  await page.getByLabel('Rank').fill('2nd engineer');
  const { items } = await ship.ask('records.list', { entity: 'crew_member' });
  const id = items.find(({ values }) => values['rank'] === 'Second engineer')?.id ?? '';
  const chief = items.find(({ values }) => values['rank'] === 'Chief engineer')?.id;
  await ship.ask(
    'records.update',
    { entity: 'crew_member', id, changes: { rank: 'Second Engineer' } },
    chief,
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Take theirs' }).waitFor();
}

async function unclash(_: Page, ship: Ship): Promise<void> {
  const { items } = await ship.ask('records.list', { entity: 'crew_member' });
  const id = items.find(({ values }) => values['rank'] === 'Second Engineer')?.id ?? '';
  await ship.ask('records.update', { entity: 'crew_member', id, changes: { rank: 'Second engineer' } });
}

/** Pages that are made from what a kind of record declares. */
export const recordScenes: readonly Scene[] = [
  { name: 'records-crew', arrange: (page) => openKind(page, 'Crew') },
  {
    name: 'records-crew-empty',
    ship: 'empty',
    arrange: (page) => page.getByRole('link', { name: 'Crew' }).click(),
  },
  { name: 'records-crew-member', arrange: (page) => openRecord(page, 'Crew', 'Chief engineer') },
  {
    name: 'records-crew-new-invalid',
    async arrange(page) {
      await openKind(page, 'Crew');
      await page.keyboard.press('c');
      await page.getByRole('button', { name: 'Enter crew member' }).click();
      await page.getByText('Name is needed').waitFor();
    },
  },
  { name: 'records-crew-clash', arrange: clash, tidy: unclash },
  {
    name: 'records-crew-history',
    async arrange(page) {
      await openRecord(page, 'Crew', 'Second engineer');
      await page.keyboard.press('h');
      await page.getByText('entered this crew member').waitFor();
    },
  },
  {
    name: 'records-crew-delete',
    async arrange(page) {
      await openRecord(page, 'Crew', 'Chief engineer');
      await page.getByRole('button', { name: 'Delete crew member' }).click();
    },
  },
  {
    name: 'records-filter',
    async arrange(page) {
      await openKind(page, 'Crew');
      await page.keyboard.press('f');
    },
  },
  { name: 'records-equipment', arrange: (page) => openRecord(page, 'Equipment', '601.01') },
  {
    name: 'records-equipment-edit',
    async arrange(page) {
      await openRecord(page, 'Equipment', '601.01');
      await page.keyboard.press('e');
      await page.getByLabel('Name').fill('');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Name is needed').waitFor();
    },
  },
  {
    name: 'records-equipment-asked',
    async arrange(page) {
      await openRecord(page, 'Equipment', '601.01');
      await page.getByRole('button', { name: /^New meter reading/ }).click();
      await page.getByLabel('Value').fill('12');
      await page.getByRole('button', { name: 'Enter meter reading' }).click();
      await page.getByRole('button', { name: 'Enter it all the same' }).waitFor();
    },
  },
  {
    name: 'records-meter',
    async arrange(page) {
      await openRecord(page, 'Equipment', '601.01');
      await page.getByRole('region', { name: 'Meters' }).getByRole('link').click();
      await page.getByRole('region', { name: 'Meter readings' }).getByRole('row').nth(1).waitFor();
    },
  },
];
