import { isSamePosition } from '#shared/sync/digest.ts';
import type { Ack } from '#shared/sync/frame.ts';
import type { ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import type { ConsistencyCheck } from '../consistency/consistency-check.ts';
import type { SnapshotSession } from '../snapshot/snapshot-session.ts';
import { takeAcknowledgement } from '../uplink/take-acknowledgement.ts';
import type { Uplink } from '../uplink/uplink.ts';

/** The parts of the node's life on the link that have to know of what comes in files. */
export interface FileTransferTakers {
  store: VesselStore;
  /** How this computer signs, for people. */
  device: string;
  uplink: Uplink;
  snapshot: SnapshotSession;
  consistency: ConsistencyCheck;
  /** The node writes under a new name from now on. */
  onNewName(): void;
}

/** What the node's life on the link has to know of what came in a file. */
export class FileTransferSession {
  readonly #takers: FileTransferTakers;

  constructor(takers: FileTransferTakers) {
    this.#takers = takers;
  }

  /** Everything that the cursors count is there. */
  get isComplete(): boolean {
    return !this.#takers.snapshot.isUnderWay;
  }

  /** Changes come: a snapshot that has not begun is not waited for any more. */
  onBatch(): void {
    this.#takers.snapshot.dismiss();
  }

  /**
   * Shore's word on what it holds: the queue moves on, and where both hold the same, their digests tell whether the
   * records are.
   * @param askedWith what shore had acknowledged when the file was made that this answers; null for no such file
   */
  take(ack: Ack, askedWith: ReceivedRanges | null): void {
    const { store, device, uplink, snapshot, consistency, onNewName } = this.#takers;
    const { received, putBack, disputed, reincarnated } = takeAcknowledgement(store, ack, {
      device,
      askedWith,
      // A file answers no single batch: beyond the cursor nothing leaves the queue by it.
      named: null,
    });
    if (reincarnated !== null) {
      onNewName();
      return;
    }
    uplink.onAnswered(ack, received, disputed);
    if (putBack) uplink.restart();
    const isWhole = ack.holding !== null && isSamePosition(ack.holding.held, store.position);
    if (isWhole) snapshot.dismiss();
    consistency.compareByHand(ack.holding);
  }
}
