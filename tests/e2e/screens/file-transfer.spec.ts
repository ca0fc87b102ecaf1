import { readFileSync } from 'node:fs';
import { packageCrypto } from '#link/package-crypto.ts';
import { fingerprint, keyText, newKeys, officeName, publicOf } from '#shared/file-transfer/keys.ts';
import { magic } from '#shared/file-transfer/header.ts';
import { readHeader } from '#shared/file-transfer/seal.ts';
import { expect, test } from '../support/app.ts';

const keys = publicOf(newKeys(packageCrypto));
const office = {
  text: keyText({ of: officeName, keys }, packageCrypto),
  fingerprint: fingerprint(keys, packageCrypto),
};

test('without a link: the office’s key is compared and taken over, and changes are saved to a file', async ({
  app: { page, ask },
}) => {
  test.skip(
    test.info().project.name === 'electron',
    'the desktop app asks where to save in a dialog of its own',
  );
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: 'Without a link' }).click();
  await expect(page.getByText('The key of the office is not known here yet')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Export changes…' })).toBeDisabled();
  await expect(page.getByRole('region', { name: 'Files' })).toContainText('None yet');

  await page.getByRole('button', { name: 'Paste a key…' }).press('Enter');
  await page.getByLabel('Key of the office, from arus-key-1 to the end').fill(office.text.slice(0, -3));
  await page.getByRole('button', { name: 'Read key' }).click();
  await expect(page.getByText('a part of it was lost')).toBeVisible();
  await page.getByRole('button', { name: 'Paste a key…' }).click();
  await page.getByLabel('Key of the office, from arus-key-1 to the end').fill(office.text);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'Key to compare' })).toContainText(office.fingerprint);
  await page.getByRole('button', { name: 'It is the same, take over' }).click();
  await expect(page.getByRole('region', { name: 'Keys' })).toContainText('taken over by hand');

  const { queue } = await ask('sync.status', {});
  await expect(page.getByRole('heading', { name: `${queue.depth} changes for the office` })).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export changes…' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/^arus-\S+-to-office-\d{8}-\d{6}-1-of-1\.arus$/);
  const file = readFileSync(await saved.path());
  expect(readHeader(file).header).toMatchObject({ changes: queue.depth, part: 1, of: 1, direction: 'up' });
  await expect(page.getByRole('region', { name: 'Files' })).toContainText('Not answered by the office yet');
  await expect(page.getByText(`${queue.depth} of them were in the file of`)).toBeVisible();
  // Nothing has left the queue.
  expect((await ask('sync.status', {})).queue).toMatchObject({ depth: queue.depth, sent: 0 });
});

test('a file that is not to be believed is refused in words, and nothing changes', async ({
  app: { page, ask },
}) => {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: 'Without a link' }).click();
  const choose = page.getByLabel('Files to import');
  const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'application/octet-stream', buffer });
  await choose.setInputFiles([
    file('letter.doc', Buffer.from('Dear captain')),
    file('cut.arus', Buffer.concat([magic, Buffer.of(1, 9)])),
  ]);
  const told = page.getByRole('status').filter({ hasText: 'Nothing was taken in' });
  await expect(told).toContainText('This is not a file that ARUS made');
  await expect(told).toContainText('This file was cut short');
  expect((await ask('byHand.status', {})).parcels).toEqual([]);
  await choose.setInputFiles(file('key.txt', Buffer.from(`${office.text}\n`)));
  await expect(page.getByRole('group', { name: 'Key to compare' })).toContainText(office.fingerprint);
  expect((await ask('byHand.status', {})).peer).toBeNull();
});

test('the own key is copied, and where that is refused it stands there to be copied by hand', async ({
  app: { page, ask },
}) => {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: 'Without a link' }).click();
  const keyPart = page.getByRole('region', { name: 'Keys' });
  const { own } = await ask('byHand.status', {});
  await page.evaluate(() => {
    const clipboard = { writeText: (text: string) => Promise.resolve(void (document.title = text)) };
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
  });
  await keyPart.getByRole('button', { name: 'Copy own key' }).click();
  await expect(keyPart.getByRole('status')).toHaveText('Copied.');
  expect(await page.title()).toBe(own.text);

  // Over plain http from another computer a browser has no clipboard at all.
  for (const without of ['refused', 'absent'] as const) {
    await page.evaluate((how) => {
      const clipboard =
        how === 'absent'
          ? undefined
          : { writeText: () => Promise.reject(new DOMException('No', 'NotAllowedError')) };
      Object.defineProperty(navigator, 'clipboard', { configurable: true, value: clipboard });
    }, without);
    await keyPart.getByRole('button', { name: 'Copy own key' }).click();
    await expect(keyPart.getByRole('alert')).toContainText('copy it from there');
    const field = keyPart.getByRole('textbox', { name: 'Own key' });
    await expect(field).toHaveValue(own.text);
    await expect(field).toBeFocused();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(own.text);
    await page.evaluate(() => {
      Object.defineProperty(navigator, 'clipboard', {
        configurable: true,
        value: { writeText: () => Promise.resolve() },
      });
    });
    await keyPart.getByRole('button', { name: 'Copy own key' }).click();
    await expect(keyPart.getByRole('status')).toHaveText('Copied.');
  }
});
