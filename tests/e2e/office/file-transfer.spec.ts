import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { until } from '#support/until.ts';
import { expect, test } from './office-desk.ts';

test('files for a ship and from it: keys came over the link, a ship’s file is taken in, the answer is saved', async ({
  office: { page, ship },
}) => {
  await until('the keys', async () => (await ship.ask('byHand.status', {})).peer !== null);
  await page.getByRole('button', { name: 'Without a link' }).click();
  const { own } = await ship.ask('byHand.status', {});
  await expect(page.getByRole('region', { name: 'Keys' })).toContainText(own.fingerprint);
  await expect(page.getByRole('region', { name: 'Keys' })).toContainText('came over the link');

  await ship.ask('sync.setLink', { enabled: false });
  await ship.ask('workOrders.create', { title: 'Written without a link' });
  const { made } = await ship.ask('byHand.export', { partBytes: 5_000_000 });
  const pieces: Buffer[] = [];
  for (let last = false; !last;) {
    const piece = await ship.ask('byHand.content', {
      parcel: made?.parcel ?? '',
      part: 1,
      piece: pieces.length,
    });
    pieces.push(Buffer.from(piece.content, 'base64'));
    last = piece.last;
  }
  const buffer = Buffer.concat(pieces);
  const file = { name: 'from-the-ship.arus', mimeType: 'application/octet-stream', buffer };
  await page.getByLabel('Files to import').setInputFiles(file);
  await expect(page.getByText(/was taken in: 1 change\./)).toBeVisible();
  await page.getByLabel('Files to import').setInputFiles(file);
  await expect(page.getByText(/is already held, nothing new/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'Files' })).toContainText('Imported');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export changes…' }).click();
  const answer = readFileSync(await (await download).path());
  const upload = randomUUID();
  await ship.ask('byHand.upload', { upload, piece: 0, content: answer.toString('base64') });
  expect(await ship.ask('byHand.import', { upload })).toMatchObject({ outcome: 'taken' });
  expect((await ship.ask('sync.status', {})).queue.depth).toBe(0);
  await ship.ask('sync.setLink', { enabled: true });
});
