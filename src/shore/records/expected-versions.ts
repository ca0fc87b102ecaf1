import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import type { RecordSpec } from '#shared/records/record.ts';
import { encodeState, fieldVersions } from '#shared/sync/record-state-json.ts';
import { ShoreFailure } from '../failure.ts';
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
  const versions = fieldVersions(spec, encodeState(record.state));
  const overtaken = fields.filter((field) => basis[field] !== undefined && basis[field] !== versions[field]);
  if (overtaken.length === 0) return;
  const details = [];
  for (const field of overtaken) {
    const stamp = record.state.heads[field]?.[0]?.stamp;
    const author = stamp === undefined ? null : await unit.authorOf(stamp);
    details.push({
      path: field,
      message: 'Changed in the meantime',
      value: record.values?.[field],
      ...(author === null ? {} : { by: author.by, at: new Date(author.at).toISOString() }),
    });
  }
  throw new ShoreFailure(
    'stale',
    'Someone else changed this in the meantime. Nothing was saved; choose which value stands.',
    { details },
  );
}
