import { expect, test } from '../support/app.ts';
import { orderList, orderRow, pane, rowsDrawn } from '../support/screen.ts';

test.describe('a list of many orders', () => {
  const many = 50_000;
  test.use({ moreOrders: many });

  test('holds only what is in sight, goes anywhere at once, and comes back to where it was', async ({
    app: { page },
  }) => {
    test.setTimeout(180_000);
    await page.getByRole('button', { name: /^All/ }).click();
    await expect(orderList(page)).toHaveAttribute('aria-rowcount', String(many + 60 + 1));

    await orderList(page).focus();
    await page.keyboard.press('End');
    const last = orderList(page).locator(`[aria-rowindex="${many + 60 + 1}"]`);
    await expect(last).toBeInViewport();
    await expect(last).toContainText('WO-');
    expect(await rowsDrawn(page)).toBeLessThan(80);

    await orderList(page).evaluate((list) => list.scrollTo({ top: list.scrollHeight / 2 }));
    const middle = orderList(page).getByRole('row').nth(12);
    await expect(middle).toContainText('WO-');
    const top = await orderList(page).evaluate((list) => list.scrollTop);
    await middle.click();
    const title = await pane(page).getByRole('heading', { level: 2 }).last().innerText();

    await page.getByRole('link', { name: 'Sync' }).click();
    await expect(page.getByRole('main', { name: 'Sync' })).toBeVisible();
    await page.goBack();
    await expect(pane(page).getByRole('heading', { name: title, exact: true })).toBeVisible();
    await expect(orderRow(page, title).first()).toHaveAttribute('aria-selected', 'true');
    expect(await orderList(page).evaluate((list) => list.scrollTop)).toBeCloseTo(top, -1);

    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Title' }).click();
    await expect(page.getByRole('columnheader', { name: 'Title' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(orderList(page).locator('[aria-rowindex="2"]')).toBeInViewport();
  });

  test('asks only for what a fast hand stops at', async ({ app: { page, countCalls } }) => {
    test.setTimeout(180_000);
    const counted = countCalls('workOrders.list');
    test.skip(counted === null, 'calls cannot be counted from outside of a real Electron');
    await page.reload();
    await page.getByRole('button', { name: /^All/ }).click();
    await orderRow(page, 'WO-').first().waitFor();
    const before = counted?.() ?? 0;
    await orderList(page).evaluate(async (list) => {
      for (let step = 1; step <= 40; step += 1) {
        list.scrollTo({ top: (list.scrollHeight * step) / 40 });
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }
    });
    await expect(orderList(page).getByRole('row').last()).toContainText('WO-');
    // A page of 100 and its neighbours for each stop would be over a hundred.
    const lists = (counted?.() ?? 0) - before;
    expect(lists).toBeGreaterThan(0);
    expect(lists).toBeLessThan(40);
  });
});

test.describe('narrowing the list', () => {
  test('by view, status, priority, type, equipment, person and words, each taken off again', async ({
    app: { page, ask },
  }) => {
    const shown = (count: number) =>
      expect(orderList(page)).toHaveAttribute('aria-rowcount', String(count + 1));
    const countOf = async (input: Parameters<typeof ask<'workOrders.list'>>[1]) =>
      (await ask('workOrders.list', { ...input, limit: 1 })).total;

    await shown(await countOf({ status: ['open', 'in_progress', 'on_hold'] }));
    await page.getByRole('button', { name: /^Completed/ }).click();
    await shown(await countOf({ status: ['completed'] }));
    await page.getByRole('button', { name: /^Overdue/ }).click();
    const { overdue } = await ask('workOrders.counts', {});
    await shown(overdue);
    await page.getByRole('button', { name: /^All/ }).click();
    await shown(60);

    await page.keyboard.press('f');
    const filter = page.getByRole('dialog', { name: 'Filter orders' });
    await filter.getByRole('button', { name: 'High' }).click();
    await filter.getByRole('button', { name: 'Critical' }).click();
    await shown(await countOf({ priority: ['high', 'critical'] }));
    await filter.getByRole('button', { name: 'Safety' }).click();
    await shown(await countOf({ priority: ['high', 'critical'], type: ['safety'] }));
    await filter.getByRole('button', { name: 'In progress' }).click();
    await shown(await countOf({ priority: ['high', 'critical'], type: ['safety'], status: ['in_progress'] }));
    await filter.getByRole('button', { name: 'Show orders' }).click();

    await page.getByRole('button', { name: 'Remove Safety' }).click();
    await page.getByRole('button', { name: 'Remove In progress' }).click();
    await shown(await countOf({ priority: ['high', 'critical'] }));
    await page.getByRole('button', { name: 'Clear', exact: true }).click();

    await page.getByRole('button', { name: /^All/ }).click();
    await page.keyboard.press('f');
    await filter.getByRole('combobox', { name: 'Assigned to' }).click();
    await page.getByRole('option', { name: 'Rajesh Nair' }).click();
    const { items: crew } = await ask('crew.list', {});
    const rajesh = crew.find(({ name }) => name === 'Rajesh Nair')?.id ?? '';
    await shown(await countOf({ assigneeId: rajesh }));
    await filter.getByRole('combobox', { name: 'Equipment' }).fill('main engine');
    await page.getByRole('option', { name: '601.01 Main engine' }).click();
    const { items } = await ask('equipment.list', { search: '601.01' });
    await shown(await countOf({ assigneeId: rajesh, equipmentId: items[0]?.id ?? '' }));
    await filter.getByRole('button', { name: 'Clear filter' }).click();
    await shown(60);
    await page.keyboard.press('Escape');

    await page.keyboard.press('/');
    await page.keyboard.type('pump');
    await shown(await countOf({ search: 'pump' }));
    await page.keyboard.type(' nothing like this');
    await expect(page.getByRole('heading', { name: 'No order matches' })).toBeVisible();
    await page.getByRole('button', { name: 'Show all orders' }).click();
    await shown(60);
  });

  test('is remembered while one looks at something else', async ({ app: { page } }) => {
    await page.getByRole('button', { name: /^Completed/ }).click();
    await expect(orderList(page)).toHaveAttribute('aria-rowcount', /^[1-9]/);
    const count = await orderList(page).getAttribute('aria-rowcount');
    await page.getByRole('link', { name: 'Equipment' }).click();
    await page.getByRole('link', { name: 'Work orders' }).click();
    await expect(page.getByRole('button', { name: /^Completed/ })).toHaveAttribute('aria-pressed', 'true');
    await expect(orderList(page)).toHaveAttribute('aria-rowcount', count ?? '');
  });
});

test('what a list shows stands in the address, over a reload and with Back', async ({ app: { page } }) => {
  await page.getByRole('button', { name: /^All/ }).click();
  await page.keyboard.press('/');
  await page.keyboard.type('turbocharger');
  await page.getByRole('button', { name: 'Number' }).click();
  await expect(page).toHaveURL(/#\/work-orders\?view=all&q=turbocharger&sort=number$/);
  const titles = orderList(page).getByRole('row');
  await expect(titles.filter({ hasText: 'Turbocharger water wash' })).toBeVisible();

  await page.reload();
  await expect(titles.filter({ hasText: 'Turbocharger water wash' })).toBeVisible();
  await expect(titles.filter({ hasText: 'Overspeed trip' })).toHaveCount(0);
  await expect(page.getByRole('columnheader', { name: 'Number' })).toHaveAttribute('aria-sort', 'ascending');
  await titles.filter({ hasText: 'Turbocharger water wash' }).click();
  await page.keyboard.press('e');
  await expect(page).toHaveURL(/\?edit&view=all&q=turbocharger&sort=number$/);
  await page.keyboard.press('Escape');

  await page.getByRole('link', { name: 'Equipment' }).click();
  await page.getByRole('grid', { name: 'Equipment' }).getByRole('gridcell').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('purifier');
  await expect(page).toHaveURL(/#\/equipment\?q=purifier$/);
  await page.reload();
  await expect(page.getByRole('searchbox')).toHaveValue('purifier');
  await page.goBack();
  await expect(page).toHaveURL(/view=all&q=turbocharger&sort=number$/);
  await expect(titles.filter({ hasText: 'Turbocharger water wash' })).toBeVisible();
});

test('a list of what is completed says when and by whom', async ({ app: { page } }) => {
  await page.getByRole('button', { name: /^Completed/ }).click();
  await expect(page.getByRole('columnheader', { name: 'Completed' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'By' })).toBeVisible();
  await expect(page.getByRole('columnheader', { name: 'Due' })).toHaveCount(0);
  await expect(orderList(page).getByRole('row').nth(1)).toContainText(/\d{1,2} \w{3}/);
});
