import { plainAck, type Ack } from '#shared/sync/frame.ts';
import { furthestOf, heldToJson, type Held } from '#shared/sync/held.ts';
import { chainStart, type ChainHash } from '#shared/sync/chain.ts';
import type { Origin } from '#shared/sync/seen.ts';
import type { JournalBase } from '#shared/sync/snapshot/onward.ts';
import { holdingOf } from '../compare/holding.ts';
import type { ShoreTransaction, VesselHead } from '../store/shore-store.ts';

/** What an acknowledgement says besides what is held. */
export interface Said extends Partial<Pick<Ack, 'problems' | 'holding' | 'at'>> {
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
  { origin, held, hash, base }: { origin: Origin; held: Held; hash: ChainHash; base?: JournalBase },
  { outcome, attempt, fork = null, ...more }: Said,
): Promise<Ack> {
  const furthest = furthestOf(held);
  const isForked = fork !== null;
  const before = isForked && fork <= held.upTo ? fork - 1 : null;
  const numbers = [
    ...(furthest > held.upTo ? [furthest] : []),
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
    held: heldToJson(held),
    hash,
    problems: [],
    ...plainAck,
    ...more,
    outcome,
    attempt,
    beyondHash: furthest > held.upTo ? (at(furthest)?.claimed ?? null) : null,
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
    { origin, held: { upTo: last, beyond: [] }, hash },
    { outcome: 'status', attempt: null, holding: holdingOf(vessel, heads), at },
  );
}
