import { z } from 'zod';
import type { Scalar } from '../../json.ts';
import { changeSchema, type Change } from '../change.ts';
import { recordStateJson, type RecordStateJson } from '../record-state-json.ts';

/** One record as a snapshot carries it: everything that is known of it at the snapshot's position. */
export interface SnapshotRecord {
  readonly entity: string;
  readonly id: string;
  /** The record as its table shows it; null while its create has not arrived. */
  readonly values: Readonly<Record<string, Scalar>> | null;
  /** Wall clock of the latest change, ms, and who made it: also while there are no values, the create being on board. */
  readonly updatedAt: number;
  readonly updatedBy: string;
  readonly state: RecordStateJson;
  /** Where several values stand in a field: the changes of the record, so that people can be told whose they are. */
  readonly history: readonly Change[];
}

/** The same as it is kept in a database. */
export const snapshotRecord: z.ZodType<SnapshotRecord> = z.object({
  entity: z.string(),
  id: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  updatedAt: z.number(),
  updatedBy: z.string(),
  state: recordStateJson,
  history: z.array(changeSchema),
});
