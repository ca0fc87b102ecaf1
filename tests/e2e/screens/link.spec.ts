import type { Page } from '@playwright/test';
import { budgetsOf, policyOf } from '#support/link-policies.ts';
import { startMosquitto } from '#support/mosquitto.ts';
import { expect, test } from '../support/app.ts';
import { notice, untilListed } from '../support/screen.ts';

async function openLink(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Sync' }).click();
  await page.getByRole('button', { name: 'Link and cost' }).click();
  await page.getByRole('heading', { name: 'How the link may be used' }).waitFor();
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

test('a policy is typed, set by the keyboard, and stands there again after a reload', async ({
  app: { page, ask },
}) => {
  await openLink(page);
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await page.getByLabel('Name').fill('L-band');
  await page.getByLabel('Router’s addresses').fill('192.168.20.1');
  await choose(page, 'Mode', 'In windows');
  await page.getByLabel('Windows, ship’s time').fill('2-4, 14.00 to 14.30');
  await page.getByLabel('A megabyte').fill('7,9');
  await page.getByRole('textbox', { name: 'Normal' }).fill('40');
  await page.getByRole('button', { name: 'Add a link' }).click();
  await page.getByLabel('Name').fill('VSAT');
  await page.keyboard.press('Control+Enter');
  await expect(notice(page, /^Saved\./)).toBeVisible();

  const { policy } = await ask('link.policy', {});
  expect(policy.profiles).toMatchObject([
    {
      name: 'L-band',
      gateways: ['192.168.20.1'],
      mode: 'windows',
      windows: [
        { from: '02:00', to: '04:00' },
        { from: '14:00', to: '14:30' },
      ],
      tariff: { perMb: 7.9, perMinute: null },
      budgets: { urgent: null, normal: 40, bulk: null, overhead: null },
    },
    { name: 'VSAT', mode: 'always' },
  ]);
  await page.reload();
  await expect(page.getByLabel('Windows, ship’s time')).toHaveValue('02:00–04:00, 14:00–14:30');
  await expect(page.getByRole('list', { name: 'Budgets this month' })).toContainText('0 B of 40 MB');
});

test('what cannot be is said at its field, on whichever link it is, and nothing is set', async ({
  app: { page, ask },
}) => {
  const before = await ask('link.policy', {});
  await openLink(page);
  await page.getByLabel('A megabyte').fill('dear');
  await page.getByRole('button', { name: 'Add a link' }).click();
  await page.getByLabel('Name').fill('Ship’s LINK');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  // The link that the complaint is about is shown.
  await expect(page.getByLabel('A megabyte')).toHaveAccessibleDescription(/A number, such as 2\.5$/);
  await page.getByLabel('A megabyte').fill('');
  await choose(page, 'Mode', 'In windows');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Give at least one window')).toBeVisible();
  await page.getByLabel('Windows, ship’s time').fill('at night');
  await expect(page.getByLabel('Windows, ship’s time')).toHaveAccessibleDescription(/Hours in ship’s time/);
  await page.getByLabel('Windows, ship’s time').fill('02:00–04:00');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Ship’s LINK', exact: true }).click();
  await expect(page.getByText('Another link has this name')).toBeVisible();
  expect((await ask('link.policy', {})).policy).toEqual(before.policy);
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('button', { name: 'Ship’s LINK', exact: true })).toHaveCount(0);
});

test('what another person sets is shown, unless something is being typed', async ({ app: { page, ask } }) => {
  await openLink(page);
  await ask('link.setPolicy', { policy: policyOf({ mode: 'on_demand' }) });
  await expect(page.getByLabel('Name')).toHaveValue('L-band');
  await page.getByLabel('A megabyte').fill('3');
  await ask('link.setPolicy', { policy: policyOf({ name: 'Fleet Xpress' }) });
  await expect(page.getByRole('combobox', { name: 'Link', exact: true })).toContainText('Fleet Xpress');
  await expect(page.getByLabel('A megabyte')).toHaveValue('3');
});

test.describe('with a broker', () => {
  test('on demand: the pill says why it is closed, and Send now opens it', async ({ startShip }) => {
    const broker = await startMosquitto();
    const ship = await startShip({ mqtt: broker.url });
    try {
      await ship.ask('link.setPolicy', { policy: policyOf({ mode: 'on_demand', urgentOpens: false }) });
      const page = await ship.open('Chief engineer');
      await untilListed(page);
      const pill = page.getByRole('button', {
        name: /^Link to shore: Closed until someone says Send now · /,
      });
      await expect(pill).toBeVisible();
      await pill.click();
      await expect(page.getByRole('list', { name: 'What waits, and why' })).toContainText(
        /^Urgent, \d+ changes: waiting until someone says Send now/,
      );
      await page.getByRole('button', { name: 'Send now', exact: true }).click();
      await expect(page.getByText(/^Opened by hand, until everything is sent or \d\d:\d\d\.$/)).toBeVisible();
      await expect(
        page.getByRole('button', {
          name: /^Link to shore: (Link up|Sending|Waiting for the ship’s records)/,
        }),
      ).toBeVisible();
    } finally {
      await broker.remove();
    }
  });

  test('a budget that is used up says so, and goes on when its stop is lifted for a reason', async ({
    startShip,
  }) => {
    const broker = await startMosquitto();
    const ship = await startShip({ mqtt: broker.url });
    try {
      await ship.ask('link.setPolicy', {
        policy: policyOf({ budgets: budgetsOf({ normal: 0.001 }), tariff: { perMb: 10, perMinute: null } }),
      });
      // What has left before was under another policy; it leaves again on a new connection.
      await ship.ask('sync.setLink', { enabled: false });
      await ship.ask('sync.setLink', { enabled: true });
      const page = await ship.open('Chief engineer');
      await untilListed(page);
      await openLink(page);
      const budgets = page.getByRole('list', { name: 'Budgets this month' });
      await expect(budgets).toContainText('Reached: these changes wait until the month is over.');
      // The same as the chart, for who cannot see it.
      const table = page.getByRole('table', { name: /^Bytes by day and lane/ });
      await expect(table.getByRole('row')).toHaveCount(2);
      await budgets.getByRole('button', { name: 'Lift the stop…' }).click();
      await budgets.getByRole('button', { name: 'Lift the stop', exact: true }).click();
      await expect(page.getByRole('textbox', { name: 'Reason' })).toHaveAccessibleDescription(/Say why/);
      await page.getByRole('textbox', { name: 'Reason' }).fill('Class survey on Monday');
      await page.keyboard.press('Enter');
      await expect(budgets).toContainText(/Lifted by Tomasz Wilk, Chief engineer.*: Class survey on Monday/);
      await expect(budgets.getByRole('button')).toHaveCount(0);
    } finally {
      await broker.remove();
    }
  });
});
