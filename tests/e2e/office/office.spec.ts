import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createHash, randomBytes } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { Client } from 'pg';
import { newApiKey } from '#shore/api/api-keys.ts';
import { startOurProgram } from '#support/processes.ts';
import { startShore } from '#support/shore.ts';
import { drawPhoto } from '../support/picture.ts';
import { brightestPixel, notice, openHistory, orderList, orderRow, pane } from '../support/screen.ts';
import { addManyOrders } from '../support/ship.ts';
import { expect, test } from './office-desk.ts';

const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

async function chooseTheme(page: Page, theme: 'day' | 'dusk' | 'night'): Promise<void> {
  await page.evaluate((chosen) => localStorage.setItem('arus.theme', chosen), theme);
  await page.reload();
  await orderList(page).getByRole('gridcell').first().waitFor();
}

test('the theme button goes through the three and keeps the last', async ({ office: { page } }) => {
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.getByRole('button', { name: 'Theme: day' }).click();
  expect(await ground()).toBe('rgb(26, 33, 42)');
  await page.getByRole('button', { name: 'Theme: dusk' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Theme: night' })).toBeVisible();
  expect(await ground()).toBe('rgb(0, 0, 0)');
});

test('the superintendent sees the ship, its work, and what changes on board as it changes', async ({
  office,
}) => {
  const { page, ship } = office;
  const vessel = page
    .getByRole('navigation', { name: 'Vessels' })
    .getByRole('button', { name: /MV Astrid Holm/ });
  await expect(vessel).toContainText('On the link');
  await expect(vessel).toContainText('6 overdue');
  await expect(vessel).toContainText('Last contact');
  // Compared when nothing has moved for some seconds; read again every ten.
  await expect(vessel).toContainText('Agrees with the ship', { timeout: 40_000 });
  await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Outstanding/ })).toContainText('54');

  const { items } = await ship.ask('workOrders.list', { search: 'Overspeed trip' });
  const id = items[0]?.id ?? '';
  await ship.ask('workOrders.update', { id, changes: { status: 'in_progress' } });

  await expect(orderRow(page, 'Overspeed trip')).toContainText('In progress');
  await expect(orderRow(page, 'Overspeed trip')).toHaveClass(/marked/);
  await ship.ask('workOrders.create', { title: 'Bilge alarm in the thruster room' });
  await expect(page.getByRole('button', { name: /^Outstanding/ })).toContainText('55');
});

test('a ship whose link is cut is offline since its last contact, and both say the same', async ({
  office,
}) => {
  const { page, ship } = office;
  const vessel = page
    .getByRole('navigation', { name: 'Vessels' })
    .getByRole('button', { name: /MV Astrid Holm/ });
  await expect(vessel).toContainText('On the link');
  await ship.cutPower();
  // The will of a node that has run for hours says since when it had run.
  await expect(vessel).toContainText(/Offline (\d+ s|[1-5] min)/, { timeout: 60_000 });
});

test('an order raised ashore goes on board, and the page says when the ship has it', async ({ office }) => {
  const { page, ship } = office;
  await page.getByRole('textbox', { name: 'Your name, as it will stand in the journal' }).fill('K. Ito');
  await page.keyboard.press('Enter');
  await page.keyboard.press('c');
  await page.getByRole('button', { name: 'Raise order' }).click();
  await expect(page.getByText('A title is needed')).toBeVisible();
  await field(page, 'Title').fill('Order a diver for the stern tube');
  await field(page, 'Due').fill('32 Mar');
  await page.getByRole('button', { name: 'Raise order' }).click();
  await expect(page.getByText(/Not a date/)).toBeVisible();
  await field(page, 'Due').fill('+7');
  await page.getByRole('combobox', { name: 'Equipment' }).fill('stern');
  await page.getByRole('option', { name: /634.01/ }).click();
  await page.keyboard.press('Control+Enter');

  await expect(notice(page, /WO-\d{4}-500001 raised/)).toBeVisible();
  await expect(pane(page).getByRole('heading', { name: 'Order a diver for the stern tube' })).toBeVisible();
  await expect(pane(page)).toContainText('634.01 Stern tube seals');
  await expect(pane(page)).toContainText('K. Ito');
  await expect(pane(page)).toContainText('Held by ship and shore');
  const { items } = await ship.ask('workOrders.list', { search: 'order a diver' });
  expect(items).toMatchObject([{ title: 'Order a diver for the stern tube', sync: 'held' }]);
});

