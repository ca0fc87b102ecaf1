import { expect as expectPage } from '@playwright/test';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type StationHost, openStationHost } from '#station/host.ts';
import { chromiumLaunchOptions } from '#support/chromium.ts';
import { until } from '#support/until.ts';
import { officeOn } from '../shore/support/office.ts';
import { pageWithDeclared } from './support/page-with-declared.ts';
import { sparePart } from './support/spare-part.ts';
import { type Computer, type TwoEnds, openTwoEnds, vesselId } from './support/two-ends.ts';

vi.mock('#shared/records/catalogue.ts', async (original) => {
  const { catalogueWith } = await import('./support/declared-here.ts');
  return catalogueWith(await original<typeof import('#shared/records/catalogue.ts')>());
});
vi.mock('#vessel/store/migrations.ts', async (original) => {
  const { migrationsOnBoard } = await import('./support/declared-here.ts');
  return migrationsOnBoard(await original<typeof import('#vessel/store/migrations.ts')>());
});
vi.mock('#shore/store/migrations.ts', async (original) => {
  const { migrationsAshore } = await import('./support/declared-here.ts');
  return migrationsAshore(await original<typeof import('#shore/store/migrations.ts')>());
});

const { entity } = sparePart;
const token = 'x'.repeat(43);
const pane = (page: Page) => page.getByRole('complementary');
const lines = (page: Page) => pane(page).getByRole('region', { name: 'Stock lines' });
const list = (page: Page) => page.getByRole('grid', { name: 'Spare parts' });
const row = (page: Page, words: string) => list(page).getByRole('row').filter({ hasText: words });

