import { type Page, test as base } from '@playwright/test';
import { syncHealth } from '#shared/office/sync.ts';
import { type Mosquitto, startMosquitto } from '#support/mosquitto.ts';
import { type Postgres, startPostgres } from '#support/postgres.ts';
import { startShore, type Shore } from '#support/shore.ts';
import { until } from '#support/until.ts';
import { type Ship, startShip } from '../support/ship.ts';

/** The office's page on a real gateway, with a real ship behind a real broker. */
export interface OfficeDesk {
  readonly page: Page;
  readonly ship: Ship;
  readonly shore: Shore;
  readonly address: string;
  /** What the gateway was started with, but for the port. */
  readonly parameters: readonly string[];
  /** Waits until ship and shore hold the same and nothing is on its way. */
  settled(): Promise<void>;
}

interface Fixtures {
  office: OfficeDesk;
  /** Complaints of the page that a test expects; anything else on its console fails the test. */
  expectedComplaints: RegExp[];
}

interface WorkerFixtures {
  broker: Mosquitto;
  postgres: Postgres;
}

let databases = 0;

export const test = base.extend<Fixtures, WorkerFixtures>({
  broker: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this
    async ({}, provide) => {
      const broker = await startMosquitto();
      await provide(broker);
      await broker.remove();
    },
    { scope: 'worker' },
  ],
  postgres: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads the fixture's needs from this
    async ({}, provide) => {
      const postgres = await startPostgres({ fsync: false });
      await provide(postgres);
      await postgres.remove();
    },
    { scope: 'worker' },
  ],
  expectedComplaints: [[], { option: true }],
  office: async ({ page, broker, postgres, expectedComplaints }, provide) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    databases += 1;
    const database = await postgres.createDatabase(`office_${databases}`);
    const parameters = ['--database', database, '--mqtt', broker.url, '--gateway', `office-${databases}`];
    const shore = await startShore(parameters);
    const ship = await startShip({ mqtt: broker.url });
    const address = `http://127.0.0.1:${shore.port}/`;
    const settled = () => untilSettled(ship, shore);
    await settled();
    await page.goto(address);
    await page.getByRole('grid', { name: 'Work orders' }).getByRole('gridcell').first().waitFor();
    await provide({ page, ship, shore, address, parameters, settled });
    const unexpected = complaints.filter(
      (text) => !expectedComplaints.some((expected) => expected.test(text)),
    );
    await page.close();
    await ship.remove();
    await shore.stop();
    base.expect(unexpected, 'complaints on the console').toEqual([]);
  },
});

async function untilSettled(ship: Ship, shore: Shore): Promise<void> {
  await until('nothing on its way', async () => {
    const { queue } = await ship.ask('sync.status', {});
    const { downlink } = syncHealth.parse(await shore.get('/api/sync/health'));
    return queue.depth === 0 && downlink.depth === 0;
  });
}

export const expect = base.expect;
