import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import { overtaken, overtakenFields, stale, type Author } from '#shared/contract/refusals.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import { refused } from './contract-failure.ts';
import type { StoredRecord } from './store/records/record-table.ts';
import type { VesselStore } from './store/vessel-store.ts';

/**
 * Lets an edit through unless somebody set one of its fields since the writer started: then nothing is written
 * and the writer is told whose value stands there now.
 * @throws ContractFailure `stale`
 */
export function assertNotStale(
  store: VesselStore,
  spec: RecordSpec,
  {
    record,
    fields,
    basis,
  }: { record: StoredRecord; fields: readonly string[]; basis: ExpectedVersions | undefined },
): void {
  if (basis === undefined) return;
  const versions = fieldVersions(spec, record.versions);
  const found = overtakenFields(fields, basis, versions);
  if (found.length === 0) return;
  const authorOf = (field: string): Author => {
    const [origin, number] = (versions[field] ?? '').split('+')[0]?.split('#') ?? [];
    const change = origin === undefined ? undefined : store.journal.get(origin, Number(number))?.change;
    return change === undefined ? null : { by: change.actorName, at: change.at };
  };
  throw refused(stale(found.map((field) => overtaken(field, record.values[field], authorOf(field)))));
}
