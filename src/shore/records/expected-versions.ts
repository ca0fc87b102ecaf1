import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import { overtaken, overtakenFields, stale } from '#shared/contract/refusals.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { encodeState, fieldVersions } from '#shared/sync/record-state-json.ts';
import { refused } from '../failure.ts';
import type { RecordInUnit, RecordUnit } from '../record-and-publish.ts';

/**
 * Lets an edit through unless somebody set one of its fields since the writer started.
 * @throws {ShoreFailure} `stale`, with whose value stands there now
 */
export async function assertNotStale(
  unit: RecordUnit,
  spec: RecordSpec,
  record: RecordInUnit,
  fields: readonly string[],
  basis: ExpectedVersions | undefined,
): Promise<void> {
  if (basis === undefined) return;
  const details = [];
  for (const field of overtakenFields(fields, basis, fieldVersions(spec, encodeState(record.state)))) {
    const stamp = record.state.heads[field]?.[0]?.stamp;
    const author = stamp === undefined ? null : await unit.authorOf(stamp);
    details.push(overtaken(field, record.values?.[field], author));
  }
  if (details.length > 0) throw refused(stale(details));
}
