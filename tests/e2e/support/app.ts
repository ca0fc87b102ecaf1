import { type Browser, type Page, test as base } from '@playwright/test';
import type { Ask } from '../../../src/demo/sample-ship.ts';
import { startDesktopShip } from './desktop-ship.ts';
import { startElectronShip } from './electron-ship.ts';
import type { OpenContext, ShipOnScreen, ShipOptions } from './ship-on-screen.ts';
import { startStationShip } from './station-ship.ts';

/** The app on screen with a small ship on it, in whichever host the run is for. */
export interface OpenScreen extends Pick<ShipOnScreen, 'ask' | 'countCalls'> {
  page: Page;
  ask: Ask;
}

interface Fixtures {
  /** A new page's surroundings in Chromium, which is started for the first of them. */
  openContext: OpenContext;
  /** Starts a ship that goes when the test ends. */
  startShip: (options?: ShipOptions) => Promise<ShipOnScreen>;
  /** The app, with the second engineer acting, on the list of work orders. */
  app: OpenScreen;
  /** Orders on the ship besides the small ship's own. */
  moreOrders: number;
  /** Complaints of the page that a test expects; anything else on its console fails the test. */
  expectedComplaints: RegExp[];
}

interface WorkerFixtures {
  /** In place of Playwright's own `browser`, which starts a Chromium also for specs in Electron, where there is none. */
  chromium: () => Promise<Browser>;
}

/** Playwright's `test`, with the app opened in the host that the project says. */
export const test = base.extend<Fixtures, WorkerFixtures>({
  chromium: [
    async ({ playwright }, provide) => {
      let started: Promise<Browser> | undefined;
      await provide(() => (started ??= playwright.chromium.launch()));
      await (await started)?.close();
    },
    { scope: 'worker' },
  ],
  openContext: async ({ chromium }, provide) => {
    const contexts: Awaited<ReturnType<Browser['newContext']>>[] = [];
    await provide(async () => {
      const context = await (await chromium()).newContext();
      contexts.push(context);
      return context;
    });
    for (const context of contexts) await context.close();
  },
  startShip: async ({ openContext, viewport }, provide, { project }) => {
    const ships: ShipOnScreen[] = [];
    await provide(async (options = {}) => {
      const ship = await start(project.name, options, openContext, viewport);
      ships.push(ship);
      return ship;
    });
    for (const ship of ships.toReversed()) await ship.close();
  },
  expectedComplaints: [[], { option: true }],
  moreOrders: [0, { option: true }],
  app: async ({ startShip, expectedComplaints, moreOrders }, provide) => {
    const complaints: string[] = [];
    const listen = (shown: Page): void => {
      shown.on('pageerror', (error) => complaints.push(error.message));
      shown.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
    };
    const ship = await startShip({ moreOrders });
    const page = await ship.open('Second engineer', listen);
    await page.getByRole('grid', { name: 'Work orders' }).getByRole('gridcell').first().waitFor();
    await provide({ page, ask: ship.ask, countCalls: (method) => ship.countCalls(method) });
    const unexpected = complaints.filter(
      (text) => !expectedComplaints.some((expected) => expected.test(text)),
    );
    base.expect(unexpected, 'complaints on the console').toEqual([]);
  },
});

export const expect = base.expect;

type Size = { width: number; height: number } | null;

function start(
  project: string,
  options: ShipOptions,
  openContext: OpenContext,
  size: Size,
): Promise<ShipOnScreen> {
  switch (project) {
    case 'station':
      return startStationShip(options, openContext);
    case 'desktop':
      return startDesktopShip({ ...options, ...(size === null ? {} : { size }) }, openContext);
    case 'electron':
      return startElectronShip(options);
    default:
      throw new Error(`No host for the project '${project}'`);
  }
}
