import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MethodName, type MethodOutput, contract } from '#shared/contract/index.ts';
import { callResponse } from '#shared/contract/envelope.ts';
import { ChromiumWindow } from '#support/electron-stand-in/chromium/chromium-window.ts';
import type { Circumstances } from '#support/electron-stand-in/circumstances.ts';
import { DesktopApp } from '#support/electron-stand-in/desktop-app.ts';
import { projectRoot } from '#support/project.ts';
import { removeDirectory, temporaryDirectory } from '#support/temporary-directory.ts';
import type { z } from 'zod';
import { type Ask, sampleVessel } from '../../../src/demo/sample-ship.ts';
import { type OpenContext, type ShipOnScreen, type ShipOptions, crewMember } from './ship-on-screen.ts';
import { sampleData } from './ship.ts';

const zone = 'Europe/Oslo';

export interface DesktopShip extends ShipOnScreen {
  readonly app: DesktopApp;
  readonly window: ChromiumWindow;
  /** Folder of the installation. */
  readonly home: string;
  /** Starts the app again on the same folder, once it has ended. */
  startAgain(circumstances?: Partial<Circumstances>): Promise<DesktopShip>;
  /** As `close`, however the app ends or has ended. */
  leave(): Promise<void>;
}

export interface DesktopOptions extends ShipOptions {
  /** Size of the window, where it is to be another than the app's own. */
  size?: { width: number; height: number } | undefined;
  circumstances?: Partial<Circumstances>;
  /** Settings besides those of the sample ship. */
  settings?: Record<string, unknown>;
  /** Prepares the folder of the installation before the app starts. */
  prepare?: (home: string) => void;
}

/** Starts the built desktop app on a folder of its own, its page to be shown in Chromium. */
export async function startDesktopShip(
  options: DesktopOptions,
  openContext: OpenContext,
): Promise<DesktopShip> {
  const { mqtt = null, empty = false, moreOrders = 0, size, settings, prepare } = options;
  const folder = temporaryDirectory('desktop');
  const home = join(folder, 'app');
  mkdirSync(home);
  if (!empty) cpSync(await sampleData(moreOrders), join(home, 'vessel'), { recursive: true });
  const { id: vessel, name, device } = sampleVessel;
  const installed = { vessel, name, device, timeZone: zone, mqtt, ...settings };
  writeFileSync(join(home, 'arus.json'), JSON.stringify(installed));
  if (size !== undefined) {
    const state = { bounds: { x: 0, y: 0, ...size } };
    writeFileSync(join(home, 'window-state.json'), JSON.stringify(state));
  }
  prepare?.(home);
  return startOn(folder, options.circumstances ?? {}, openContext);
}

async function startOn(
  folder: string,
  circumstances: Partial<Circumstances>,
  openContext: OpenContext,
): Promise<DesktopShip> {
  const home = circumstances.userData ?? join(folder, 'app');
  const app = new DesktopApp(
    {
      main: join(projectRoot, 'out', 'main', 'main.js'),
      version: '0.1.0',
      args: [],
      packaged: true,
      userData: home,
      dark: false,
      first: true,
      displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1200 } }],
      pressedButton: 0,
      ...circumstances,
      pageElsewhere: true,
    },
    folder,
  );
  const window = new ChromiumWindow(app);
  const ask = askApp(app);
  await window.wanted;
  await app.nodeSettled();
  return {
    app,
    window,
    home,
    data: join(home, 'vessel'),
    ask,
    async open(rank, listen) {
      const context = await openContext();
      if (rank !== undefined) {
        const actor = await crewMember(ask, rank);
        await context.addInitScript((chosen) => localStorage.setItem('arus.actor', chosen), actor);
      }
      return window.open(context, listen);
    },
    countCalls(method) {
      const before = window.calls.length;
      return () =>
        window.calls.slice(before).filter(({ args }) => String(args[0]).includes(`"${method}"`)).length;
    },
    startAgain: (changed = {}) => startOn(folder, changed, openContext),
    async close() {
      const { code, stderr } = await app.close();
      removeDirectory(folder);
      if (code !== 0) throw new Error(`The app ended with code ${code}:\n${stderr}`);
    },
    async leave() {
      await app.close();
      removeDirectory(folder);
    },
  };
}

// The same methods under a type that lets a name pick its own output.
const outputs: { [N in MethodName]: { output: z.ZodType<MethodOutput<N>> } } = contract;

/** Asks as the app's own page does. */
function askApp(app: DesktopApp): Ask {
  return async (method, input, actor) => {
    const request = { id: 'script', method, input, ...(actor === undefined ? {} : { actor }) };
    const answer = await app.call('arus:call', [JSON.stringify(request)]);
    const result = callResponse.parse(JSON.parse(String(answer)));
    if (!result.ok) throw new Error(result.error.message);
    return outputs[method].output.parse(result.output);
  };
}
