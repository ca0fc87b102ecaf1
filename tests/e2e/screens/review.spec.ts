import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { type Shore, startShore } from '#support/shore.ts';
import { until } from '#support/until.ts';
import { expect, test as base } from '../support/app.ts';
import { brightestPixel, notice, openHistory, orderRow, pane, untilListed } from '../support/screen.ts';
import type { ShipOnScreen } from '../support/ship-on-screen.ts';

const title = 'Auxiliary boiler: low water cut-out and burner failure test';

interface Apart {
  page: Page;
  ship: ShipOnScreen;
  shore: Shore;
  id: string;
  /** The office changes the order. */
  ashore(changes: Record<string, unknown>): Promise<void>;
  /** Ship and office change the order without seeing each other; resolves when the ship knows. */
  contradict(onBoard: Record<string, unknown>, ashore: Record<string, unknown>): Promise<void>;
}

/** A ship whose office changes the same order, on a real gateway behind a real broker. */
const test = base.extend<{ apart: Apart }, { postgres: Postgres }>({
  // Once for all of them: to start a PGlite takes nine seconds of the processor, a database of its own one.
  postgres: [
    async ({ playwright: _unused }, provide) => {
      const postgres = await startPostgres({ fsync: false });
      await provide(postgres);
      await postgres.remove();
    },
    { scope: 'worker' },
  ],
  apart: async ({ startShip, postgres }, provide, { testId }) => {
    const broker: Mosquitto = await startMosquitto();
    const database = await postgres.createDatabase(`office_${testId.replaceAll(/[^a-z0-9]/g, '_')}`);
    const shore = await startShore(['--database', database, '--mqtt', broker.url]);
    const ship = await startShip({ mqtt: broker.url });
    const [row] = (await ship.ask('workOrders.list', { search: 'auxiliary boiler low water' })).items;
    const id = row?.id ?? '';
    const path = `/api/work-orders/${id}`;
    await until('the order ashore', async () => (await shore.ask(path)).status === 200);
    const ashore = async (changes: Record<string, unknown>): Promise<void> => {
      const headers = { 'x-arus-actor': 'K. Ito' };
      expect((await shore.ask(path, { method: 'PATCH', body: changes, headers })).status).toBe(200);
    };
    const page = await ship.open('Second engineer');
    await untilListed(page);
    await provide({
      page,
      ship,
      shore,
      id,
      ashore,
      async contradict(onBoard, office) {
        await ship.ask('sync.setLink', { enabled: false });
        await ship.ask('workOrders.update', { id, changes: onBoard });
        await ashore(office);
        await ship.ask('sync.setLink', { enabled: true });
        const fields = Object.keys(onBoard).length;
        await until(
          'the conflict on board',
          async () => (await ship.ask('conflicts.list', {})).total === fields,
        );
      },
    });
    await shore.stop();
    await broker.remove();
  },
});

const card = (page: Page, words: string) => page.getByRole('article').filter({ hasText: words });

test('two values stand side by side, and the one taken is in force on both sides', async ({ apart }) => {
  const { page, ship, shore, id, contradict } = apart;
  await contradict({ dueDate: '2027-03-01' }, { dueDate: '2027-04-01' });
  const place = page.getByRole('link', { name: /^Review/ });
  await expect(place).toContainText('1 to decide');
  await orderRow(page, 'Auxiliary boiler').click();
  await expect(pane(page)).toContainText('1 Mar 2027');
  await pane(page).getByRole('button', { name: 'Decide this…' }).click();

  const conflict = card(page, title);
  await expect(conflict).toContainText('Before both');
  await expect(conflict.getByRole('listitem').filter({ hasText: '1 Apr 2027' })).toContainText('K. Ito');
  const ours = conflict.getByRole('listitem').filter({ hasText: '1 Mar 2027' });
  await expect(ours).toContainText('on board');
  await ours.getByRole('button', { name: /^(Keep|Use) this/ }).click();
  await expect(page.getByRole('heading', { name: 'Nothing to decide' })).toBeVisible();
  await expect(notice(page, 'Settled:')).toBeVisible();
  await expect(place).not.toContainText('to decide');
  await until(
    'the decision ashore',
    async () => (await shore.ask('/api/conflicts?state=settled')).text.includes('Rajesh Nair') || null,
  );
  expect(await ship.ask('workOrders.get', { id })).toMatchObject({ dueDate: '2027-03-01', conflicts: [] });
});

