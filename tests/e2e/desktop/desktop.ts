import type { Bridge } from '#shared/contract/bridge.ts';
import { expect, test as base } from '../support/app.ts';
import { type DesktopOptions, type DesktopShip, startDesktopShip } from '../support/desktop-ship.ts';

declare global {
  interface Window {
    /** Put there by the preload. */
    arus?: Bridge;
  }
}

interface Fixtures {
  /** Starts the desktop app with a small ship on it, on a computer of these circumstances. */
  startDesktop: (options?: DesktopOptions) => Promise<DesktopShip>;
}

export const test = base.extend<Fixtures>({
  startDesktop: async ({ openContext }, provide) => {
    const ships: DesktopShip[] = [];
    await provide(async (options = {}) => {
      const ship = await startDesktopShip(options, openContext);
      ships.push(ship);
      return ship;
    });
    for (const ship of ships) await ship.leave();
  },
});

export { expect };