test.describe('two people at one order', () => {
  // Chromium writes every refusal to the console, also one that the page expects.
  test.use({ expectedComplaints: [/409 \(Conflict\)/] });

  test('whoever is slower is told, keeps what was typed, and chooses', async ({ office }) => {
    const { page, ship, settled } = office;
    await orderRow(page, 'Crankshaft deflections').click();
    await page.keyboard.press('e');
    await field(page, 'Title').fill('Crankshaft deflections, hot, with class');
    await field(page, 'Estimated hours').fill('6');

    const { items } = await ship.ask('workOrders.list', { search: 'Crankshaft' });
    const id = items[0]?.id ?? '';
    await ship.ask('workOrders.update', {
      id,
      changes: { title: 'Crankshaft deflections, cold', priority: 'low' },
    });
    await settled();
    await page.getByRole('button', { name: 'Save' }).click();

    await expect(page.getByRole('alert')).toContainText('Nothing was saved yet');
    const clash = page.getByRole('group', { name: 'Changed by somebody else' });
    await expect(clash).toContainText('Crankshaft deflections, cold');
    await expect(field(page, 'Title')).toHaveValue('Crankshaft deflections, hot, with class');
    await clash.getByRole('button', { name: 'Keep mine' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(
      pane(page).getByRole('heading', { name: 'Crankshaft deflections, hot, with class' }),
    ).toBeVisible();
    await expect(pane(page)).toContainText('Low priority');
    await settled();
    expect(await ship.ask('workOrders.get', { id })).toMatchObject({
      title: 'Crankshaft deflections, hot, with class',
      priority: 'low',
      estimatedHours: 6,
    });
  });
});

test('ship and office writing the same field without seeing each other stand side by side', async ({
  office,
}) => {
  const { page, ship } = office;
  const { items } = await ship.ask('workOrders.list', { search: 'Gear oil sample' });
  const id = items[0]?.id ?? '';
  await ship.ask('sync.setLink', { enabled: false });
  await ship.ask('workOrders.update', { id, changes: { dueDate: '2027-03-01' } });
  await orderRow(page, 'Gear oil sample').click();
  await page.keyboard.press('e');
  await field(page, 'Due').fill('2027-04-01');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(pane(page)).toContainText('Ashore only, on its way to the ship');
  await expect(page.getByRole('navigation', { name: 'Vessels' })).toContainText('1 change waiting ashore');

  await ship.ask('sync.setLink', { enabled: true });
  await expect(pane(page)).toContainText('Changed by two people at once');
  await pane(page).getByRole('button', { name: 'Decide this…' }).click();
  const conflict = page.getByRole('article').filter({ hasText: 'Gear oil sample' });
  await expect(conflict).toContainText('1 Mar 2027');
  await expect(conflict).toContainText('1 Apr 2027');
  await expect(conflict).toContainText('on board');
  await conflict.getByRole('button', { name: 'Show record' }).click();
  await expect(pane(page).getByRole('heading', { name: 'Gear oil sample to laboratory' })).toBeVisible();

  await page.getByRole('button', { name: /^Review/ }).click();
  await conflict
    .getByRole('listitem')
    .filter({ hasText: '1 Mar 2027' })
    .getByRole('button', { name: /^(Use|Keep) this/ })
    .click();
  await expect(page.getByRole('heading', { name: 'Nothing to decide' })).toBeVisible();
  await office.settled();
  // On a busy machine both ends may be found settled just before the decision leaves.
  await expect
    .poll(() => ship.ask('workOrders.get', { id }))
    .toMatchObject({ dueDate: '2027-03-01', conflicts: [] });
  await page.getByRole('button', { name: 'Settled' }).click();
  await expect(conflict).toContainText('Settled: 1 Mar 2027');

  await conflict.getByRole('button', { name: 'Show record' }).click();
  await openHistory(page);
  const history = page.getByRole('region', { name: 'History' });
  await expect(history.getByRole('listitem').first()).toContainText('Settles a conflict');
  await expect(history).toContainText('raised it');
});

test('an order is signed off in the office with hours, a word and when it was done', async ({ office }) => {
  const { page, ship, settled } = office;
  await orderRow(page, 'Overspeed trip').click();
  await page.getByRole('button', { name: 'Sign off…' }).click();
  const form = page.getByRole('form', { name: /^Sign off WO-/ });
  await form.getByLabel('Actual hours').fill('1.5');
  await form.getByLabel('When it was done').fill('1 Mar 2026 10:00');
  await form.getByLabel('What was done').fill('Tested by the maker');
  await page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
  await pane(page).getByRole('status').getByRole('button', { name: 'Go on' }).click();
  await expect(form.getByLabel('What was done')).toHaveValue('Tested by the maker');
  await page.keyboard.press('Control+Enter');
  await expect(form).toHaveCount(0);
  await expect(pane(page)).toContainText('Office: Tested by the maker');
  await settled();
  await expect
    .poll(async () => (await ship.ask('workOrders.list', { search: 'Overspeed trip and' })).items)
    .toMatchObject([{ status: 'completed', actualHours: 1.5, completedAt: '2026-03-01T10:00:00.000Z' }]);
});

test.describe('an order that goes', () => {
  test.use({ expectedComplaints: [/404 \(Not Found\)/] });

  test('final steps say what they do; status, cancelling and deleting reach the ship', async ({ office }) => {
    const { page, ship, settled } = office;
    await orderRow(page, 'Turbocharger water wash').click();
    await page.getByRole('button', { name: 'Start work' }).click();
    await expect(orderRow(page, 'Turbocharger water wash')).toContainText('In progress');
    await page.getByRole('button', { name: 'Cancel…' }).click();
    const form = page.getByRole('form', { name: /^Cancel WO-/ });
    await expect(form).toContainText('It is sent to MV Astrid Holm at her next connection');
    await form.getByLabel('Why').fill('The turbocharger goes ashore');
    await form.getByRole('button', { name: 'Cancel order' }).click();
    await expect(pane(page)).toContainText('Cancelled');
    await expect(pane(page)).toContainText('Office: The turbocharger goes ashore');
    await page.getByRole('button', { name: 'Delete order' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete order' }).click();
    await expect(notice(page, 'deleted')).toBeVisible();
    await settled();
    // The ship is told a moment after the office has it.
    await expect
      .poll(async () => (await ship.ask('workOrders.list', { search: 'water wash' })).items)
      .toEqual([]);
  });
});

test('a long list is read page by page, keeps its place, and is searched in full', async ({ office }) => {
  const { page, ship, settled } = office;
  await addManyOrders(ship.ask, 400);
  await settled();
  await page.getByRole('button', { name: 'All', exact: true }).click();
  await expect(orderList(page).getByRole('gridcell').first()).toBeVisible();
  await orderList(page).focus();
  await page.keyboard.press('End');
  await expect(async () => {
    await page.keyboard.press('End');
    // A page of rows comes for each; waiting long for the last of them keeps the next from being asked for.
    await expect(orderList(page)).toHaveAttribute('aria-rowcount', '461', { timeout: 1_000 });
  }).toPass();
  expect(await orderList(page).getByRole('row').count()).toBeLessThan(80);

  const scroll = () => orderList(page).evaluate((element) => element.scrollTop);
  await page.keyboard.press('Escape');
  const before = await scroll();
  const top = await orderList(page).getByRole('row').nth(8).textContent();
  await ship.ask('workOrders.create', { title: 'Comes in above', dueDate: '2020-01-01' });
  await expect(orderList(page)).toHaveAttribute('aria-rowcount', '462');
  expect(await scroll()).toBeGreaterThan(before);
  expect(await orderList(page).textContent()).toContain(top ?? '?');

  await page.keyboard.press('/');
  await page.keyboard.type('comes above');
  await expect(orderList(page).getByRole('row')).toHaveCount(2);
  await page
    .getByRole('textbox', { name: 'Search orders' })
    .or(page.getByRole('searchbox'))
    .first()
    .fill('no such words');
  await expect(page.getByRole('heading', { name: 'No order matches' })).toBeVisible();
});

test('the gateway’s own figures stand on a page as plots and tables, and are dark enough at night', async ({
  office: { page, ship },
}) => {
  await ship.ask('workOrders.create', { title: 'Something to store' });
  await page.getByRole('button', { name: 'Performance' }).click();
  const main = page.getByRole('main', { name: 'Performance' });
  await expect(main).toContainText(/Gateway office-\d+, figures since \d\d:\d\d/);
  const plot = main.getByRole('figure', { name: 'Time to answer a request' });
  await expect(plot).toBeVisible();
  // Behind each plot the same as a table, for whoever does not see it.
  await expect(plot.getByRole('table').getByRole('row').last()).toContainText('ms', { timeout: 40_000 });
  await expect(main.getByRole('region', { name: 'Ships' })).toContainText('MV Astrid Holm', {
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Day', exact: true }).click();
  await expect(plot.locator('canvas')).toBeVisible();
  await page.evaluate(() => localStorage.setItem('arus.theme', 'night'));
  await page.reload();
  await expect(plot.locator('canvas')).toBeVisible();
  expect((await brightestPixel(page)).luminance).toBeLessThan(0.4);
});

test.describe('when the gateway goes', () => {
  test.use({ expectedComplaints: [/ERR_CONNECTION_REFUSED|WebSocket connection|Failed to load/] });

  test('the page says so, keeps what it shows, and misses nothing when it is back', async ({ office }) => {
    const { page, ship, shore, parameters } = office;
    await shore.program.kill();
    await expect(page.getByRole('status').filter({ hasText: 'Gateway not answering' })).toBeVisible();
    const banner = page
      .getByRole('alert')
      .filter({ hasText: 'The gateway has not told how the ships stand' });
    await expect(banner).toContainText('what stands on this page is as it was then');
    const vessels = page.getByRole('navigation', { name: 'Vessels' });
    await expect(vessels.getByRole('heading')).toHaveText(/^Vessels as of \d\d:\d\d$/);
    await expect(vessels).toContainText('Was on the link');
    await expect(vessels).not.toContainText('On the link');
    await expect(orderRow(page, 'Overspeed trip')).toBeVisible();
    await ship.ask('workOrders.create', {
      title: 'Written while the office was dark',
      dueDate: '2026-01-01',
    });

    const again = startOurProgram('src/shore/shore-program.ts', [
      '--port',
      String(shore.port),
      ...parameters,
    ]);
    await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible({ timeout: 30_000 });
    await expect(orderRow(page, 'Written while the office was dark')).toBeVisible({ timeout: 30_000 });
    await expect(banner).toHaveCount(0);
    await again.stop();
  });

  test('a gateway that hangs is told as well, by the age of its last answer', async ({ office }) => {
    const { page, shore } = office;
    process.kill(shore.program.pid, 'SIGSTOP');
    try {
      await expect(page.getByRole('alert')).toContainText('The gateway has not told', { timeout: 60_000 });
      await expect(page.getByRole('navigation', { name: 'Vessels' })).toContainText('Was on the link');
    } finally {
      process.kill(shore.program.pid, 'SIGCONT');
    }
    await expect(page.getByRole('alert')).toHaveCount(0, { timeout: 60_000 });
  });
});

test.describe('when the database takes no writes', () => {
  // What the page read just as its session was cut.
  test.use({ expectedComplaints: [/503/] });

  test('since when stands on the page, until it takes them again', async ({
    office: { page, parameters },
  }) => {
    const database = new URL(parameters[1] ?? '');
    const name = database.pathname.slice(1);
    const dba = new Client({ connectionString: database.href });
    await dba.connect();
    try {
      await dba.query(`alter database ${name} set default_transaction_read_only = on`);
      await dba.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'arus-gateway' and datname = current_database()",
      );
      const banner = page.getByRole('alert').filter({ hasText: 'database is not well' });
      await expect(banner).toContainText(/since \d\d:\d\d.*The database takes no writes/, {
        timeout: 30_000,
      });
      await expect(orderRow(page, 'Overspeed trip')).toBeVisible();
      await dba.query(`alter database ${name} reset default_transaction_read_only`);
      await expect(banner).toHaveCount(0, { timeout: 30_000 });
    } finally {
      await dba.end();
    }
  });
});

test.describe('a gateway that wants a key', () => {
  test.use({ expectedComplaints: [/401|WebSocket connection/] });

  test('the page asks for it, and takes it from an address without leaving it there', async ({
    office,
    page,
  }) => {
    const { key, line } = newApiKey('Fleet office', randomBytes(32));
    const guarded = await startShore(
      office.parameters.map((each) => each.replace(/^office-/, 'guarded-')),
      {
        ARUS_API_KEYS: line,
      },
    );
    const address = `http://127.0.0.1:${guarded.port}/`;
    await page.goto(address);
    await page.getByRole('textbox', { name: 'API key' }).or(page.getByLabel('API key')).first().fill(key);
    await page.getByRole('button', { name: 'Open' }).click();
    await expect(orderRow(page, 'Overspeed trip')).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();

    const other = await page.context().newPage();
    await other.goto(`${address}#key=${key}`);
    await expect(orderRow(other, 'Overspeed trip')).toBeVisible();
    expect(other.url()).not.toContain(key);
    await other.close();
    await page.goto(office.address);
    await guarded.stop();
  });
});

for (const theme of ['day', 'dusk', 'night'] as const) {
  test(`every page can be read aloud and told apart, in the ${theme} theme`, async ({ office: { page } }) => {
    const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const found: Record<string, string[]> = {};
    const look = async (name: string): Promise<void> => {
      await page.waitForTimeout(150);
      // Evaluated by the debugger, which the page's content security policy does not stop.
      await page.evaluate(source);
      const { violations } = await page.evaluate<AxeResults>(
        'axe.run(document, { resultTypes: ["violations"] })',
      );
      const here = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target }) => `${id}: ${target.join(' ')}`),
      );
      if (here.length > 0) found[name] = here;
      if (theme !== 'night') return;
      const { luminance } = await brightestPixel(page);
      if (luminance > 0.4) found[`${name}, brightest`] = [String(luminance)];
    };
    await chooseTheme(page, theme);
    await look('list');
    await orderRow(page, 'Overspeed trip').click();
    await look('order');
    await page.keyboard.press('e');
    await look('edit');
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await look('new');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await orderRow(page, 'Overspeed trip').click();
    await openHistory(page);
    await page.getByText('raised it').waitFor();
    await look('history');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Review/ }).click();
    await look('review');
    await page.getByRole('button', { name: /^Problems/ }).click();
    await look('problems');
    await page.getByRole('button', { name: 'Performance' }).click();
    await page.getByRole('figure', { name: 'Memory' }).locator('canvas').waitFor();
    await look('performance');
    expect(found).toEqual({});
  });
}

