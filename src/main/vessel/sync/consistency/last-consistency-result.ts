import { z } from 'zod';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { isSamePosition, type Digest } from '#shared/sync/digest.ts';
import { causalContextSchema } from '#shared/sync/causal-context.ts';
import type { RecordKey } from '../../store/journal/outbox.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { countOnlyOnBoard } from './only-on-board.ts';

/** How the last comparison with shore ended; kept across restarts. */
const lastResult = z.object({
  at: z.number(),
  equalAt: z.number().nullable(),
  /** What both held. */
  position: causalContextSchema,
  own: z.string(),
  shore: z.string(),
  /** Records left that differ; null while the comparison that should tell has not ended. */
  differing: z.number().nullable(),
  /** Since then shore was heard to hold other changes than this node. */
  apart: z.boolean().default(false),
});
type Kept = z.infer<typeof lastResult>;

/** So many records are told of one by one; of more, how many they are. */
const named = 20;

/** The result of the last consistency check, kept across restarts: whether ship and shore hold the same records. */
export class LastConsistencyResult {
  readonly #store: VesselStore;
  #kept: Kept | null;

  constructor(store: VesselStore) {
    this.#store = store;
    this.#kept = parsed(store.settings.get('agreement'));
  }

  /** Ship and shore were found to be the same as the ship is now. */
  get isConsistent(): boolean {
    const kept = this.#kept;
    return (
      kept !== null &&
      kept.own === kept.shore &&
      !kept.apart &&
      isSamePosition(kept.position, this.#store.position)
    );
  }

  /** Shore holds other changes than this node: what was found out at another moment says nothing of this one. */
  noteApart(): void {
    if (this.#kept !== null && !this.#kept.apart) this.#keep({ ...this.#kept, apart: true });
  }

  /** Exactly these two digests were compared record by record, and some were left that differ. */
  isKnownToDiffer(own: Digest, shore: Digest): boolean {
    const kept = this.#kept;
    return kept !== null && kept.own === own && kept.shore === shore && (kept.differing ?? 0) > 0;
  }

  /** Digests at the same position were compared. */
  note(own: Digest, shore: Digest): void {
    const at = this.#store.environment.now();
    const isEqual = own === shore;
    this.#keep({
      at,
      equalAt: isEqual ? at : (this.#kept?.equalAt ?? null),
      position: this.#store.position,
      own,
      shore,
      differing: isEqual ? 0 : null,
      apart: false,
    });
  }

  /** A comparison record by record has ended; people are told of what was repaired and of what is left. */
  noteComparison(repaired: readonly RecordKey[], differing: readonly RecordKey[]): void {
    if (this.#kept !== null) this.#keep({ ...this.#kept, differing: differing.length });
    this.#tell(repaired, {
      code: 'repaired',
      one: 'This record was not what the journal says, on board or ashore. It was made anew from the journal; nothing else is to be done.',
      more: `${repaired.length} records were not what the journal says, on board or ashore. They were made anew from the journal; nothing else is to be done.`,
    });
    this.#tell(differing, {
      code: 'differing',
      one:
        'This record is not the same on board and ashore, and could not be made so from the journals. ' +
        'Nothing was taken away on either end. Tell the office, which can compare the journals.',
      more: `${differing.length} records are not the same on board and ashore. Tell the office, which can compare the journals.`,
    });
  }

  /** @param found records found to differ by the comparison that is under way; null when none is */
  status(found: number | null): SyncStatus['agreement'] {
    const kept = this.#kept;
    const iso = (at: number | null | undefined): string | null =>
      at === null || at === undefined ? null : new Date(at).toISOString();
    const onlyOnBoard = countOnlyOnBoard(this.#store);
    return {
      state: found !== null ? 'comparing' : this.#state(kept, onlyOnBoard),
      comparedAt: iso(kept?.at),
      equalAt: iso(kept?.equalAt),
      differing: found ?? (onlyOnBoard > 0 ? onlyOnBoard : (kept?.differing ?? 0)),
      onlyOnBoard,
      isApart: kept?.apart === true || !this.#store.notAshore.isEmpty,
    };
  }

  #state(kept: Kept | null, onlyOnBoard: number): SyncStatus['agreement']['state'] {
    if (onlyOnBoard > 0) return 'differing';
    if (kept === null) return 'unknown';
    if (kept.own !== kept.shore) return 'differing';
    return this.isConsistent ? 'equal' : 'moving';
  }

  #keep(kept: Kept): void {
    this.#store.settings.set('agreement', JSON.stringify(kept));
    this.#kept = kept;
  }

  #tell(
    records: readonly RecordKey[],
    { code, one, more }: { code: string; one: string; more: string },
  ): void {
    const at = this.#store.environment.now();
    for (const { entity, recordId } of records.slice(0, named))
      this.#store.problems.add({ at, code, message: one, entity, recordId, number: null });
    if (records.length > named)
      this.#store.problems.add({ at, code, message: more, entity: null, recordId: null, number: null });
  }
}

function parsed(text: string | null): Kept | null {
  if (text === null) return null;
  const found = lastResult.safeParse(JSON.parse(text));
  return found.success ? found.data : null;
}
