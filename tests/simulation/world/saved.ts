import { canonicalJson } from '#shared/sync/canonical-json.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { JournalReader } from '#vessel/store/journal/journal.ts';
import type { VesselStore } from '#vessel/store/vessel-store.ts';

/**
 * What a computer on board has reported as saved to whoever wrote it: told apart by what it says and when, since it
 * may get another number, under another name, where a copy of the computer has written as well.
 */
export class Saved {
  #origin: Origin = '';
  #upTo = 0;
  readonly #changes: string[] = [];

  /** Everything that stands in its own journal now was reported. */
  note({ own, journal }: Pick<VesselStore, 'own' | 'journal'>): void {
    if (this.#origin !== own.origin) this.#upTo = 0;
    this.#origin = own.origin;
    for (const { change } of journal.range(own.origin, this.#upTo, 1_000))
      this.#changes.push(contentOf(change));
    this.#upTo = own.last;
  }

  /** What was reported and stands in no journal; null where all is there. */
  missingFrom(journal: JournalReader): string | null {
    if (this.#changes.length === 0) return null;
    const there = new Set(
      journal
        .origins()
        .flatMap((origin) => journal.range(origin, 0, 100_000).map(({ change }) => contentOf(change))),
    );
    return this.#changes.find((content) => !there.has(content)) ?? null;
  }
}

/** What a change says, whatever its number and name. */
export function contentOf({ time, entity, recordId, operation, fields, actorName }: Change): string {
  return canonicalJson([time, entity, recordId, operation, fields, actorName]);
}
