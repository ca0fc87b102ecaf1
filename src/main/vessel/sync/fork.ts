import type { VesselStore } from '../store/vessel-store.ts';

/** Tells people on board that two computers write under one name. What is written here stays in the queue. */
export function reportFork(store: VesselStore): void {
  store.problems.add({
    at: store.environment.now(),
    code: 'fork',
    message:
      'Shore holds other changes under the numbers of this computer: two computers may be running from one copy of the data. ' +
      'Everything written here is kept and stays in the queue. Call the office before working on with either.',
    entity: null,
    recordId: null,
    number: null,
  });
}
