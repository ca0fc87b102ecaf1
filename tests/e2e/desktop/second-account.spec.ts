import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '#support/temporary-directory.ts';
import { untilListed } from '../support/screen.ts';
import { violations } from '../support/accessibility.ts';
import { expect, test } from './desktop.ts';

/** Of the system; it needs no name. */
const user = { uid: 54_322, gid: 54_320 };
// Only root may start programs as somebody else; for others the second account is a second folder of the same user.
const isRoot = process.getuid?.() === 0;

test('a second account on this computer is told who has the ship, and works on the same one when that has ended', async ({
  startDesktop,
}) => {
  const shared = temporaryDirectory('shared');
  if (isRoot) chownSync(shared, 0, user.gid);
  chmodSync(shared, 0o2770);
  const environment = { ARUS_SHARED_FOLDER: shared };
  const first = await startDesktop({ circumstances: { environment } });
  await untilListed(await first.open());

  const userData = join(first.home, '..', 'second');
  mkdirSync(userData);
  if (isRoot) chownSync(userData, user.uid, user.gid);
  const second = await first.startAgain({ environment, userData, ...(isRoot ? { user } : {}) });
  const page = await second.open();
  const told = page.getByRole('alert').filter({ hasText: 'ARUS cannot start' });
  await expect(told).toContainText(
    isRoot
      ? /Account root has had this ship open on this computer since \d.* Close ARUS there, or log that account off/
      : /This account has had this ship open in another ARUS on this computer since \d/,
  );
  await expect(told).toContainText('It is tried again in');
  expect(await violations(page)).toEqual([]);

  expect((await first.app.close()).code).toBe(0);
  await page.getByRole('button', { name: 'Try again' }).click();
  await untilListed(page);
  // What was asked while the other account had the ship failed, and that is over.
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('link', { name: 'Settings' }).click();
  const place = page.getByRole('region', { name: 'Where the ship’s records lie' });
  await expect(place).toContainText(`In ${shared}, shared with the other accounts of this computer`);
  expect(await violations(page)).toEqual([]);
  expect((await second.app.close()).code).toBe(0);
});
