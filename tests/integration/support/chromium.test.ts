import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { chromiumLaunchOptions } from '#support/chromium.ts';

test('the Chromium of this machine shows a page', async () => {
  const browser = await chromium.launch(chromiumLaunchOptions());
  try {
    const page = await browser.newPage();
    await page.setContent('<h1>Work orders</h1>');
    expect(await page.getByRole('heading').textContent()).toBe('Work orders');
  } finally {
    await browser.close();
  }
});
