import type { Page } from '@playwright/test';
import { actAs } from './act-as.ts';
import type { OpenContext, ShipOnScreen, ShipOptions } from './ship-on-screen.ts';
import { type Ship, startShip } from './ship.ts';

export interface StationShip extends ShipOnScreen, Pick<Ship, 'cutPower' | 'hold' | 'goOn' | 'start'> {
  readonly address: string;
}

/** Starts a vessel node with the station host, its page to be opened in a browser. */
export async function startStationShip(options: ShipOptions, openContext: OpenContext): Promise<StationShip> {
  const ship = await startShip(options);
  const pages: Page[] = [];
  return {
    data: ship.data,
    get address() {
      return ship.address;
    },
    ask: ship.ask,
    cutPower: () => ship.cutPower(),
    hold: () => ship.hold(),
    goOn: () => ship.goOn(),
    start: () => ship.start(),
    async open(rank, listen) {
      const page = await (await openContext()).newPage();
      pages.push(page);
      listen?.(page);
      if (rank !== undefined) await actAs(page, ship.ask, rank);
      await page.goto(ship.address);
      return page;
    },
    countCalls(method) {
      let count = 0;
      for (const page of pages) {
        page.on('websocket', (socket) =>
          socket.on('framesent', ({ payload }) => {
            if (String(payload).includes(`"${method}"`)) count += 1;
          }),
        );
      }
      return () => count;
    },
    async close() {
      await Promise.all(pages.map((page) => page.close()));
      await ship.remove();
    },
  };
}
