import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { drawPhoto } from '../support/picture.ts';
import { orderRow, pane, untilListed } from '../support/screen.ts';
import { expect, test } from './desktop.ts';

const raise = async (page: Page, title: string): Promise<void> => {
  await page.keyboard.press('c');
  await page.getByLabel('Title').fill(title);
  await page.keyboard.press('Control+Enter');
  await expect(pane(page).getByRole('heading', { name: title })).toBeVisible();
};

test.describe('the desktop app on a bad day', () => {
  test('shows its window where no desktop ever says that it is ready', async ({ startDesktop }) => {
    const ship = await startDesktop({ circumstances: { withheld: ['ready-to-show'] } });
    await untilListed(await ship.open());
    await expect.poll(() => ship.app.askedFor('window.show')).toHaveLength(1);
  });

  test('is used on while not a line of its log can be written, for want of room', async ({
    startDesktop,
  }) => {
    const log = { calls: 'write', path: 'arus.log', code: 'ENOSPC', times: Infinity } as const;
    const ship = await startDesktop({ circumstances: { fileFailures: [log] } });
    const page = await ship.open('Second engineer');
    await untilListed(page);
    await raise(page, 'Raised on a full disk');
    expect(ship.app.filesFailed().length).toBeGreaterThan(0);
    expect((await ship.app.close()).code).toBe(0);
  });

  for (const code of ['EPERM', 'EBUSY'] as const) {
    test(`starts where a log too long cannot be put aside: ${code}`, async ({ startDesktop }) => {
      const held = { calls: 'rename', path: 'arus.log', code, times: Infinity } as const;
      const ship = await startDesktop({
        circumstances: { fileFailures: [held] },
        prepare(home) {
          mkdirSync(join(home, 'logs'));
          writeFileSync(join(home, 'logs', 'arus.log'), Buffer.alloc(5_000_001, '\n'));
        },
      });
      await untilListed(await ship.open());
      expect(ship.app.filesFailed().length).toBeGreaterThan(0);
      expect(readFileSync(join(ship.home, 'logs', 'arus.log'), 'utf8')).toContain('The app is up.');
    });
  }

  test('makes its keys in a folder where no second name of a file can be had: EPERM', async ({
    startDesktop,
  }) => {
    const link = { calls: 'link', path: 'vessel', code: 'EPERM', times: Infinity } as const;
    const ship = await startDesktop({ empty: true, circumstances: { fileFailures: [link] } });
    const page = await ship.open();
    await page.getByRole('link', { name: 'Sync' }).click();
    await page.getByRole('button', { name: 'Without a link' }).click();
    await expect(page.getByText('The key of the office is not known here yet')).toBeVisible();
    expect(ship.app.filesFailed().length).toBeGreaterThan(0);
  });

  const photos = (page: Page) => pane(page).getByRole('region', { name: 'Photos and documents' });

  for (const code of ['EPERM', 'EBUSY'] as const) {
    test(`keeps a photo although another program holds its fresh file for a moment: ${code}`, async ({
      startDesktop,
    }) => {
      const ship = await startDesktop();
      const page = await ship.open('Second engineer');
      await orderRow(page, 'SW pump 1').click();
      ship.app.failFiles({ calls: 'rename', path: 'attachments', code, times: 2 });
      const buffer = await drawPhoto(page, 800, 600);
      await photos(page)
        .getByLabel('Files to attach')
        .setInputFiles({ name: 'plate.jpg', mimeType: 'image/jpeg', buffer });
      await expect(photos(page).getByText('On this ship only')).toBeVisible();
      expect(ship.app.filesFailed()).toHaveLength(2);
    });
  }

  test('says that a photo was not kept for want of room, and keeps it once there is some: ENOSPC', async ({
    startDesktop,
  }) => {
    const ship = await startDesktop();
    const page = await ship.open('Second engineer');
    await orderRow(page, 'SW pump 1').click();
    const free = ship.app.failFiles({
      calls: ['open', 'write', 'mkdir'],
      path: 'attachments',
      code: 'ENOSPC',
      times: Infinity,
    });
    const file = { name: 'plate.jpg', mimeType: 'image/jpeg', buffer: await drawPhoto(page, 800, 600) };
    const choose = photos(page).getByLabel('Files to attach');
    await choose.setInputFiles(file);
    await expect(photos(page).getByRole('alert')).toBeVisible();
    expect(ship.app.filesFailed().length).toBeGreaterThan(0);
    free();
    await photos(page).getByRole('button', { name: 'Dismiss' }).first().click();
    await choose.setInputFiles(file);
    await expect(photos(page).getByText('On this ship only')).toBeVisible();
  });

  test('keeps everything saved when its person logs off and it is not let close', async ({
    startDesktop,
  }) => {
    const ship = await startDesktop();
    const page = await ship.open('Second engineer');
    await untilListed(page);
    await raise(page, 'Raised before the log-off');
    await ship.app.do({ do: 'log off', graceMs: 0 }).catch(() => {});
    expect((await ship.app.exited).code).toBeNull();
    const again = await ship.startAgain();
    await untilListed(await again.open());
    expect(await again.ask('workOrders.list', { search: 'before the log-off' })).toMatchObject({ total: 1 });
    expect((await again.app.close()).code).toBe(0);
  });
});
