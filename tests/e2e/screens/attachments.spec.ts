import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/app.ts';
import { drawPhoto, withPlace } from '../support/picture.ts';
import { brightestPixel, notice, orderRow, pane } from '../support/screen.ts';

const title = 'SW pump 1';

const section = (page: Page): Locator => pane(page).getByRole('region', { name: 'Photos and documents' });
const files = (page: Page): Locator => section(page).getByLabel('Files to attach');

async function openOrder(page: Page): Promise<void> {
  await orderRow(page, title).click();
  await section(page).scrollIntoViewIfNeeded();
}

test('a photo is made smaller before it is kept, loses the place where it was taken, and is looked at large', async ({
  app: { page, ask },
}) => {
  await openOrder(page);
  await expect(section(page).getByText('None yet.')).toBeVisible();
  const buffer = withPlace(await drawPhoto(page, 2_400, 1_800));
  await files(page).setInputFiles({ name: 'IMG_2041.JPEG', mimeType: 'image/jpeg', buffer });
  await expect(section(page).getByText('IMG_2041.jpg')).toBeVisible();
  await expect(section(page).getByText('On this ship only')).toBeVisible();

  const [order] = (await ask('workOrders.list', { search: title })).items;
  const [stored] = (await ask('attachments.list', { entity: 'work_order', recordId: order?.id ?? '' })).items;
  expect(stored).toMatchObject({ width: 1_600, height: 1_200, mediaType: 'image/jpeg', hasThumbnail: true });
  expect(stored?.size).toBeLessThan(buffer.length);
  const { data } = await ask('attachments.read', { id: stored?.id ?? '' });
  expect(Buffer.from(data, 'base64').includes('GPSLatitude')).toBe(false);

  await section(page).getByRole('button', { name: 'Look at IMG_2041.jpg' }).click();
  const large = page.getByRole('dialog').getByRole('img', { name: 'IMG_2041.jpg' });
  await expect(large).toBeVisible();
  expect(await large.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1_600);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('a photo that is to keep its full size does, place and all, as the box says', async ({
  app: { page, ask },
}) => {
  await openOrder(page);
  await section(page).getByRole('button', { name: 'Keep photos in full size' }).click();
  await expect(section(page).getByText('such as the place')).toBeVisible();
  const buffer = withPlace(await drawPhoto(page, 2_000, 1_000));
  await files(page).setInputFiles({ name: 'plate.jpg', mimeType: 'image/jpeg', buffer });
  await expect(section(page).getByText('On this ship only')).toBeVisible();
  const [order] = (await ask('workOrders.list', { search: title })).items;
  const [stored] = (await ask('attachments.list', { entity: 'work_order', recordId: order?.id ?? '' })).items;
  expect(stored).toMatchObject({ width: 2_000, height: 1_000, size: buffer.length });
});

test('documents are dropped and pasted, saved as a copy, deleted and had back', async ({ app: { page } }) => {
  await openOrder(page);
  const give = (how: 'drop' | 'paste', name: string, text: string): Promise<void> =>
    section(page).evaluate(
      (element, [event = '', fileName = '', words = '']) => {
        const data = new DataTransfer();
        data.items.add(new File([words], fileName, { type: 'application/octet-stream' }));
        const init = { bubbles: true, cancelable: true };
        element.dispatchEvent(
          event === 'drop'
            ? new DragEvent('drop', { ...init, dataTransfer: data })
            : new ClipboardEvent('paste', { ...init, clipboardData: data }),
        );
      },
      [how, name, text],
    );
  await give('drop', 'manual.pdf', '%PDF-1.7 Torque 42 Nm');
  await give('paste', 'readings.txt', 'No. 2 pump: 4.1 bar');
  await expect(section(page).getByRole('listitem')).toHaveCount(2);

  // A real Electron asks where to save in a dialog of its own, which nobody here could answer.
  if (test.info().project.name !== 'electron') {
    const download = page.waitForEvent('download');
    await section(page).getByRole('button', { name: 'Save a copy of manual.pdf' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('manual.pdf');
    expect(readFileSync(await saved.path(), 'utf8')).toBe('%PDF-1.7 Torque 42 Nm');
  }

  // A double click on what was saved must start nothing.
  await give('drop', 'restart.bat', 'restart the controller first');
  await expect(section(page).getByText('restart.bat')).toBeVisible();
  if (test.info().project.name !== 'electron') {
    const download = page.waitForEvent('download');
    await section(page).getByRole('button', { name: 'Save a copy of restart.bat' }).click();
    expect((await download).suggestedFilename()).toBe('restart.bat.txt');
  }
  await section(page).getByRole('button', { name: 'Delete restart.bat' }).click();
  await expect(section(page).getByRole('listitem')).toHaveCount(2);

  await section(page).getByRole('button', { name: 'Delete readings.txt' }).click();
  await expect(section(page).getByRole('listitem')).toHaveCount(1);
  await notice(page, 'Deleted readings.txt').getByRole('button', { name: 'Undo' }).click();
  await expect(section(page).getByText('readings.txt')).toBeVisible();
});

test('what can carry a program is refused where it stands, and nothing of it is kept', async ({
  app: { page, ask },
}) => {
  await openOrder(page);
  const buffer = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title = 1"/>');
  await files(page).setInputFiles({ name: 'drawing.jpg', mimeType: 'image/jpeg', buffer });
  await expect(section(page).getByRole('alert')).toContainText('SVG drawings and other markup');
  const broken = Buffer.from('ffd8ffe000104a464946', 'hex');
  await files(page).setInputFiles({ name: 'broken.jpg', mimeType: 'image/jpeg', buffer: broken });
  await expect(section(page).getByText('This cannot be read as a picture')).toBeVisible();
  await section(page).getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(section(page).getByText('drawing.jpg')).toBeHidden();
  const [order] = (await ask('workOrders.list', { search: title })).items;
  expect((await ask('attachments.list', { entity: 'work_order', recordId: order?.id ?? '' })).items).toEqual(
    [],
  );
});

test('a photo lights up no bridge at night', async ({ app: { page } }) => {
  await openOrder(page);
  const buffer = await drawPhoto(page, 800, 600);
  await files(page).setInputFiles({ name: 'bright.jpg', mimeType: 'image/jpeg', buffer });
  await section(page).getByRole('button', { name: 'Look at bright.jpg' }).click();
  await page.getByRole('dialog').getByRole('img').waitFor();
  await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'night'));
  expect((await brightestPixel(page)).luminance).toBeLessThan(0.4);
});

test('how large photos may be is chosen on the page of the link, and holds at once', async ({
  app: { page, ask },
}) => {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: 'Link and cost' }).click();
  const photos = page.getByRole('region', { name: 'Photos and documents' });
  await photos.getByRole('combobox', { name: 'Photos are made smaller to' }).click();
  await page.getByRole('option', { name: '2400 pixels' }).click();
  await expect(notice(page, /Photos are made smaller to 2400 pixels/)).toBeVisible();
  await photos.getByRole('combobox', { name: 'Comes from shore unasked up to' }).click();
  await page.getByRole('option', { name: 'Nothing, thumbnails only' }).click();
  await expect.poll(async () => (await ask('attachments.policy', {})).fetchUpTo).toBe(0);
  expect(await ask('attachments.policy', {})).toMatchObject({ longestEdge: 2_400, limit: 10_000_000 });
});
