import { specOf } from '#shared/records/catalogue.ts';
import { emptyState, type RecordState } from '#shared/sync/merge.ts';
import type { SnapshotRecord } from '#shared/sync/snapshot/record.ts';
import { keyOf, valuesIn } from '../journal/fold.ts';
import type { JournalEntry } from '../store/shore-store.ts';
import { same } from './difference.ts';

/**
 * What stood in a change's fields before it is what the changes gave that were applied before it. Shore applies in the
 * order of its running numbers; of what was put back, or waited for a newer program, it does not know when: such a
 * change says nothing of what stood before, and of its record nothing more can be said.
 */
export class BeforeCheck {
  readonly #outOfTurn: Set<string>;
  /** Changes of which nothing could be said. */
  unknown = 0;

  /** @param bases records of which changes may have been applied before they came whole, or after */
  constructor(bases: readonly SnapshotRecord[]) {
    this.#outOfTurn = new Set(bases.map(({ entity, id }) => keyOf(entity, id)));
  }

  /** @param prior what the changes before gave */
  check({ change, before }: JournalEntry, prior: RecordState = emptyState): void {
    const key = keyOf(change.entity, change.recordId);
    if (before === null) this.#outOfTurn.add(key);
    const spec = specOf(change.entity);
    if (spec === undefined || this.#outOfTurn.has(key)) {
      this.unknown += 1;
      return;
    }
    const expected = valuesIn(spec, prior, Object.keys(change.fields));
    same(`What stood before change ${change.number} of ${change.origin}`, before, expected);
  }
}
