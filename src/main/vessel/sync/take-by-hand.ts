import { isSamePosition } from '#shared/sync/digest.ts';
import type { Ack } from '#shared/sync/frame.ts';
import type { Held } from '#shared/sync/held.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { Settlement } from './settlement.ts';
import type { SnapshotSession } from './snapshot/snapshot-session.ts';
import { takeAcknowledgement } from './take-acknowledgement.ts';
import type { Uplink } from './uplink.ts';

export interface ByHandTakers {
  store: VesselStore;
  uplink: Uplink;
  snapshot: SnapshotSession;
  settlement: Settlement;
  /** The node writes under a new name from now on. */
  onNewName(): void;
}

/**
 * Takes shore's word on what it holds that came in a file: the queue moves on, and where both hold the same, their
 * digests tell whether the records are.
 * @param context.askedWith what shore had acknowledged when the file was made that this answers; null for no such file
 */
export function takeByHand(
  { store, uplink, snapshot, settlement, onNewName }: ByHandTakers,
  ack: Ack,
  context: { device: string; askedWith: Held | null },
): void {
  const { held, putBack, reincarnated } = takeAcknowledgement(store, ack, context);
  if (reincarnated !== null) {
    onNewName();
    return;
  }
  if (held !== null) uplink.onAcknowledged(ack, held);
  if (putBack) uplink.restart();
  const isWhole = ack.holding !== null && isSamePosition(ack.holding.held, store.position);
  if (isWhole) snapshot.dismiss();
  settlement.compareByHand(ack.holding);
}
