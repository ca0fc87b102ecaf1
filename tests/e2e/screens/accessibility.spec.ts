import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { expect, test } from '../support/app.ts';
import { orderList, orderRow, pane } from '../support/screen.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA and its own good practice, as 'rule: where'. */
async function faults(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the page's content security policy does not stop.
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
  );
}

for (const theme of ['Day', 'Dusk', 'Night']) {
  test(`every page can be read aloud and told apart, in the ${theme.toLowerCase()} theme`, async ({
    app: { page },
  }) => {
    test.setTimeout(120_000);
    const found: Record<string, string[]> = {};
    const look = async (name: string): Promise<void> => {
      await page.waitForTimeout(150);
      const here = await faults(page);
      if (here.length > 0) found[name] = here;
    };
    await page.getByRole('button', { name: theme, exact: true }).click();
    await look('list');
    await orderRow(page, 'Overspeed trip').click();
    await look('order');
    await page.keyboard.press('4');
    await look('sign-off');
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await look('edit');
    await page.keyboard.press('Escape');
    await page.keyboard.press('f');
    await look('filter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await look('palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await look('keys');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Equipment' }).click();
    await look('equipment');
    await page.getByRole('link', { name: 'Sync' }).click();
    await look('sync');
    await page.getByRole('button', { name: 'Link and cost' }).click();
    await page.getByRole('heading', { name: 'Data used' }).waitFor();
    await look('link and cost');
    await page.getByRole('button', { name: 'This computer' }).click();
    await page.getByRole('figure', { name: 'Memory' }).locator('canvas').waitFor();
    await look('this computer');
    expect(found).toEqual({});
  });
}

test('a row says everything it shows, the state with shore in words', async ({ app: { page } }) => {
  const row = orderRow(page, 'Overspeed trip');
  await expect(row).toContainText('On this ship only');
  await expect(row).toContainText('Critical');
  await expect(row).toContainText('overdue');
});

test('the list is one stop for the Tab key and tells which row is chosen', async ({ app: { page } }) => {
  await orderList(page).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const active = await orderList(page).getAttribute('aria-activedescendant');
  await expect(page.locator(`[id="${active ?? ''}"]`)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(pane(page)).toBeVisible();
});

test('everything that can be focused shows that it is', async ({ app: { page } }) => {
  await orderRow(page, 'Overspeed trip').click();
  await page.locator('#search').focus();
  const unseen: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press('Tab');
    const fault = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return null;
      const shows = (element: Element): boolean => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      };
      const chosen = focused.querySelector('[aria-selected="true"]');
      return shows(focused) || (chosen !== null && shows(chosen)) ? null : focused.outerHTML.slice(0, 120);
    });
    if (fault !== null) unseen.push(fault);
  }
  expect(unseen).toEqual([]);
});

test.describe('on a tablet', () => {
  test.use({ viewport: { width: 834, height: 1112 }, hasTouch: true, isMobile: true });
  test.skip(() => test.info().project.name === 'electron', 'a window on a bridge PC has no thumb');

  test('the pane covers the list, and everything is big enough for a thumb', async ({ app: { page } }) => {
    const small = async (): Promise<string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('button, a, input, [role="switch"], [role="combobox"]')]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().width > 1)
          .map((element) => ({ element, box: element.getBoundingClientRect() }))
          // A column's header is also reached through the palette; links in a line of text are exempt (WCAG 2.5.8).
          .filter(({ element }) => element.closest('[role="columnheader"], dd') === null)
          .filter(({ box }) => box.height < 43.5 || box.width < 43.5)
          .map(
            ({ element, box }) =>
              `${Math.round(box.width)}×${Math.round(box.height)} ${element.outerHTML.slice(0, 80)}`,
          ),
      );
    expect(await small()).toEqual([]);
    await orderRow(page, 'Overspeed trip').tap();
    await expect(pane(page)).toBeVisible();
    await expect(orderList(page)).toBeHidden();
    expect(await small()).toEqual([]);
    await page.getByRole('button', { name: 'Edit' }).tap();
    expect(await small()).toEqual([]);
    await page.getByRole('button', { name: 'Close' }).tap();
    await expect(orderRow(page, 'Overspeed trip')).toBeVisible();
  });
});
