import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { readJoinFile } from '#shared/installation/join-file.ts';
import { certificateAuthority } from '#support/certificates.ts';
import { expect, test } from './office-desk.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test.describe('files with which ships join', () => {
  test.use({ expectedComplaints: [/status of 400/] });

  test('a new ship is added by a file, with what the page remembers of the office', async ({
    office: { page },
  }) => {
    await page.getByRole('button', { name: 'Add a ship' }).click();
    const form = page.getByRole('form', { name: 'File to join with' });
    await form.getByLabel('Ship’s name').fill('MV Stella Maris');
    await expect(form.getByLabel('Ship’s id')).toHaveValue('stella-maris');
    await form.getByRole('button', { name: 'Make the file' }).click();
    await expect(form.getByRole('alert')).toBeVisible();
    await expect(form.getByLabel('The office')).toBeFocused();

    await form.getByLabel('The office').fill('Aurora Shipping');
    await form.getByLabel('The broker’s address').fill('mqtts://ship:secret@broker.aurora.example');
    await form.getByRole('button', { name: 'Make the file' }).click();
    await expect(form.getByText('An address such as mqtts://broker.example.com:8883')).toBeVisible();
    await expect(form.getByLabel('The broker’s address')).toBeFocused();
    await form.getByLabel('The broker’s address').fill('mqtts://broker.aurora.example:8883');
    const pem = readFileSync(certificateAuthority().certificate, 'utf8');
    await form.getByLabel('Authority of the broker').fill(pem);
    const download = page.waitForEvent('download');
    await form.getByRole('button', { name: 'Make the file' }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('stella-maris.arus-join');
    expect(readJoinFile(readFileSync(await file.path(), 'utf8'))).toMatchObject({
      office: 'Aurora Shipping',
      vessel: 'stella-maris',
      name: 'MV Stella Maris',
      broker: 'mqtts://broker.aurora.example:8883',
      ca: pem,
    });
    await expect(form.getByRole('status')).toContainText('stella-maris.arus-join was made');
    await page.evaluate(axeSource);
    const { violations } = await page.evaluate<AxeResults>(
      'axe.run(document, { resultTypes: ["violations"] })',
    );
    expect(violations.map(({ id }) => id)).toEqual([]);

    // Another page, another day: what was typed is there, and a ship that is known has her own name and records.
    await page.reload();
    await expect(form.getByLabel('Ship’s name')).toHaveValue('MV Stella Maris');
    await page.getByRole('button', { name: /MV Astrid Holm/ }).click();
    await expect(form.getByLabel('Ship’s id')).toHaveValue('astrid-holm');
    await expect(form.getByLabel('Ship’s id')).toHaveAttribute('readonly');
    await expect(form.getByLabel('The office')).toHaveValue('Aurora Shipping');
    const again = page.waitForEvent('download');
    await form.getByRole('button', { name: 'Make the file' }).click();
    expect(readJoinFile(readFileSync(await (await again).path(), 'utf8'))).toMatchObject({
      vessel: 'astrid-holm',
      known: true,
    });
    await expect(form.getByRole('status')).toContainText('her records come over the link');
  });
});
