import type { Environment } from '#shared/ports.ts';

/** Nobody waits longer than this for a broker to hear a goodbye; its last will says the same. */
const goodbyeMs = 2_000;

/** Waits until a goodbye was heard, and not for ever. */
export async function heardOrNot(goodbye: Promise<unknown>, environment: Environment): Promise<void> {
  const patience = new Promise((resolve) => environment.after(goodbyeMs, () => resolve(null)));
  await Promise.race([goodbye, patience]);
}
