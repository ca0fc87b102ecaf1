import type { BrowserContext, Page } from '@playwright/test';
import type { Ask } from '../../../src/demo/sample-ship.ts';

export interface ShipOptions {
  /** Address of the broker; none means a ship without a link. */
  mqtt?: string;
  /** Nothing on it; else a small ship in trade. */
  empty?: boolean;
  /** Orders besides the small ship's own. */
  moreOrders?: number;
}

/** A ship with a screen, in whichever host the run is for. */
export interface ShipOnScreen {
  /** The vessel node's data directory. */
  readonly data: string;
  /** What a script asks the same node, and so what another person does meanwhile. */
  ask: Ask;
  /** Opens the screen. With a rank, the crew member of that rank acts, as if chosen at an earlier visit. */
  open(rank?: string, listen?: (page: Page) => void): Promise<Page>;
  /** Counts from here on how often the screen asks for this; null where the host does not let one see. */
  countCalls(method: string): (() => number) | null;
  close(): Promise<void>;
}

/** Where a browser is needed, one is started. */
export type OpenContext = () => Promise<BrowserContext>;

/** The id of the crew member of that rank. */
export async function crewMember(ask: Ask, rank: string): Promise<string> {
  const { items } = await ask('crew.list', {});
  const id = items.find((member) => member.rank === rank)?.id;
  if (id === undefined) throw new Error(`No ${rank} on board.`);
  return id;
}
