import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from '../support/app.ts';
import { untilListed } from '../support/screen.ts';

test('another program holds the database: every page says so, until it lets go', async ({ startShip }) => {
  const ship = await startShip();
  const page = await ship.open('Second engineer');
  await untilListed(page);
  const other = new Database(join(ship.data, 'arus.db'));
  other.exec('BEGIN IMMEDIATE');
  await expect(ship.ask('workOrders.create', { title: 'Refused' })).rejects.toThrow(/Another program holds/);
  const banner = page.getByRole('alert').filter({ hasText: "Another program holds the ship's database" });
  await expect(banner).toContainText('Nothing can be saved', { timeout: 10_000 });
  await page.getByRole('link', { name: 'Sync' }).click();
  await expect(banner).toBeVisible();
  other.close();
  await expect(banner).toHaveCount(0, { timeout: 20_000 });
});
