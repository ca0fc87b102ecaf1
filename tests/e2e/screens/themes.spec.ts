import { expect, test } from '../support/app.ts';
import { brightestPixel, orderRow } from '../support/screen.ts';

/** Lamps on a dark bridge: nothing on screen may be brighter than this share of white. */
const brightestAtNight = 0.4;
const grounds = { Day: 'rgb(247, 248, 248)', Dusk: 'rgb(26, 33, 42)', Night: 'rgb(0, 0, 0)' } as const;

for (const [theme, ground] of Object.entries(grounds)) {
  test(`the ${theme.toLowerCase()} theme shows at once, is kept, and is there before anything else is loaded`, async ({
    app: { page },
  }) => {
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.getByRole('button', { name: theme, exact: true }).click();
    expect(await background()).toBe(ground);
    await page.reload();
    await expect(page.getByRole('button', { name: theme, exact: true })).toHaveAttribute(
      'aria-pressed',
      'true',
    );
    expect(await background()).toBe(ground);
    expect(await page.locator('meta[name="theme-color"]').getAttribute('content')).toBe(hex(ground));

    // Neither style sheets nor the program arrive: the ground alone must be right already.
    await page.route(/\/assets\//, () => {});
    await page.reload({ waitUntil: 'commit' });
    await expect.poll(background).toBe(ground);
  });
}

test('at night no pixel of any page is bright', async ({ app: { page } }) => {
  test.setTimeout(120_000);
  await page.getByRole('button', { name: 'Night', exact: true }).click();
  const measured: Record<string, number> = {};
  const measure = async (name: string): Promise<void> => {
    await page.waitForTimeout(200);
    const { luminance } = await brightestPixel(page);
    measured[name] = Math.round(luminance * 1000) / 1000;
  };
  await measure('list');
  await orderRow(page, 'Overspeed trip').click();
  await measure('order');
  await page.getByLabel('Add a note').click();
  await page.keyboard.type('selected words');
  await page.keyboard.press('Control+a');
  await measure('selected text');
  await page.keyboard.press('Escape');
  await page.keyboard.press('c');
  await page.keyboard.press('Control+Enter');
  await measure('form with an error');
  await page.getByRole('button', { name: 'Choose due from a calendar' }).click();
  await measure('calendar');
  await page.keyboard.press('Escape');
  await page.getByRole('combobox', { name: 'Priority' }).click();
  await measure('choices');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await measure('filter');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await measure('palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await measure('keys');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Equipment' }).click();
  await measure('equipment');
  await page.getByRole('link', { name: 'Sync' }).click();
  await measure('sync');
  await page.getByRole('button', { name: 'Link and cost' }).click();
  await page.getByRole('heading', { name: 'Data used' }).waitFor();
  await measure('link and cost');
  await page.getByRole('link', { name: 'Review' }).click();
  await measure('no conflicts');

  const tooBright = Object.entries(measured).filter(([, luminance]) => luminance > brightestAtNight);
  expect(tooBright, JSON.stringify(measured)).toEqual([]);
  // Were nothing drawn at all, nothing would be bright either.
  expect(Math.min(...Object.values(measured))).toBeGreaterThan(0.15);
});

function hex(rgb: string): string {
  const parts = rgb.match(/\d+/g) ?? [];
  return `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
}
