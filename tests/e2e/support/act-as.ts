import type { Page } from '@playwright/test';
import type { Ask } from '../../../src/demo/sample-ship.ts';

/** Makes `page` act as the crew member of that rank, as if chosen at an earlier visit. */
export async function actAs(page: Page, ask: Ask, rank: string): Promise<string> {
  const { items } = await ask('crew.list', {});
  const id = items.find((member) => member.rank === rank)?.id;
  if (id === undefined) throw new Error(`No ${rank} on board.`);
  await page.addInitScript((actor) => localStorage.setItem('arus.actor', actor), id);
  return id;
}
