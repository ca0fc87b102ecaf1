import { type Page, expect } from '@playwright/test';
import { orderRow, pane } from './screen.ts';

/** A form of the ship's screen in which somebody begins to write, and finds it again. */
export interface BegunForm {
  what: string;
  begin(page: Page): Promise<void>;
  /** Looks for all that was typed, from wherever the page stands. */
  find(page: Page): Promise<void>;
}

const order = 'Overspeed trip';
const goOn = (page: Page, words: string) =>
  pane(page).getByRole('status').filter({ hasText: words }).getByRole('button', { name: 'Go on' });

async function openOrder(page: Page): Promise<void> {
  await toPage(page, 'Work orders');
  await orderRow(page, order).click();
  await pane(page)
    .getByRole('button', { name: /^History/ })
    .waitFor();
}

async function toPage(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('grid', { name }).getByRole('gridcell').first().waitFor();
}

async function openEquipment(page: Page): Promise<void> {
  await toPage(page, 'Equipment');
  await page.getByRole('grid', { name: 'Equipment' }).getByRole('row').filter({ hasText: '601.01' }).click();
  await pane(page)
    .getByRole('button', { name: /^History/ })
    .waitFor();
}

export const begunForms: readonly BegunForm[] = [
  {
    what: 'a new order',
    async begin(page) {
      await toPage(page, 'Work orders');
      await page.keyboard.press('c');
      await page.getByLabel('Title').fill('Renew zinc anodes');
      await page.getByLabel('Description').fill('Starboard cooler');
    },
    async find(page) {
      await toPage(page, 'Work orders');
      await page.keyboard.press('c');
      await expect(page.getByLabel('Title')).toHaveValue('Renew zinc anodes');
      await expect(page.getByLabel('Description')).toHaveValue('Starboard cooler');
    },
  },
  {
    what: 'an order that is changed',
    async begin(page) {
      await openOrder(page);
      await page.keyboard.press('e');
      await page.getByLabel('Title').fill('Overspeed trip, half a thought');
    },
    async find(page) {
      await openOrder(page);
      await goOn(page, 'to change').click();
      await expect(page.getByLabel('Title')).toHaveValue('Overspeed trip, half a thought');
    },
  },
  {
    what: 'a note',
    async begin(page) {
      await openOrder(page);
      await page.getByLabel('Add a note').fill('Trip solenoid sticks');
    },
    async find(page) {
      await openOrder(page);
      await expect(page.getByLabel('Add a note')).toHaveValue('Trip solenoid sticks');
    },
  },
  {
    what: 'a sign-off',
    async begin(page) {
      await openOrder(page);
      await page.keyboard.press('4');
      await page.getByLabel('Actual hours').fill('2.5');
      await page.getByLabel('What was done').fill('Tested at 110 %');
    },
    async find(page) {
      await openOrder(page);
      // It stands open still where the page was not opened anew.
      const signOff = goOn(page, 'to sign off');
      if (await signOff.isVisible()) await signOff.click();
      await expect(page.getByLabel('Actual hours')).toHaveValue('2.5');
      await expect(page.getByLabel('What was done')).toHaveValue('Tested at 110 %');
    },
  },
  {
    what: 'a new crew member',
    async begin(page) {
      await toPage(page, 'Crew');
      await page.keyboard.press('c');
      await page.getByLabel('Name').fill('Maria Sol');
    },
    async find(page) {
      await toPage(page, 'Crew');
      await page.keyboard.press('c');
      await expect(page.getByLabel('Name')).toHaveValue('Maria Sol');
    },
  },
  {
    what: 'equipment that is changed',
    async begin(page) {
      await openEquipment(page);
      await page.keyboard.press('e');
      await page.getByLabel('Location').fill('Upper deck, aft');
    },
    async find(page) {
      await openEquipment(page);
      await goOn(page, 'to change').click();
      await expect(page.getByLabel('Location')).toHaveValue('Upper deck, aft');
    },
  },
];

/** Whoever types stops for a moment, in which it is written. */
export const untilWritten = (page: Page): Promise<void> => page.waitForTimeout(1_000);
