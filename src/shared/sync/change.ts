import { z } from 'zod';
import { personLimit } from '../domain/names.ts';
import { lanes, type Lane } from '../records/record.ts';
import { storableText } from '../domain/storable-text.ts';
import { fewNamed } from '../few.ts';
import type { Scalar } from '../json.ts';
import { latestHybridTime } from './clock.ts';
import { changeNumber } from './numbers.ts';
import {
  originName,
  causalContextSchema,
  type Origin,
  type CausalContext,
  type Stamp,
} from './causal-context.ts';

export const operations = ['create', 'update', 'delete'] as const;
export type Operation = (typeof operations)[number];

/** One create, update or delete of one record by one person: only the fields that changed. */
export interface Change {
  readonly origin: Origin;
  /** 1, 2, 3 … within the origin. */
  readonly number: number;
  /** Hybrid time. */
  readonly time: number;
  /** The writer's wall clock, ms since 1970, for people to read. */
  readonly at: number;
  readonly seen: CausalContext;
  readonly entity: string;
  readonly recordId: string;
  readonly operation: Operation;
  readonly fields: Readonly<Record<string, Scalar>>;
  /** Crew member, when one was chosen. */
  readonly actorId: string | null;
  readonly actorName: string;
  readonly device: string;
  readonly lane: Lane;
  /** `recordsVersion` of the writer. */
  readonly version: number;
}

/** Most fields that a change can have. */
export const fieldLimit = 200;

/** The furthest from 1970 that a date can be, ms. */
export const latestInstant = 8_640_000_000_000_000;

/** Characters of the longest text in a change. */
export const longestText = 65_536;

const scalar = z.union([z.string().max(longestText), z.number(), z.boolean(), z.null()]);

/** A change as it may come from the other end. Fields are checked against the record's rules when applied. */
export const changeSchema: z.ZodType<Change> = z.strictObject({
  origin: originName,
  number: changeNumber,
  time: z.number().int().min(1).max(latestHybridTime),
  at: z.number().int().min(0).max(latestInstant),
  seen: causalContextSchema,
  entity: z.string().regex(/^[a-z][a-z_]{0,39}$/),
  recordId: z.uuid(),
  operation: z.enum(operations),
  fields: fewNamed(fieldLimit, z.string().regex(/^[a-z][A-Za-z0-9]{0,59}$/), scalar),
  actorId: storableText.max(60).nullable(),
  actorName: storableText.max(personLimit),
  device: storableText.max(120),
  lane: z.enum(lanes),
  version: z.number().int().min(1).max(1_000_000),
});

export function stampOf(change: Change): Stamp {
  return { time: change.time, origin: change.origin, number: change.number, seen: change.seen };
}

/** A change's fields as JSON with the names in order: as the chain hashes them and a journal may store them. */
export function canonicalFields(fields: Change['fields']): string {
  const sorted: Record<string, Scalar | undefined> = {};
  for (const name of Object.keys(fields).sort()) sorted[name] = fields[name];
  return JSON.stringify(sorted);
}

/**
 * The one text of a change that both ends agree on, whatever the order of its keys: what the chain hashes.
 * @param fields the change's `canonicalFields`, where the caller has them already
 */
export function canonicalText(change: Change, fields: string = canonicalFields(change.fields)): string {
  const seen = Object.keys(change.seen)
    .sort()
    .map((origin) => [origin, change.seen[origin]]);
  return `${JSON.stringify([
    change.origin,
    change.number,
    change.time,
    change.at,
    seen,
    change.entity,
    change.recordId,
    change.operation,
    change.actorId,
    change.actorName,
    change.device,
    change.lane,
    change.version,
  ])}${fields}`;
}
