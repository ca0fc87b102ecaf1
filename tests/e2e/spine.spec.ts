import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, test } from '@playwright/test';
import { z } from 'zod';
import { startMosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { projectRoot } from '#support/project.ts';
import { until } from '#support/until.ts';
import { startShore } from '#support/shore.ts';
import { orderRow, pane, untilListed } from './support/screen.ts';
import { actAs } from './support/act-as.ts';
import { addManyOrders, startShip, type Ship } from './support/ship.ts';

/** Enough that the drain takes several batches, so that the broker can be killed while some are in flight. */
const offlineOrders = 1_500;

const count = z.object({ count: z.coerce.number() });
const rows = z.array(z.object({ id: z.string(), number: z.string(), status: z.string(), title: z.string() }));

test('orders made without a link, through power cuts of ship and broker, stand ashore once each, and both screens say so', async ({
  page,
}, { project }) => {
  test.skip(project.name === 'electron', 'the vessel node is killed as a process of its own');
  test.setTimeout(240_000);
  const broker = await startMosquitto();
  const postgres = await startPostgres();
  const database = await postgres.createDatabase('office');
  const shore = await startShore(['--database', database, '--mqtt', broker.url, '--log-level', 'warn']);
  const ship = await startShip({ mqtt: broker.url });
  const office = new Client({ connectionString: database });
  await office.connect();
  try {
    await actAs(page, ship.ask, 'Second engineer');
    await page.goto(ship.address);
    await untilListed(page);
    await drained(ship);
    await expect(page.getByRole('button', { name: /^Link to shore: In step with shore/ })).toBeVisible();

    // Cut the link; create, edit and complete by hand; a rating adds a year of small jobs meanwhile.
    await page.getByRole('link', { name: 'Sync' }).click();
    await page.getByRole('switch', { name: 'Use the link' }).click();
    await expect(page.getByRole('heading', { name: 'Link held closed on board' })).toBeVisible();
    await page.getByRole('link', { name: 'Work orders' }).click();
    await page.keyboard.press('c');
    await page.keyboard.type('Emergency generator will not start from the second battery');
    await page.keyboard.press('Control+Enter');
    await expect(
      pane(page).getByRole('heading', { name: /^Emergency generator will not start/ }),
    ).toBeVisible();
    await page.keyboard.press('4');
    const form = page.getByRole('form', { name: /^Sign off WO-/ });
    await form.getByLabel('Actual hours').fill('2.5');
    await form.getByRole('button', { name: 'Sign off' }).click();
    await orderRow(page, 'Overspeed trip').click();
    await page.keyboard.press('2');
    await expect(orderRow(page, 'Overspeed trip')).toContainText('In progress');
    await addManyOrders(ship.ask, offlineOrders);
    const before = await ship.ask('sync.status', {});
    expect(before.queue.depth).toBeGreaterThan(offlineOrders);
    const atShore = await shoreCount();

    // The power goes. Everything that was saved is there again, and still waits.
    await ship.cutPower();
    await ship.start();
    await page.goto(ship.address);
    await page.reload();
    await untilListed(page);
    expect((await ship.ask('sync.status', {})).queue.depth).toBe(before.queue.depth);
    expect(verify(ship)).toContain('the hash chain holds');

    // The link is back; the broker dies with batches in flight, and the ship with it once more.
    await page.getByRole('link', { name: 'Sync' }).click();
    await page.getByRole('switch', { name: 'Use the link' }).click();
    await until('the first batch ashore', async () => (await shoreCount()) > atShore, {
      within: 30_000,
      every: 5,
    });
    await broker.kill();
    const interrupted = (await ship.ask('sync.status', {})).queue.depth;
    expect(interrupted).toBeGreaterThan(0);
    await ship.cutPower();
    await broker.restart();
    await ship.start();
    await drained(ship, 120_000);

    // Both say so, and both are right.
    await page.goto(ship.address);
    await page.reload();
    await expect(page.getByRole('button', { name: /^Link to shore: In step with shore/ })).toBeVisible();
    const { journal } = await ship.ask('sync.status', {});
    expect(await shoreCount()).toBe(journal.last);
    const { rows: stored } = await office.query('SELECT id, number, status, title FROM work_order');
    const ashore = rows.parse(stored);
    const aboard = await allOrders(ship);
    expect(new Set(ashore.map((order) => order.number)).size).toBe(ashore.length);
    expect(byId(ashore)).toEqual(byId(aboard));
    expect(
      ashore.find((order) => order.title.startsWith('Emergency generator will not start')),
    ).toMatchObject({
      status: 'completed',
    });
    expect(verify(ship)).toContain('the hash chain holds');

    // And back: what the office changes shows on board by itself.
    const changed = aboard.find((order) => order.title.startsWith('Overspeed trip'));
    const answer = await shore.ask(`/api/work-orders/${changed?.id ?? ''}`, {
      method: 'PATCH',
      headers: { host: `127.0.0.1:${shore.port}`, 'x-arus-actor': 'K. Ito' },
      body: { title: 'Overspeed trip and shutdown test, class attending' },
    });
    expect(answer.status, answer.text).toBe(200);
    await page.getByRole('link', { name: 'Work orders' }).click();
    await expect(orderRow(page, 'class attending')).toBeVisible();
  } finally {
    await page.close();
    await ship.remove();
    await shore.stop();
    await office.end();
    await postgres.remove();
    await broker.remove();
  }

  async function shoreCount(): Promise<number> {
    const { rows: found } = await office.query(`SELECT count(*) FROM sync_journal WHERE origin LIKE 'v%'`);
    return count.parse(found[0]).count;
  }
});

async function drained(ship: Ship, within = 30_000): Promise<void> {
  await until('an empty queue', async () => (await ship.ask('sync.status', {})).queue.depth === 0, {
    within,
    every: 100,
  });
}

async function allOrders(ship: Ship): Promise<z.infer<typeof rows>> {
  const found: z.infer<typeof rows> = [];
  for (let offset = 0; ; offset += 500) {
    const { items } = await ship.ask('workOrders.list', { sort: 'number', limit: 500, offset });
    found.push(...rows.parse(items));
    if (items.length < 500) return found;
  }
}

function byId(orders: z.infer<typeof rows>): Record<string, unknown> {
  return Object.fromEntries(
    orders
      .map(({ id, number, status, title }) => [id, { number, status, title }] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What `npm run verify` says of the ship; throws when it does not hold. */
function verify(ship: Ship): string {
  return execFileSync(
    process.execPath,
    [join(projectRoot, 'src/main/station/verify-program.ts'), '--data', ship.data],
    {
      encoding: 'utf8',
    },
  );
}
