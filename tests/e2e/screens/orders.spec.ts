import { expect, test } from '../support/app.ts';
import { notice, orderList, orderRow, pane } from '../support/screen.ts';

test.describe('an engineer with nothing but the keyboard', () => {
  test('raises an order, is told what is missing, and finds it chosen in the list', async ({
    app: { page, ask },
  }) => {
    await page.keyboard.press('c');
    await expect(page.getByLabel('Title')).toBeFocused();
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('A title is needed')).toBeVisible();
    await expect(page.getByLabel('Title')).toHaveAttribute('aria-invalid', 'true');

    await page.keyboard.type('Bilge alarm hold 2 does not sound');
    await page.keyboard.press('Tab');
    await page.keyboard.type('main engine');
    await page.getByRole('option', { name: '601.01 Main engine' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Due' }).fill('+3');
    await page.getByLabel('Estimated hours').fill('1,5');
    await page.keyboard.press('Control+Enter');

    await expect(
      pane(page).getByRole('heading', { name: 'Bilge alarm hold 2 does not sound' }),
    ).toBeVisible();
    await expect(orderRow(page, 'Bilge alarm hold 2')).toHaveAttribute('aria-selected', 'true');
    const { items } = await ask('workOrders.list', { search: 'bilge alarm hold' });
    expect(items).toMatchObject([
      { equipmentCode: '601.01', estimatedHours: 1.5, type: 'corrective', status: 'open', sync: 'local' },
    ]);
  });

  test('is told which date and which hours cannot be read', async ({ app: { page } }) => {
    await page.keyboard.press('c');
    await page.keyboard.type('Something');
    await page.getByRole('textbox', { name: 'Due' }).fill('31 Feb');
    await page.getByLabel('Estimated hours').fill('two');
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('Not a date.')).toBeVisible();
    await expect(pane(page).getByText('Hours as a number from 0 up')).toBeVisible();
  });

  test('moves through the list, starts work, holds, and takes it back', async ({ app: { page, ask } }) => {
    const row = orderRow(page, 'Steering gear: emergency steering drill');
    await row.click();
    const [before] = (await ask('workOrders.list', { search: 'emergency steering drill' })).items;
    expect(before?.status).toBe('open');
    await page.keyboard.press('2');
    await expect(row).toContainText('In progress');
    await page.keyboard.press('3');
    await expect(row).toContainText('On hold');
    await expect(notice(page, 'on hold')).toBeVisible();
    await page.keyboard.press('z');
    await expect(row).toContainText('In progress');
    await page.keyboard.press('z');
    await expect(row).toContainText('Open');
    const [after] = (await ask('workOrders.list', { search: 'emergency steering drill' })).items;
    expect(after?.status).toBe('open');
  });

  test('takes keys that come quicker than the answers one after the other, and so what takes them back', async ({
    app: { page, ask },
  }) => {
    const row = orderRow(page, 'Steering gear: emergency steering drill');
    await row.click();
    await expect(pane(page)).toContainText('emergency steering drill');
    // At once: a person's keys would come some answers apart on a machine without other work.
    const press = (...keys: string[]) =>
      page.evaluate((all) => {
        for (const key of all)
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      }, keys);
    await press('2', '3', '2');
    await expect(notice(page, 'in progress')).toBeVisible();
    await expect(row).toContainText('In progress');
    await press('3', 'z', 'z', 'z', 'z');
    await expect(notice(page, 'Undone:')).toBeVisible();
    await expect(row).toContainText('Open');
    const [after] = (await ask('workOrders.list', { search: 'emergency steering drill' })).items;
    expect(after?.status).toBe('open');
    await expect(page.getByText('meanwhile, so nothing was changed')).toHaveCount(0);
  });

  test('signs off after being told what that does, and can take even that back', async ({
    app: { page, ask },
  }) => {
    await orderRow(page, 'Crankshaft deflections, hot').click();
    await page.keyboard.press('4');
    const form = page.getByRole('form', { name: /^Sign off WO-/ });
    await expect(form).toContainText('Rajesh Nair, Second engineer, completed this order');
    await expect(form.getByLabel('Actual hours')).toBeFocused();
    await page.keyboard.type('3.5');
    await form.getByLabel('When it was done').fill('1 Jan 2090 10:00');
    await page.keyboard.press('Control+Enter');
    await expect(form.getByText('This is still to come.')).toBeVisible();
    await form.getByLabel('When it was done').fill('1 Mar 2026 10:00');
    await form.getByLabel('What was done').fill('Readings within limits');
    await page.keyboard.press('Control+Enter');
    await expect(pane(page).getByText('Readings within limits')).toBeVisible();
    await expect(orderRow(page, 'Crankshaft deflections, hot')).toHaveCount(0);
    const [done] = (await ask('workOrders.list', { search: 'crankshaft deflections hot' })).items;
    expect(done).toMatchObject({ status: 'completed', actualHours: 3.5 });
    expect(done?.completedAt?.slice(0, 10)).toBe('2026-03-01');

    await page.keyboard.press('Escape');
    await page.keyboard.press('z');
    await expect(orderRow(page, 'Crankshaft deflections, hot')).toBeVisible();
    const [again] = (await ask('workOrders.list', { search: 'crankshaft deflections hot' })).items;
    expect(again).toMatchObject({ status: 'open', completedAt: null });
  });

  test('edits an order, leaves it half done for another, and goes on where they were', async ({
    app: { page },
  }) => {
    await orderRow(page, 'Oily water separator').click();
    await page.keyboard.press('e');
    await page.getByLabel('Title').fill('Oily water separator: half a thought');
    await page.keyboard.press('Escape');
    await expect(pane(page).getByText('You began to change this order')).toBeVisible();
    await page.keyboard.press('j');
    await expect(pane(page).getByText('You began to change this order')).toHaveCount(0);
    await page.keyboard.press('k');
    await pane(page).getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByLabel('Title')).toHaveValue('Oily water separator: half a thought');
    await page.keyboard.press('Control+Enter');
    await expect(orderRow(page, 'Oily water separator: half a thought')).toBeVisible();
    await page.keyboard.press('z');
    await expect(orderRow(page, 'Oily water separator: half a thought')).toHaveCount(0);
  });

  test('does anything from the palette', async ({ app: { page } }) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('overspeed');
    await expect(page.getByRole('option', { name: /Overspeed trip/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(pane(page).getByRole('heading', { name: 'Overspeed trip and shutdown test' })).toBeVisible();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to sync');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('main', { name: 'Sync' })).toBeVisible();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  });
});

test('a note is added as a line that says who wrote it and when, and never replaces what stands there', async ({
  app: { page, ask },
}) => {
  await orderRow(page, 'DG 3: fuel pump').click();
  const [row] = (await ask('workOrders.list', { search: 'DG 3 fuel pump' })).items;
  const before = await ask('workOrders.get', { id: row?.id ?? '' });
  await page.getByLabel('Add a note').fill('Rack freed, spring ordered');
  await page.getByRole('button', { name: 'Add note' }).click();
  await expect(pane(page).getByText(/Rajesh Nair: Rack freed, spring ordered/)).toBeVisible();
  const after = await ask('workOrders.get', { id: row?.id ?? '' });
  expect(after.notes.startsWith(before.notes)).toBe(true);
  await expect(page.getByLabel('Add a note')).toHaveValue('');
});

test('deleting asks first, says which order, and does nothing when told to keep it', async ({
  app: { page },
}) => {
  const row = orderRow(page, 'Provision plant');
  await row.click();
  await page.getByRole('button', { name: 'Delete order' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('Provision plant: top up R-407F, find leak');
  await question.getByRole('button', { name: 'Keep it' }).click();
  await expect(row).toBeVisible();
  await page.getByRole('button', { name: 'Delete order' }).click();
  await question.getByRole('button', { name: 'Delete order' }).click();
  await expect(row).toHaveCount(0);
  await expect(notice(page, /WO-\d{4}-\d{6} deleted/)).toBeVisible();
});

test('an order is cancelled with a reason, and reopened', async ({ app: { page } }) => {
  await orderRow(page, 'Cargo crane 2').click();
  await page.getByRole('button', { name: 'Cancel order…' }).click();
  await page.getByLabel('Why (optional)').fill('Crane goes ashore');
  await page
    .getByRole('form', { name: /^Cancel WO-/ })
    .getByRole('button', { name: 'Cancel order' })
    .click();
  await expect(orderRow(page, 'Cargo crane 2')).toHaveCount(0);
  await expect(pane(page).getByText('Crane goes ashore')).toBeVisible();
  await pane(page).getByRole('button', { name: 'Reopen' }).click();
  await expect(orderRow(page, 'Cargo crane 2')).toBeVisible();
});

test('nothing is written without a name under it', async ({ app: { page } }) => {
  await page.evaluate(() => localStorage.removeItem('arus.actor'));
  await page.addInitScript(() => localStorage.removeItem('arus.actor'));
  await page.reload();
  await orderRow(page, 'Overspeed trip').click();
  await page.keyboard.press('2');
  const chooser = page.getByRole('dialog', { name: 'Who is at the screen?' });
  await expect(chooser).toBeVisible();
  await expect(orderRow(page, 'Overspeed trip')).toContainText('Open');
  await chooser.getByRole('button', { name: /Joel Santos/ }).click();
  await expect(page.getByRole('button', { name: 'Acting: Joel Santos, Third engineer' })).toBeVisible();
  // What was asked for goes on by itself.
  await expect(orderRow(page, 'Overspeed trip')).toContainText('In progress');
  await expect(pane(page).getByText(/Joel Santos, Third engineer/)).toBeVisible();
});

test('equipment leads to its orders, and to a new one for it', async ({ app: { page } }) => {
  await page.getByRole('link', { name: 'Equipment' }).click();
  await page.getByLabel('Search equipment').fill('turbocharger');
  await page.getByRole('grid', { name: 'Equipment' }).getByText('Main engine turbocharger').click();
  await expect(pane(page).getByText('ABB')).toBeVisible();
  await pane(page).getByRole('button', { name: 'Show all its orders' }).click();
  await expect(page.getByRole('button', { name: 'Remove 601.02 Main engine turbocharger' })).toBeVisible();
  const titles = orderList(page).getByRole('row');
  await expect(titles.filter({ hasText: 'Turbocharger water wash' })).toBeVisible();
  await expect(titles.filter({ hasText: 'Steering gear' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Equipment' }).click();
  await page.getByRole('grid', { name: 'Equipment' }).getByText('Main engine turbocharger').click();
  await pane(page).getByRole('button', { name: 'New order for it' }).click();
  await expect(page.getByLabel('Equipment', { exact: true })).toHaveValue('601.02 Main engine turbocharger');
});

test('an order that was raised by mistake is taken back, and no other', async ({ app: { page, ask } }) => {
  await orderRow(page, 'Crankshaft deflections, hot').click();
  await page.keyboard.press('2');
  await expect(notice(page, 'in progress')).toBeVisible();
  await page.keyboard.press('c');
  await page.getByLabel('Title').fill('Raised by mistake');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, /WO-.* raised/)).toBeVisible();
  await page.keyboard.press('z');
  await expect(notice(page, /Undone: WO-.* is deleted/)).toBeVisible();
  expect((await ask('workOrders.list', { search: 'Raised by mistake' })).items).toEqual([]);
  const [other] = (await ask('workOrders.list', { search: 'crankshaft deflections hot' })).items;
  expect(other?.status).toBe('in_progress');

  // Not once somebody has worked on it.
  await page.keyboard.press('c');
  await page.getByLabel('Title').fill('Raised and worked on');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, /WO-.* raised/)).toBeVisible();
  const [raised] = (await ask('workOrders.list', { search: 'Raised and worked on' })).items;
  await ask('workOrders.update', { id: raised?.id ?? '', changes: { priority: 'high' } });
  await page.keyboard.press('z');
  await expect(notice(page, 'was changed since it was raised, so it was not deleted')).toBeVisible();
  expect((await ask('workOrders.list', { search: 'Raised and worked on' })).items).toHaveLength(1);
});

test('Esc leaves the equipment of an order as it was', async ({ app: { page, ask } }) => {
  const [before] = (await ask('workOrders.list', { search: 'Turbocharger water wash' })).items;
  await orderRow(page, 'Turbocharger water wash').click();
  await page.keyboard.press('e');
  const field = page.getByRole('combobox', { name: 'Equipment' });
  await field.click();
  await page.getByRole('listbox').waitFor();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('listbox')).toHaveCount(0);
  await expect(field).toHaveValue('601.02 Main engine turbocharger');
  await page.keyboard.press('Escape');
  await pane(page)
    .getByRole('button', { name: 'Go on' })
    .or(pane(page).getByRole('button', { name: /^Edit/ }))
    .first()
    .click();
  await expect(field).toHaveValue('601.02 Main engine turbocharger');
  await page.getByLabel('Title').fill('Turbocharger water wash, both sides');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, 'Saved WO-')).toBeVisible();
  const [after] = (await ask('workOrders.list', { search: 'both sides' })).items;
  expect(after?.equipmentId).toBe(before?.equipmentId);
});
