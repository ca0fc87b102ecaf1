import { latestStamp } from '#shared/sync/merge.ts';
import type { RecordState } from '#shared/sync/merge.ts';
import type { JournalReader } from '../journal/journal.ts';
import type { BaseReader } from '../records/base.ts';
import type { StoredRecord } from '../records/record-table.ts';
import { Difference } from './difference.ts';

/** Who changed a record last, and when, is who wrote the latest of what is in force in it. */
export function compareAuthor(
  { journal, base }: { journal: JournalReader; base: BaseReader },
  { entity, recordId, state }: { entity: string; recordId: string; state: RecordState },
  { updatedAt, updatedBy }: StoredRecord,
): void {
  const stamp = latestStamp(state) ?? state.created;
  const entry = stamp === null ? null : journal.get(stamp.origin, stamp.number);
  const came = entry === null ? base.get(entity, recordId) : null;
  const by = entry?.change.actorName ?? came?.updatedBy;
  const at = entry?.change.at ?? came?.updatedAt;
  const name = `${entity} ${recordId}`;
  if (by !== updatedBy)
    throw new Difference(
      `${name} is said to be changed last by ${JSON.stringify(updatedBy)}, the journal says ${JSON.stringify(by ?? null)}`,
    );
  if (at !== updatedAt)
    throw new Difference(
      `${name} is said to be changed last at ${timeOf(updatedAt)}, the journal says ${timeOf(at)}`,
    );
}

function timeOf(at: number | undefined): string {
  const date = new Date(at ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? String(at) : date.toISOString();
}
