import { plainAck, type Ack } from '#shared/sync/frame.ts';
import { furthestOf, receivedToJson, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import { chainStart, type ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/causal-context.ts';
import type { JournalBase } from '#shared/sync/snapshot/onward.ts';
import { holdingOf } from '../journal/holding.ts';
import type { ShoreTransaction, VesselHead } from '../store/shore-store.ts';

/** What an acknowledgement says besides what is held. */
export interface AcknowledgementFields extends Partial<Pick<Ack, 'problems' | 'holding' | 'at'>> {
  outcome: Ack['outcome'];
  /** Of the batch that it answers; null when it answers none. */
  attempt: number | null;
  /** The first number that stands for something else here than at the vessel, at most the one after the cursor. */
  fork?: number | null;
}

/** What shore tells a vessel of one origin's journal, within the transaction that holds the vessel's lock. */
export async function answer(
  tx: ShoreTransaction,
  vesselId: string,
  {
    origin,
    received,
    hash,
    base,
  }: { origin: Origin; received: ReceivedRanges; hash: ChainHash; base?: JournalBase },
  { outcome, attempt, fork = null, ...more }: AcknowledgementFields,
): Promise<Ack> {
  const furthest = furthestOf(received);
  const isForked = fork !== null;
  const before = isForked && fork <= received.upTo ? fork - 1 : null;
  const numbers = [
    ...(furthest > received.upTo ? [furthest] : []),
    ...(before !== null && before > 0 ? [before] : []),
  ];
  const entries = await tx.journalByNumber(
    vesselId,
    origin,
    numbers.map((number) => [number, number]),
  );
  const at = (number: number) => entries.find(({ change }) => change.number === number);
  const hashBefore =
    before === null
      ? hash
      : before === 0
        ? chainStart(vesselId, origin)
        : (at(before)?.hash ?? (base?.number === before ? base.hash : null));
  // What came across a gap before records told of it has no hash: then nobody can say what of it is common to both.
  const parts =
    hashBefore === null
      ? { number: 1, hash: chainStart(vesselId, origin) }
      : { number: fork ?? 1, hash: hashBefore };
  return {
    kind: 'ack',
    vessel: vesselId,
    origin,
    held: receivedToJson(received),
    hash,
    problems: [],
    ...plainAck,
    ...more,
    outcome,
    attempt,
    beyondHash: furthest > received.upTo ? (at(furthest)?.claimed ?? null) : null,
    fork: isForked ? parts : null,
  };
}

/** What a vessel is told unasked of all that shore holds, under shore's own origin. */
export async function statusFor(tx: ShoreTransaction, vessel: VesselHead, at: number): Promise<Ack> {
  const { vesselId, origin, last, hash } = vessel;
  const heads = await tx.originHeads(vesselId);
  return answer(
    tx,
    vesselId,
    { origin, received: { upTo: last, beyond: [] }, hash },
    { outcome: 'status', attempt: null, holding: holdingOf(vessel, heads), at },
  );
}
