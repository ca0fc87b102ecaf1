import type { Page } from 'playwright-core';
import type { Ship } from '../../tests/e2e/support/ship.ts';
import { drawPhoto } from '../../tests/e2e/support/picture.ts';

/** Two photos and a document on the order that is open, put there once. */
export async function attachSome(page: Page, ship: Ship, words: string): Promise<void> {
  const section = page.getByRole('region', { name: 'Photos and documents' });
  const [row] = (await ship.ask('workOrders.list', { search: words })).items;
  const { items } = await ship.ask('attachments.list', { entity: 'work_order', recordId: row?.id ?? '' });
  if (items.length === 0) {
    const photo = async (name: string, hue: number) => ({
      name,
      mimeType: 'image/jpeg',
      buffer: await drawPhoto(page, 2_000, 1_500, hue),
    });
    await section
      .getByLabel('Files to attach')
      .setInputFiles([
        await photo('Trip lever, port side.jpg', 25),
        await photo('Tachometer at trip.jpg', 200),
        { name: 'Maker’s letter 2026-02.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7') },
      ]);
  }
  await section.getByText('Maker’s letter 2026-02.pdf').waitFor();
  await section.getByText('On this ship only').nth(2).waitFor();
  await section.locator('img').nth(1).waitFor();
  await section.getByRole('button', { name: 'Add photos or files…' }).scrollIntoViewIfNeeded();
}
