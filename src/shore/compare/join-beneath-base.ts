import type { Change } from '#shared/sync/change.ts';
import { observe } from '#shared/sync/clock.ts';
import type { Checked } from '#shared/sync/snapshot/checked-record.ts';
import { recordOf } from '#shared/sync/snapshot/join.ts';
import { validateChange } from '#shared/sync/validity.ts';
import { joinAndSave } from '../base/join-and-save.ts';
import type { OriginHead, RecordRef, ShoreTransaction, VesselHead } from '../store/shore-store.ts';

export interface Joined {
  /** As it is saved now. */
  vessel: VesselHead;
  /** Records that something was joined to. */
  joined: RecordRef[];
}

/**
 * Takes changes into their records that lie where a journal is held as records alone, and that these do not tell of:
 * somebody said that they do. No chain reaches there, so they are joined to what folding begins with, and not put into
 * the journal; within the vessel's lock.
 * @param offered changes that the ship has, of records in which both ends differ
 */
export async function joinBeneathBase(
  tx: ShoreTransaction,
  vessel: VesselHead,
  heads: readonly OriginHead[],
  offered: readonly Change[],
  now: number,
): Promise<Joined> {
  const { vesselId } = vessel;
  const bases = new Map(heads.map(({ origin, base }) => [origin, base?.number ?? 0]));
  const beneath = offered.filter(
    ({ origin, number }) => origin !== vessel.origin && number <= (bases.get(origin) ?? 0),
  );
  const records: Checked[] = [];
  for (const [origin, some] of Map.groupBy(beneath, (change) => change.origin)) {
    const entries = await tx.journalByNumber(
      vesselId,
      origin,
      some.map(({ number }) => [number, number] as const),
    );
    const there = new Set(entries.map(({ change }) => change.number));
    for (const change of some) {
      const verdict = validateChange(change);
      if (verdict.decision === 'apply' && !there.has(change.number))
        records.push({ spec: verdict.spec, record: recordOf(verdict.spec, change) });
    }
  }
  if (records.length === 0) return { vessel, joined: [] };
  const { digest, time } = await joinAndSave(tx, vessel, records, now);
  const saved = { ...vessel, time: observe(vessel.time, time, now), digest };
  await tx.saveVessel(saved);
  const refs = records.map(({ record }): RecordRef => ({ entity: record.entity, recordId: record.id }));
  return {
    vessel: saved,
    joined: [...new Map(refs.map((ref) => [`${ref.entity} ${ref.recordId}`, ref])).values()],
  };
}