test('everything by keyboard: through the conflicts, one taken, another written', async ({ apart }) => {
  const { page, ship, id, contradict } = apart;
  await contradict(
    { dueDate: '2027-03-01', title: 'Boiler safeties' },
    { dueDate: '2027-04-01', title: 'Boiler trips' },
  );
  await page.getByRole('link', { name: /^Review/ }).click();
  await expect(page.getByRole('article')).toHaveCount(2);
  const chosen = page.locator('article[data-chosen="true"]');
  const first = await chosen.getByRole('heading').textContent();
  await page.keyboard.press('j');
  await expect(chosen.getByRole('heading')).not.toHaveText(first ?? '');
  // Which of the two comes first is the database's to say.
  if (!((await chosen.getByRole('heading').textContent()) ?? '').includes('Due'))
    await page.keyboard.press('k');
  await expect(chosen.getByRole('heading')).toContainText('Due');
  const other = (await chosen.getByRole('listitem').nth(1).textContent()) ?? '';
  await page.keyboard.press('2');
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.keyboard.press('e');
  await page.getByLabel('Title, another value').fill('Boiler safeties and trips');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'Nothing to decide' })).toBeVisible();
  expect(await ship.ask('workOrders.get', { id })).toMatchObject({
    dueDate: other.includes('1 Mar 2027') ? '2027-03-01' : '2027-04-01',
    title: 'Boiler safeties and trips',
    conflicts: [],
  });
});

test('a value that breaks a rule is not taken, and what was typed stays', async ({ apart }) => {
  const { page, contradict } = apart;
  await contradict({ title: 'Boiler safeties' }, { title: 'Boiler trips' });
  await page.getByRole('link', { name: /^Review/ }).click();
  await page.getByRole('button', { name: /^Write another/ }).click();
  await page.getByLabel('Title, another value').fill('  ');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Title is needed')).toBeVisible();
  await expect(page.getByLabel('Title, another value')).toHaveValue('  ');
});

test('what the office settled meanwhile is told, and changes nothing', async ({ apart }) => {
  const { page, ship, id, ashore, contradict } = apart;
  await contradict({ title: 'Boiler safeties' }, { title: 'Boiler trips' });
  await page.getByRole('link', { name: /^Review/ }).click();
  const conflict = card(page, 'Boiler');
  await expect(conflict).toBeVisible();
  await ashore({ title: 'Boiler, as agreed by telephone' });
  await expect(page.getByRole('heading', { name: 'Nothing to decide' })).toBeVisible();
  await page.getByRole('button', { name: 'Settled' }).click();
  await expect(conflict).toContainText('Settled: Boiler, as agreed by telephone');
  await expect(conflict).toContainText('K. Ito');
  expect((await ship.ask('workOrders.get', { id })).title).toBe('Boiler, as agreed by telephone');
});

test('a long text is read with its differences marked', async ({ apart }) => {
  const { page, ship, id, contradict } = apart;
  const { description } = await ship.ask('workOrders.get', { id });
  await contradict(
    { description: `${description} Renew the probe.` },
    { description: `${description} Call class.` },
  );
  await page.getByRole('link', { name: /^Review/ }).click();
  await expect(page.locator('ins')).toHaveText([/Renew the probe\.|Call class\./, /Renew|Call/]);
});

test('the history of an order says who changed what, and what shore has of it', async ({ apart }) => {
  const { page, ship, contradict } = apart;
  await contradict({ dueDate: '2027-03-01' }, { dueDate: '2027-04-01' });
  await ship.ask('sync.setLink', { enabled: false });
  await orderRow(page, 'Auxiliary boiler').click();
  await openHistory(page);
  const history = page.getByRole('region', { name: 'History' });
  const office = history.getByRole('listitem').filter({ hasText: 'K. Ito' });
  await expect(office).toContainText('1 Apr 2027');
  await expect(office).toContainText('ashore');
  await expect(history.getByText('Against another value: both are kept')).toBeVisible();
  await expect(history.getByRole('listitem').last()).toContainText('raised it');
  await page.keyboard.press('h');
  await pane(page).getByRole('button', { name: 'Start work' }).click();
  await page.keyboard.press('h');
  const latest = history.getByRole('listitem').first();
  await expect(latest).toContainText('Rajesh Nair, Second engineer changed');
  await expect(latest).toContainText('Open');
  await expect(latest).toContainText('In progress');
  await expect(latest).toContainText('on this ship only');
});

for (const theme of ['day', 'dusk', 'night'] as const) {
  test(`in the ${theme} theme nothing hinders who cannot see or read it well`, async ({ apart }) => {
    const { page, contradict } = apart;
    await contradict(
      { status: 'completed', title: 'Boiler safeties' },
      { status: 'cancelled', title: 'Boiler trips' },
    );
    await page.evaluate((chosen) => localStorage.setItem('arus.theme', chosen), theme);
    await page.reload();
    await untilListed(page);
    const found: Record<string, string[]> = {};
    const look = async (name: string): Promise<void> => {
      await page.evaluate(
        readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
      );
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
    await page.getByRole('link', { name: /^Review/ }).click();
    await expect(page.getByRole('article')).toHaveCount(2);
    await look('review');
    await page.keyboard.press('e');
    await look('another value');
    await page.keyboard.press('Escape');
    await card(page, 'Status').getByRole('button', { name: 'Show record' }).click();
    await look('contested order');
    await openHistory(page);
    await page.getByText('raised it').waitFor();
    await look('history');
    expect(found).toEqual({});
  });
}
