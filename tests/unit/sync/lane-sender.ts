import type { Lane } from '#shared/records/record.ts';
import type { ChainHash } from '#shared/sync/chain.ts';
import type { Change } from '#shared/sync/change.ts';
import type { Batch } from '#shared/sync/frame.ts';
import {
  furthestOf,
  hasReceived,
  nothingReceived,
  unionOf,
  type ReceivedRanges,
} from '#shared/sync/received-ranges.ts';
import { fingerprintsFor } from '#shared/sync/head-fingerprints.ts';
import { SendWindow } from '#shared/sync/send-window.ts';
import { hashesOf, ship, vesselId } from './changes.ts';
import type { Answer } from './receiver.ts';

/** Sends a journal as a node does: by lane, in batches, several on their way, from a queue that answers empty. */
export class LaneSender {
  readonly journal: Change[] = [];
  readonly queue = new Map<number, Lane>();
  #hashes: ChainHash[] = [];
  #window: SendWindow;
  readonly #size: number;
  readonly #most: number;
  #attempt = 0;
  #acknowledged: ReceivedRanges = nothingReceived;

  /** @param most changes in one batch */
  constructor(size: number, most: number) {
    this.#size = size;
    this.#most = most;
    this.#window = new SendWindow(size);
  }

  /** Writes a change. An urgent one draws the record's earlier ones into its lane. */
  write(change: Change): void {
    this.journal.push(change);
    this.#hashes = hashesOf(this.journal);
    this.queue.set(change.number, change.lane);
    if (change.lane !== 'urgent') return;
    for (const earlier of this.journal)
      if (earlier.recordId === change.recordId && this.queue.has(earlier.number)) {
        this.queue.set(earlier.number, 'urgent');
        this.#window.rewindLane('urgent', earlier.number);
      }
  }

  /** As many batches as there is room for. */
  pump(): Batch[] {
    const sent: Batch[] = [];
    for (const lane of SendWindow.order)
      while (this.#window.hasRoom(lane)) {
        const batch = this.#next(lane);
        if (batch === null) break;
        sent.push(batch);
      }
    return sent;
  }

  take(answer: Answer): void {
    for (const number of this.queue.keys())
      if (hasReceived(answer.received, number)) this.queue.delete(number);
    this.#acknowledged = unionOf(this.#acknowledged, answer.received);
    this.#window.acknowledge(answer.received);
    if (answer.outcome === 'gap' && answer.attempt === this.#attempt) this.startAgain();
  }

  /** Nothing came back in time. */
  startAgain(): void {
    this.#window.rewind();
    this.#attempt += 1;
  }

  /** The program was killed: only journal and queue are left. */
  crash(): void {
    this.#window = new SendWindow(this.#size);
    this.#attempt += 1;
  }

  #next(lane: Lane): Batch | null {
    const inLane = [...this.queue].filter((entry) => entry[1] === lane).map(([number]) => number);
    const numbers = inLane.filter((number) => number > this.#window.sentUpTo(lane)).slice(0, this.#most);
    const first = numbers[0];
    const last = numbers.at(-1);
    if (first === undefined || last === undefined) return null;
    const hash = this.#hashes[last - 1] ?? '';
    const acknowledged = furthestOf(this.#acknowledged);
    const proof = fingerprintsFor(
      numbers,
      this.#window.reached({ number: acknowledged, hash: this.#hashes[acknowledged - 1] ?? '' }),
    );
    this.#window.sent({ lane, first, last, hash, changes: numbers.length, bytes: 0, sentAt: 0 });
    return {
      kind: 'batch',
      vessel: vesselId,
      origin: ship,
      lane,
      after: inLane.filter((number) => number < first).at(-1) ?? 0,
      hash,
      attempt: this.#attempt,
      proof,
      changes: numbers.flatMap((number) => this.journal[number - 1] ?? []),
    };
  }
}