test('a photo goes from the ship to the office and another one back, each as it was', async ({ office }) => {
  const { page, ship, settled } = office;
  const photos = (at: Page) => pane(at).getByRole('region', { name: 'Photos and documents' });
  await orderRow(page, 'Cylinder 4').click();
  await expect(photos(page).getByText('None yet.')).toBeVisible();

  const [order] = (await ship.ask('workOrders.list', { search: 'Cylinder 4' })).items;
  const subject = { entity: 'work_order', recordId: order?.id ?? '' };
  const words = Buffer.from('Liner wear 0.31 mm');
  const sha256 = createHash('sha256').update(words).digest('hex');
  await ship.ask('attachments.begin', { sha256, size: words.length });
  await ship.ask('attachments.put', { sha256, offset: 0, data: words.toString('base64') });
  await ship.ask('attachments.add', { ...subject, fileName: 'wear.txt', sha256 });
  await expect(photos(page).getByText('Held ashore')).toBeVisible();
  const download = page.waitForEvent('download');
  await photos(page).getByRole('button', { name: 'Save a copy of wear.txt' }).click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe('Liner wear 0.31 mm');

  const buffer = await drawPhoto(page, 2_000, 1_500);
  await photos(page)
    .getByLabel('Files to attach')
    .setInputFiles({ name: 'spare.jpg', mimeType: 'image/jpeg', buffer });
  await photos(page).getByRole('button', { name: 'Look at spare.jpg' }).click();
  await expect(page.getByRole('dialog').getByRole('img', { name: 'spare.jpg' })).toBeVisible();
  await page.keyboard.press('Escape');
  await settled();
  const onBoard = async () => (await ship.ask('attachments.list', subject)).items[1];
  await expect.poll(async () => (await onBoard())?.content.state, { timeout: 20_000 }).toBe('held');
  expect(await onBoard()).toMatchObject({ fileName: 'spare.jpg', width: 1_600, hasThumbnail: true });

  await photos(page).getByRole('button', { name: 'Delete spare.jpg' }).click();
  await notice(page, 'Deleted spare.jpg').getByRole('button', { name: 'Undo' }).click();
  await expect(photos(page).getByText('spare.jpg')).toBeVisible();
});
