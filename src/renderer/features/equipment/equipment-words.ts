import type { Criticality } from '#shared/domain/equipment.ts';

/** What the letter means for the ship. */
export const criticalityWords: Readonly<Record<Criticality, string>> = {
  A: 'A, stops the ship or endangers people',
  B: 'B, degrades the ship',
  C: 'C, a convenience',
};
