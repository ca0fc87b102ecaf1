import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron, test as base } from '@playwright/test';
import type { z } from 'zod';
import { type MethodName, type MethodOutput, contract } from '#shared/contract/index.ts';
import { fillWithOrders } from '#support/filled-vessel.ts';
import { projectRoot } from '#support/project.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { type Ask, createSampleShip, sampleVessel } from '../../../src/demo/sample-ship.ts';
import { actAs } from './act-as.ts';
import { startShip, today } from './ship.ts';

/** The app on screen with a small ship on it, in whichever host the run is for. */
export interface OpenScreen {
  page: Page;
  /** What a script asks the same node, and so what another person does meanwhile. */
  ask: Ask;
}

interface Fixtures {
  /** The app, with the second engineer acting, on the list of work orders. */
  app: OpenScreen;
  /** Orders on the ship besides the small ship's own. */
  moreOrders: number;
  /** Complaints of the page that a test expects; anything else on its console fails the test. */
  expectedComplaints: RegExp[];
}

/** Playwright's `test`, with the app opened in the station host or in real Electron, as the project says. */
export const test = base.extend<Fixtures>({
  expectedComplaints: [[], { option: true }],
  moreOrders: [0, { option: true }],
  app: async ({ page, expectedComplaints, moreOrders }, provide, { project }) => {
    const complaints: string[] = [];
    const listen = (shown: Page): void => {
      shown.on('pageerror', (error) => complaints.push(error.message));
      shown.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
      });
    };
    const opened =
      project.name === 'electron'
        ? await openElectron(moreOrders, listen)
        : await openStation(page, moreOrders, listen);
    await opened.page.getByRole('grid', { name: 'Work orders' }).getByRole('gridcell').first().waitFor();
    await provide(opened);
    const unexpected = complaints.filter(
      (text) => !expectedComplaints.some((expected) => expected.test(text)),
    );
    await opened.close();
    base.expect(unexpected, 'complaints on the console').toEqual([]);
  },
});

export const expect = base.expect;

interface Opened extends OpenScreen {
  close(): Promise<void>;
}

async function openStation(page: Page, moreOrders: number, listen: (page: Page) => void): Promise<Opened> {
  const ship = await startShip({ moreOrders });
  listen(page);
  await actAs(page, ship.ask, 'Second engineer');
  await page.goto(ship.address);
  return { page, ask: ship.ask, close: () => page.close().then(() => ship.remove()) };
}

async function openElectron(moreOrders: number, listen: (page: Page) => void): Promise<Opened> {
  const executablePath = process.env['ELECTRON_EXEC_PATH'];
  if (executablePath === undefined) throw new Error('Run these specs by npm run test:electron');
  const home = temporaryDirectory('electron');
  const { id, name, device } = sampleVessel;
  if (moreOrders > 0) fillWithOrders(join(home, 'app'), id, moreOrders);
  // Chromium's sandbox refuses to run as root, as tests do on some machines; nobody else gets this.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const named = ['--vessel', id, '--name', name, '--device', device, '--time-zone', 'Europe/Oslo'];
  const electron: ElectronApplication = await _electron.launch({
    executablePath,
    args: [...asRoot, projectRoot, '--data', join(home, 'app'), ...named],
  });
  const page = await electron.firstWindow();
  listen(page);
  await page.getByText(name).first().waitFor();
  const ask = askThrough(page);
  await createSampleShip(ask, today());
  const { items } = await ask('crew.list', {});
  const actor = items.find(({ rank }) => rank === 'Second engineer')?.id ?? '';
  await page.evaluate((chosen) => localStorage.setItem('arus.actor', chosen), actor);
  await page.reload();
  return {
    page,
    ask,
    async close() {
      await electron.close();
      removeDirectory(home);
    },
  };
}

// The same methods under a type that lets a name pick its own output.
const outputs: { [N in MethodName]: { output: z.ZodType<MethodOutput<N>> } } = contract;

/** Asks through the bridge that the preload put on the page. */
function askThrough(page: Page): Ask {
  return async (method, input, actor) => {
    const request = { id: 'test', method, input, ...(actor === undefined ? {} : { actor }) };
    const result = await page.evaluate(async (call) => window.arus?.call(call), request);
    if (result?.ok !== true) throw new Error(result?.error.message ?? 'The bridge is gone');
    return outputs[method].output.parse(result.output);
  };
}
