import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { fieldVersions } from '#shared/sync/record-state-json.ts';
import { ContractFailure } from './contract-failure.ts';
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
  const overtaken = fields.filter((field) => basis[field] !== undefined && basis[field] !== versions[field]);
  if (overtaken.length === 0) return;
  throw new ContractFailure(
    'stale',
    'Someone else changed this in the meantime. Nothing was saved; choose which value stands.',
    {
      details: overtaken.map((field) => {
        const [origin, number] = (versions[field] ?? '').split('+')[0]?.split('#') ?? [];
        const change = origin === undefined ? undefined : store.journal.get(origin, Number(number))?.change;
        return {
          path: field,
          message: 'Changed in the meantime',
          value: record.values[field],
          ...(change === undefined ? {} : { by: change.actorName, at: new Date(change.at).toISOString() }),
        };
      }),
    },
  );
}
