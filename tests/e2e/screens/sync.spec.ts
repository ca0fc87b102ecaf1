import { expect, test } from '../support/app.ts';
import { orderRow, pane, untilListed } from '../support/screen.ts';
import { freePort } from '#support/ports.ts';
import { startMosquitto } from '#support/mosquitto.ts';

test('says in words that no link is set up, and that nothing is lost by it', async ({ app: { page } }) => {
  const pill = page.getByRole('button', { name: /^Link to shore: No link set up/ });
  await expect(pill).toBeVisible();
  await pill.click();
  await expect(page.getByRole('heading', { name: 'No link set up' })).toBeVisible();
  await expect(page.getByText('Everything entered is kept on this ship')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send now' })).toBeDisabled();
});

test('lists change by change what waits for shore, and leads to the record', async ({
  app: { page, ask },
}) => {
  await orderRow(page, 'Overspeed trip').click();
  await page.keyboard.press('2');
  await expect(orderRow(page, 'Overspeed trip')).toContainText('In progress');
  await page.getByRole('link', { name: 'Sync' }).click();
  const table = page.getByRole('grid', { name: 'Changes waiting for shore' });
  const { queue, journal } = await ask('sync.status', {});
  await expect(table).toHaveAttribute('aria-rowcount', String(queue.depth + 1));
  await expect(page.getByText('Changes written on this ship').locator('..')).toContainText(
    String(journal.last),
  );
  await table.focus();
  await page.keyboard.press('End');
  const last = table.getByRole('row').last();
  await expect(last).toContainText('Overspeed trip and shutdown test');
  await expect(last).toContainText('Changed status');
  await expect(last).toContainText('Rajesh Nair');
  await expect(last).toContainText('Waits here');
  await page.keyboard.press('Enter');
  await expect(pane(page).getByRole('heading', { name: 'Overspeed trip and shutdown test' })).toBeVisible();
});

test('says for problems what they are, when there are none', async ({ app: { page } }) => {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: /^Problems/ }).click();
  await expect(page.getByRole('heading', { name: 'No problems' })).toBeVisible();
});

test.describe('with a broker', () => {
  test('the link is held closed and let go by a switch, and says so everywhere', async ({ startShip }) => {
    const broker = await startMosquitto();
    const ship = await startShip({ mqtt: broker.url });
    try {
      const page = await ship.open('Chief engineer');
      await untilListed(page);
      await expect(
        page.getByRole('button', {
          name: /^Link to shore: (Link up|Sending|Waiting for the ship’s records)/,
        }),
      ).toBeVisible();
      await page.getByRole('link', { name: 'Sync' }).click();
      const use = page.getByRole('switch', { name: 'Use the link' });
      await expect(use).toBeChecked();
      await use.click();
      await expect(page.getByRole('heading', { name: 'Link held closed on board' })).toBeVisible();
      await expect(page.getByRole('button', { name: /^Link to shore: Link held closed/ })).toBeVisible();
      await expect(page.getByRole('button', { name: 'Send now' })).toBeDisabled();
      await page.reload();
      await expect(use).not.toBeChecked();
      await use.press('Space');
      await expect(
        page.getByRole('button', {
          name: /^Link to shore: (Link up|Sending|Waiting for the ship’s records)/,
        }),
      ).toBeVisible();
    } finally {
      await broker.remove();
    }
  });

  test('a broker that cannot be reached is told with what is kept, calmly', async ({ startShip }) => {
    const ship = await startShip({ mqtt: `mqtt://127.0.0.1:${await freePort()}` });
    const page = await ship.open();
    await untilListed(page);
    await expect(page.getByRole('button', { name: /^Link to shore: (Offline|Connecting)/ })).toBeVisible();
    await page.getByRole('link', { name: 'Sync' }).click();
    await expect(page.getByText(/Last trouble/)).toBeVisible();
    await expect(page.getByText(/changes waiting are kept on this ship; ARUS keeps trying/)).toBeVisible();
    await expect(page.getByRole('alert')).toHaveCount(0);
  });
});
