import type { z } from 'zod';
import type { RecordSpec } from '../../records/record.ts';
import { withInitials } from '../../records/record-version.ts';
import { recordSpecs, specOf } from '../../records/catalogue.ts';
import { WireError } from '../frame.ts';
import type { SnapshotRecord } from './record.ts';

/** A record that keeps to its rules, and those rules. */
export interface Checked {
  spec: RecordSpec;
  record: SnapshotRecord;
}

/** @throws WireError where a record that came from the other end breaks its rules */
export function checked(record: SnapshotRecord): Checked {
  const spec = specOf(record.entity);
  if (spec === undefined)
    throw new WireError('malformed', `There is no kind of record called '${record.entity}'`);
  if (record.values === null) return { spec, record };
  // The other end may be older than this program.
  const values = withInitials(spec, record.values);
  const parsed = strictSchemas.get(record.entity)?.safeParse(values);
  if (parsed?.success !== true)
    throw new WireError(
      'malformed',
      `${record.entity} ${record.id} breaks its rules at '${parsed?.error.issues[0]?.path.join('.')}'`,
    );
  return { spec, record: { ...record, values } };
}

/** A field that the record's rules do not know is refused, not passed over. */
const strictSchemas = new Map<string, z.ZodType>(
  recordSpecs.map((spec) => [spec.entity, spec.schema.strict()]),
);
