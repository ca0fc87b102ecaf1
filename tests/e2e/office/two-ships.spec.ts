import { startShip } from '../support/ship.ts';
import { expect, test } from './office-desk.ts';

test('another ship under the same id: both ends say so, and the office decides', async ({
  office: { page, ship: first },
  broker,
  context,
}, testInfo) => {
  const other = await startShip({ mqtt: broker.url, empty: true, name: 'M/V Borealis' });
  try {
    await other.ask('workOrders.create', { title: 'Grease the windlass' });
    const vessels = page.getByRole('navigation', { name: 'Vessels' });
    const asked = vessels.getByRole('region', { name: 'Another computer, M/V Borealis' });
    await expect(asked).toContainText('Another computer says that it is this ship: M/V Borealis.', {
      timeout: 60_000,
    });
    const station = await context.newPage();
    await station.goto(other.address);
    await expect(station.getByRole('button', { name: /The office asks which ship this is/ })).toBeVisible();
    await station.getByRole('link', { name: 'Sync' }).click();
    await expect(station.getByRole('alert').filter({ hasText: 'This computer says it is' })).toHaveText(
      /as MV Astrid Holm\. This computer says it is M\/V Borealis\. Nothing is sent or taken until the office says which is right/,
    );
    for (const theme of ['day', 'dusk', 'night']) {
      await page.evaluate((chosen) => localStorage.setItem('arus.theme', chosen), theme);
      await page.reload();
      await asked.waitFor();
      await page.screenshot({ path: testInfo.outputPath(`office-${theme}.png`) });
      await station.evaluate((chosen) => {
        document.documentElement.dataset['theme'] = chosen;
      }, theme);
      await station.screenshot({ path: testInfo.outputPath(`ship-${theme}.png`) });
    }
    await asked.getByRole('button', { name: 'It is another ship' }).click();
    await expect(asked).toContainText('was refused by');
    await expect(station.getByRole('heading', { name: 'Another ship, the office says' })).toBeVisible();
    await asked.getByRole('button', { name: 'It is this ship' }).click();
    await expect(asked).toContainText('That cannot be taken back');
    await page.screenshot({ path: testInfo.outputPath('office-sure.png') });
    await asked.getByRole('button', { name: 'Merge them' }).click();
    await expect(asked).toHaveCount(0);
    await expect
      .poll(
        async () => (await first.ask('workOrders.list', { search: 'Grease the windlass' })).items.length,
        {
          timeout: 60_000,
        },
      )
      .toBe(1);
    await station.close();
  } finally {
    await other.remove();
  }
});
