import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { copyOnStick } from '#support/copy-on-stick.ts';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { sampleVessel } from '../../../src/demo/sample-ship.ts';
import { sampleData } from '../support/ship.ts';
import { expect, test } from './desktop.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A computer on which nobody has said yet which ship it is on. */
const fresh = { empty: true, prepare: (home: string): void => rmSync(join(home, 'arus.json')) };

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate<AxeResults>(
    'axe.run(document, { resultTypes: ["violations"] })',
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}

test('a ship whose computer was lost is restored from a stick, by Tab and Enter alone', async ({
  startDesktop,
}) => {
  const copy = copyOnStick(await sampleData(0), temporaryDirectory('stick'));
  const ship = await startDesktop(fresh);
  await ship.app.do({ do: 'will choose files', paths: [copy] });
  const page = await ship.open();
  await expect(page.getByLabel('Ship’s name')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(page.getByRole('button', { name: 'Restore her from a copy…' })).toBeFocused();
  await page.keyboard.press('Enter');

  const preview = page.getByRole('region', { name: 'What is in the copy' });
  await expect(preview).toContainText(`${sampleVessel.name} (${sampleVessel.id})`);
  await expect(preview).toContainText(/\d+ work orders, \d+ records in all, \d+ changes/);
  await expect(preview).toContainText('byte for byte what was checked when it was made');
  await expect(preview).toContainText(
    'In no copy: what was written after it was made, the contents of photos',
  );
  await expect(page.getByLabel('Ship’s name')).toHaveValue(sampleVessel.name);
  await expect(page.getByLabel('Ship’s name')).toHaveAttribute('readonly');
  await expect(page.getByLabel('Ship’s id')).toHaveValue(sampleVessel.id);
  await expect(page.getByLabel('Ship’s id')).toHaveAttribute('readonly');
  expect(await violations(page)).toEqual([]);

  // The page is loaded anew: what was chosen is still there, and the stick is not needed any more.
  rmSync(dirname(copy), { recursive: true });
  await page.reload();
  await expect(preview).toContainText(sampleVessel.name);
  await expect(page.getByLabel('Ship’s name')).toBeFocused();
  const start = page.getByRole('button', { name: 'Start' });
  for (let steps = 0; steps < 20; steps += 1) {
    if (await start.evaluate((button) => button === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(start).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(page.getByRole('gridcell', { name: /WO-\d{4}-\d{6}/ }).first()).toBeVisible();
  await expect(page.getByText(sampleVessel.name).first()).toBeVisible();
  expect(JSON.parse(readFileSync(join(ship.home, 'arus.json'), 'utf8'))).toMatchObject({
    vessel: sampleVessel.id,
    name: sampleVessel.name,
  });
});

test('a copy that will not do is told at once, what was typed stays, and leaving it out brings it back', async ({
  startDesktop,
}) => {
  const stick = temporaryDirectory('stick');
  const copy = copyOnStick(await sampleData(0), stick);
  const damaged = copyOnStick(await sampleData(0), join(stick, 'damaged'));
  truncateSync(damaged, 200_000);
  const ship = await startDesktop(fresh);
  await ship.app.do({ do: 'will choose files', paths: [damaged, copy] });
  const page = await ship.open();
  await expect(page.getByLabel('Ship’s name')).toBeFocused();
  await page.keyboard.type('MV Stella Maris');
  await page.getByLabel('Your name').fill('R. Santos');
  await page.getByRole('button', { name: 'Restore her from a copy…' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText(
    /cannot be gone back to\. It is damaged .* Nothing was changed\./,
  );
  await expect(page.getByLabel('Ship’s name')).toHaveValue('MV Stella Maris');
  expect(existsSync(join(ship.home, 'vessel'))).toBe(false);

  await page.getByRole('button', { name: 'Restore her from a copy…' }).press('Enter');
  await expect(page.getByLabel('Ship’s name')).toHaveValue(sampleVessel.name);
  await page.getByRole('button', { name: 'Leave it out' }).press('Enter');
  await expect(page.getByLabel('Ship’s name')).toHaveValue('MV Stella Maris');
  await expect(page.getByLabel('Ship’s id')).toHaveValue('stella-maris');
  await expect(page.getByLabel('Ship’s name')).not.toHaveAttribute('readonly');
  await expect(page.getByLabel('Your name')).toHaveValue('R. Santos');
  expect(existsSync(join(ship.home, 'vessel'))).toBe(false);
});

test('a copy that was chosen before ARUS was closed is asked for again, and no empty ship begins by mistake', async ({
  startDesktop,
}) => {
  const copy = copyOnStick(await sampleData(0), temporaryDirectory('stick'));
  const ship = await startDesktop(fresh);
  await ship.app.do({ do: 'will choose files', paths: [copy] });
  const page = await ship.open();
  await page.getByRole('button', { name: 'Restore her from a copy…' }).click();
  await expect(page.getByLabel('Ship’s name')).toHaveValue(sampleVessel.name);
  await page.evaluate(() => window.arus?.installation({ ask: 'leave copy' }));
  await page.reload();
  await expect(page.getByText(/was chosen before ARUS was closed, and is not kept/)).toBeVisible();
  await page.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByText('The copy has to be chosen again. Nothing was changed.')).toBeVisible();
  expect(existsSync(join(ship.home, 'arus.json'))).toBe(false);
  await page.getByLabel('Ship’s name').fill('MV Typed Since');
  await page.getByRole('button', { name: 'Leave it out' }).click();
  await expect(page.getByText(/was chosen before ARUS was closed/)).toBeHidden();
  await expect(page.getByLabel('Ship’s name')).toHaveValue('MV Typed Since');
});

test('a ship with an office is told where her records come from', async ({ startDesktop }) => {
  const page = await (await startDesktop(fresh)).open();
  await page.getByRole('radio', { name: /Join an office/ }).click();
  await expect(
    page.getByText(/Where the office has records of a ship under this id, they come over the link\./),
  ).toBeVisible();
  await expect(page.getByText(/Not over the link:/)).toBeVisible();
});
