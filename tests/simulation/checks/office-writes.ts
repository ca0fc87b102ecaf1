import type { Change } from '#shared/sync/change.ts';
import type { VesselTables } from '../shore/tables.ts';
import { contentOf } from '../world/saved.ts';
import { Broken } from '../world/trace.ts';

/** What was committed ashore for people in the office, told apart by what it says: it may move to another name. */
export class OfficeWrites {
  readonly #byVessel = new Map<string, Set<string>>();

  /** @param fresh what a commit added */
  note(vesselId: string, { head }: VesselTables, fresh: readonly Change[]): void {
    for (const change of fresh) {
      if (change.origin !== head.origin) continue;
      const known = this.#byVessel.get(vesselId) ?? new Set<string>();
      this.#byVessel.set(vesselId, known.add(contentOf(change)));
    }
  }

  /** While its database was not put back, all of it stands in a journal ashore. @throws {Broken} */
  areKept(vesselId: string, { journal }: VesselTables): void {
    const written = this.#byVessel.get(vesselId);
    if (written === undefined) return;
    const there = new Set(journal.map(({ change }) => contentOf(change)));
    for (const content of written)
      if (!there.has(content))
        throw new Broken('what the office wrote is kept', `not in any journal of ${vesselId}: ${content}`);
  }
}
