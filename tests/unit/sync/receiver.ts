import { chainStart, type ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Batch } from '#shared/sync/frame.ts';
import {
  furthestOf,
  hasReceived,
  nothingReceived,
  withNumber,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { intake, type IntakeHead, type StoredEntry } from '#shared/sync/intake.ts';
import { ship, vesselId } from './changes.ts';

/** What a receiver answers to a batch. */
export interface Answer {
  outcome: 'stored' | 'gap' | 'fork';
  received: ReceivedRanges;
  attempt: number;
}

/** Takes batches as both ends do: what `intake` decides is stored whole, or nothing is. */
export class Receiver {
  readonly entries = new Map<number, StoredEntry>();
  /** Numbers in the order in which they were stored. */
  readonly arrived: number[] = [];
  head: IntakeHead = { received: nothingReceived, hash: chainStart(vesselId, ship) };
  readonly #handsInAll: boolean;

  /** @param handsInAll whether `intake` is given all that lies beyond the cursor, or only what comes into reach */
  constructor(handsInAll: boolean) {
    this.#handsInAll = handsInAll;
  }

  take(batch: Batch): Answer {
    const taken = intake(batch, this.head, this.#existing(batch));
    if (taken.outcome === 'stored') {
      for (const change of taken.fresh) {
        const { number } = change;
        const hash = taken.hashes.get(number) ?? null;
        this.#store({ change, hash, claimed: taken.claims.get(number) ?? null });
      }
      for (const [number, hash] of taken.hashes) this.#seal(number, hash);
      this.head = taken.head;
    }
    return { outcome: taken.outcome, received: this.head.received, attempt: batch.attempt };
  }

  #store(entry: StoredEntry): void {
    const { number } = entry.change;
    if (this.entries.has(number)) throw new Error(`Entry ${number} was to be stored twice`);
    this.entries.set(number, entry);
    this.arrived.push(number);
  }

  #seal(number: number, hash: ChainHash): void {
    const entry = this.entries.get(number);
    if (entry === undefined) throw new Error(`Entry ${number} was sealed, but never stored`);
    this.entries.set(number, { change: entry.change, hash, claimed: null });
  }

  #existing(batch: Batch): Map<number, StoredEntry> {
    const wanted = new Set(batch.changes.map((change: Change) => change.number));
    let after = this.head.received;
    for (const number of wanted) after = withNumber(after, number);
    const isReached = (number: number): boolean =>
      number > this.head.received.upTo && hasReceived(this.head.received, number) && number <= after.upTo;
    wanted.add(furthestOf(this.head.received)).add(batch.after);
    return new Map(
      [...this.entries].filter(([number]) => this.#handsInAll || wanted.has(number) || isReached(number)),
    );
  }
}
