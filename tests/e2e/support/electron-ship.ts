import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type ElectronApplication, type Page, _electron } from '@playwright/test';
import type { z } from 'zod';
import { type MethodName, type MethodOutput, contract } from '#shared/contract/index.ts';
import { projectRoot } from '#support/project.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import { type Ask, sampleVessel } from '../../../src/demo/sample-ship.ts';
import { launchOptions } from '../electron/support/launch-options.ts';
import { type ShipOnScreen, type ShipOptions, crewMember } from './ship-on-screen.ts';
import { sampleData } from './ship.ts';

/** Starts the built desktop app in the real Electron that `npm run test:electron` found. */
export async function startElectronShip({ mqtt, empty, moreOrders }: ShipOptions): Promise<ShipOnScreen> {
  const home = temporaryDirectory('electron');
  const data = join(home, 'vessel');
  if (empty !== true) cpSync(await sampleData(moreOrders ?? 0), data, { recursive: true });
  const { id, name, device } = sampleVessel;
  const named = ['--vessel', id, '--name', name, '--device', device, '--time-zone', 'Europe/Oslo'];
  const link = mqtt === undefined ? [] : [`--mqtt=${mqtt}`];
  const app: ElectronApplication = await _electron.launch(
    launchOptions([projectRoot, '--data', home, ...named, ...link]),
  );
  const page = await app.firstWindow();
  await page.getByText(name).first().waitFor();
  const ask = askThrough(page);
  return {
    data,
    ask,
    async open(rank, listen) {
      listen?.(page);
      if (rank === undefined) return page;
      const actor = await crewMember(ask, rank);
      await page.addInitScript((chosen) => localStorage.setItem('arus.actor', chosen), actor);
      await page.reload();
      return page;
    },
    // A call leaves no trace outside of the program.
    countCalls: () => null,
    async close() {
      await app.close();
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
