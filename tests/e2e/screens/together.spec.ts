import type { Ask } from '../../../src/demo/sample-ship.ts';
import { expect, test } from '../support/app.ts';
import { orderList, orderRow, pane } from '../support/screen.ts';

const title = 'Auxiliary boiler: low water cut-out and burner failure test';

test.describe('when somebody else changes the same order', () => {
  test('the other’s value stands beside one’s own, and one keeps one’s own', async ({
    app: { page, ask },
  }) => {
    const [row] = (await ask('workOrders.list', { search: 'auxiliary boiler low water' })).items;
    const id = row?.id ?? '';
    await orderRow(page, 'Auxiliary boiler').click();
    await page.keyboard.press('e');
    await page.getByLabel('Title').fill('Boiler safeties: my words');
    await page.getByLabel('Estimated hours').fill('7');
    const chief = await memberOf(ask, 'Chief engineer');
    await ask(
      'workOrders.update',
      { id, changes: { title: 'Boiler safeties: their words', priority: 'low' } },
      chief,
    );
    await page.keyboard.press('Control+Enter');

    const clash = page.getByRole('group', { name: 'Changed by somebody else' });
    await expect(clash).toContainText('Tomasz Wilk, Chief engineer set this to Boiler safeties: their words');
    await expect(page.getByLabel('Title')).toHaveValue('Boiler safeties: my words');
    expect(await ask('workOrders.get', { id })).toMatchObject({
      title: 'Boiler safeties: their words',
      priority: 'low',
    });

    await clash.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(pane(page).getByRole('heading', { name: 'Boiler safeties: my words' })).toBeVisible();
    // What the other changed and this person never touched stays as the other left it.
    expect(await ask('workOrders.get', { id })).toMatchObject({
      title: 'Boiler safeties: my words',
      priority: 'low',
      estimatedHours: 7,
    });
  });

  test('one takes the other’s value and saves the rest', async ({ app: { page, ask } }) => {
    const [row] = (await ask('workOrders.list', { search: 'auxiliary boiler low water' })).items;
    const id = row?.id ?? '';
    await orderRow(page, 'Auxiliary boiler').click();
    await page.keyboard.press('e');
    await page.getByLabel('Title').fill('Mine');
    await page.getByLabel('Description').fill('A better description');
    await ask(
      'workOrders.update',
      { id, changes: { title: 'Theirs' } },
      await memberOf(ask, 'Chief engineer'),
    );
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await expect(page.getByLabel('Title')).toHaveValue('Theirs');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(pane(page).getByRole('heading', { name: 'Theirs', exact: true })).toBeVisible();
    expect(await ask('workOrders.get', { id })).toMatchObject({
      title: 'Theirs',
      description: 'A better description',
    });
  });

  test('two who change different fields both succeed', async ({ app: { page, ask } }) => {
    const [row] = (await ask('workOrders.list', { search: 'auxiliary boiler low water' })).items;
    const id = row?.id ?? '';
    await orderRow(page, 'Auxiliary boiler').click();
    await page.keyboard.press('e');
    await page.getByLabel('Estimated hours').fill('9');
    await ask(
      'workOrders.update',
      { id, changes: { priority: 'low' } },
      await memberOf(ask, 'Chief engineer'),
    );
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('9 h')).toBeVisible();
    expect(await ask('workOrders.get', { id })).toMatchObject({ title, priority: 'low', estimatedHours: 9 });
  });

  test('the row on screen changes in its place, marked, and does not jump', async ({
    app: { page, ask },
  }) => {
    const row = orderRow(page, 'Auxiliary boiler');
    const place = await row.getAttribute('aria-rowindex');
    const [found] = (await ask('workOrders.list', { search: 'auxiliary boiler low water' })).items;
    const id = found?.id ?? '';
    // Sorted by due date, it would stand first now.
    await ask('workOrders.update', { id, changes: { dueDate: '2020-01-01', title: 'Boiler, long overdue' } });
    const changed = orderRow(page, 'Boiler, long overdue');
    await expect(changed).toHaveAttribute('aria-rowindex', place ?? '');
    await expect(changed).toHaveClass(/marked/);
    await page.getByRole('link', { name: 'Sync' }).click();
    await page.getByRole('link', { name: 'Work orders' }).click();
    await expect(changed).toHaveAttribute('aria-rowindex', '2');
  });

  test('an order raised elsewhere comes in without moving the row one looks at', async ({
    app: { page, ask },
  }) => {
    await orderList(page).evaluate((list) => list.scrollTo({ top: 400 }));
    const row = orderList(page).getByRole('row').nth(16);
    await row.click();
    await page.keyboard.press('Escape');
    const chosen = orderList(page).locator('[aria-selected="true"]');
    const before = await chosen.boundingBox();
    const index = Number(await chosen.getAttribute('aria-rowindex'));
    await ask('workOrders.create', { title: 'Raised meanwhile', dueDate: '2020-01-01' });
    await expect(chosen).toHaveAttribute('aria-rowindex', String(index + 1));
    const after = await chosen.boundingBox();
    expect(after?.y).toBeCloseTo(before?.y ?? -1, 0);
  });

  test('an order deleted elsewhere says so to who looks at it', async ({ app: { page, ask } }) => {
    await orderRow(page, 'Auxiliary boiler').click();
    const [found] = (await ask('workOrders.list', { search: 'auxiliary boiler low water' })).items;
    await ask('workOrders.delete', { id: found?.id ?? '' });
    await expect(pane(page).getByRole('heading', { name: 'This order is gone' })).toBeVisible();
    await pane(page).getByRole('button', { name: 'Back to the list' }).click();
    await expect(orderRow(page, 'Auxiliary boiler')).toHaveCount(0);
  });
});

async function memberOf(ask: Ask, rank: string): Promise<string> {
  const { items } = await ask('crew.list', {});
  return items.find((member) => member.rank === rank)?.id ?? '';
}
