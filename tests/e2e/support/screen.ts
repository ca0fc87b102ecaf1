import type { Locator, Page } from '@playwright/test';

/** The list of orders. */
export const orderList = (page: Page): Locator => page.getByRole('grid', { name: 'Work orders' });

/** The row in the list whose title has these words. */
export const orderRow = (page: Page, words: string): Locator =>
  orderList(page).getByRole('row').filter({ hasText: words });

/** The pane or page that shows one record. */
export const pane = (page: Page): Locator => page.getByRole('complementary');

/** The line at the foot of the screen about what just happened. */
export const notice = (page: Page, words: string | RegExp): Locator =>
  page.getByRole('status').or(page.getByRole('alert')).filter({ hasText: words });

/** Waits until the app has drawn the list of orders. */
export async function untilListed(page: Page): Promise<void> {
  await orderList(page).getByRole('gridcell').first().waitFor();
}

/** How many rows of a list are in the page itself, however many it holds. */
export function rowsDrawn(page: Page): Promise<number> {
  return orderList(page).getByRole('row').count();
}

/**
 * The brightest pixel of the page as it is drawn, relative luminance from 0 to 1 (WCAG 2), and where it is. Measured in the
 * page itself: Electron opens no other beside it.
 */
export async function brightestPixel(page: Page): Promise<{ luminance: number; x: number; y: number }> {
  const shot = await page.screenshot();
  return page.evaluate(async (data) => {
    const bytesOfShot = Uint8Array.from(atob(data), (letter) => letter.codePointAt(0) ?? 0);
    const image = await createImageBitmap(new Blob([bytesOfShot], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const drawing = canvas.getContext('2d');
    if (drawing === null) throw new Error('No canvas to measure on');
    drawing.drawImage(image, 0, 0);
    const { data: bytes } = drawing.getImageData(0, 0, image.width, image.height);
    const linear = Array.from({ length: 256 }, (_, value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    const of = (index: number): number => linear[bytes[index] ?? 0] ?? 0;
    let brightest = { luminance: 0, x: 0, y: 0 };
    for (let index = 0; index < bytes.length; index += 4) {
      const luminance = 0.2126 * of(index) + 0.7152 * of(index + 1) + 0.0722 * of(index + 2);
      if (luminance > brightest.luminance) {
        const pixel = index / 4;
        brightest = { luminance, x: pixel % image.width, y: Math.floor(pixel / image.width) };
      }
    }
    return brightest;
  }, shot.toString('base64'));
}

/** Opens the history of the order in the pane by its key, once the order is there. */
export async function openHistory(page: Page): Promise<void> {
  await pane(page)
    .getByRole('button', { name: /^History/ })
    .waitFor();
  await page.keyboard.press('h');
}