/** The kinds of `spare-part.ts` as people meet them: no file in `src/renderer` knows of them. */
describe('the pages of a kind that is declared in one file', { timeout: 120_000 }, () => {
  let ends: TwoEnds;
  let ship: Computer;
  let host: StationHost;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    const folder = await pageWithDeclared();
    ends = await openTwoEnds(folder);
    ship = ends.board('Bridge PC');
    host = await openStationHost({
      vessel: ship.node,
      environment: ends.environment,
      port: 0,
      token,
      page: folder,
    });
    await ends.api.listen({ host: '127.0.0.1', port: 0 });
    await ends.call(ship, 'records.create', {
      entity: 'crew_member',
      values: { name: 'A. Rossi', rank: 'Second engineer' },
    });
    browser = await chromium.launch(chromiumLaunchOptions());
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await host.close();
    await ends.close();
  });

  async function opened(address: string, prepare?: (page: Page) => Promise<unknown>): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    await prepare?.(page);
    await page.goto(address);
    return page;
  }
  const places = {
    async board(): Promise<Page> {
      const { items } = await ends.call(ship, 'crew.list', {});
      const actor = items[0]?.id ?? '';
      const page = await opened(`${host.address}#token=${token}`, (fresh) =>
        fresh.addInitScript((id) => localStorage.setItem('arus.actor', id), actor),
      );
      await page.getByRole('link', { name: 'Spare parts' }).click();
      return page;
    },
    async office(): Promise<Page> {
      const address = ends.api.server.address();
      if (address === null || typeof address === 'string') throw new Error('The gateway has no port');
      const page = await opened(`http://127.0.0.1:${address.port}/`);
      await page.getByRole('button', { name: 'Spare parts', exact: true }).click();
      return page;
    },
  };

  for (const [place, open] of Object.entries(places))
    test(`${place}: list, form, pane, lines and history`, async () => {
      const page = await open();
      const name = `Gasket of the ${place}`;
      await page
        .getByRole('button', { name: /^New spare part/ })
        .first()
        .click();
      await page.keyboard.press('Control+Enter');
      await expectPage(pane(page).getByText('Part number is needed')).toBeVisible();
      await page.getByLabel('Part number').fill(`9-${place}`);
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.keyboard.press('Control+Enter');
      await expectPage(pane(page).getByRole('heading', { name: `9-${place} ${name}` })).toBeVisible();
      await expectPage(pane(page)).toContainText('Engine store');
      await expectPage(row(page, name)).toContainText(/SP-\d{4}-\d{6}/);

      await page.keyboard.press('e');
      await page.getByLabel('On hand').fill('7');
      await page.keyboard.press('Control+Enter');
      await expectPage(row(page, name)).toContainText('7');

      await expectPage(lines(page)).toContainText('No stock lines yet.');
      await lines(page).getByRole('button', { name: 'New stock line' }).click();
      await lines(page).getByLabel('Shelf').fill('B 2');
      await lines(page).getByLabel('Pieces').fill('3');
      await page.keyboard.press('Control+Enter');
      await expectPage(lines(page).getByRole('row').filter({ hasText: 'B 2' })).toContainText('3');
      await lines(page).getByRole('button', { name: 'Change B 2' }).click();
      await lines(page).getByLabel('Pieces').fill('5');
      await page.keyboard.press('Control+Enter');
      await expectPage(lines(page).getByRole('row').filter({ hasText: 'B 2' })).toContainText('5');
      await lines(page).getByRole('button', { name: 'Delete stock line' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stock line' }).click();
      await expectPage(lines(page)).toContainText('No stock lines yet.');

      // Who may delete one is declared: the office alone.
      const deletes = pane(page).getByRole('button', { name: 'Delete spare part' });
      await expectPage(deletes).toHaveCount(place === 'office' ? 1 : 0);
      await page.keyboard.press('h');
      const history = page.getByRole('region', { name: 'History' });
      await expectPage(history).toContainText('entered this spare part');
      await expectPage(history).toContainText('On hand');
      await page.close();
    });

  test('what both ends changed is decided on either page, and stands on both', async () => {
    const made = async (partNumber: string): Promise<string> => {
      const { id } = await ends.call(ship, 'records.create', {
        entity,
        values: { partNumber, name: 'Seal', onHand: 4 },
      });
      await until('shore has it', async () => {
        const { status } = await ends.rest('GET', `/api/spare-parts/${id}`);
        return status === 200;
      });
      return id;
    };
    const [ours, theirs] = [await made('4-1'), await made('4-2')];
    await ends.call(ship, 'sync.setLink', { enabled: false });
    for (const id of [ours, theirs]) {
      await officeOn(ends.database).write(vesselId, (unit) => unit.update(entity, id, { onHand: 2 }));
      await ends.call(ship, 'records.update', { entity, id, changes: { onHand: 3 } });
    }
    await ends.call(ship, 'sync.setLink', { enabled: true });
    await until(
      'both conflicts are on both ends',
      async () =>
        (await ends.call(ship, 'conflicts.list', {})).total === 2 &&
        (await ends.shore.service.conflicts.list({})).items.length === 2,
    );

    const decide = async (page: Page, words: string): Promise<void> => {
      const card = page.getByRole('article').filter({ hasText: words });
      await expectPage(card).toContainText('On hand of');
      await expectPage(card).toContainText('Spare part');
      const ofOffice = card.getByRole('listitem').filter({ hasText: 'M. Larsen' });
      await expectPage(ofOffice).toContainText('Other value');
      await expectPage(ofOffice).toContainText('2');
      await ofOffice.getByRole('button', { name: 'Use this' }).click();
      await expectPage(page.getByRole('article').filter({ hasText: words })).toHaveCount(0);
    };
    const board = await places.board();
    await board.getByRole('link', { name: /^Review/ }).click();
    await decide(board, '4-1 Seal');
    const office = await places.office();
    await office.getByRole('button', { name: /^Review/ }).click();
    await decide(office, '4-2 Seal');
    for (const id of [ours, theirs])
      await until('both ends have what was decided', async () => {
        const there = await ends.call(ship, 'records.get', { entity, id });
        const { json } = await ends.rest('GET', `/api/spare-parts/${id}`);
        return there.values['onHand'] === 2 && json['onHand'] === 2 && there.conflicts.length === 0;
      });
    expect(complaints).toEqual([]);
  });
});
