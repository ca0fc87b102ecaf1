import { z } from 'zod';
import type { RecordSpec } from '../domain/record.ts';
import type { Scalar } from '../json.ts';
import type { Head, RecordState } from './merge.ts';
import { stampFromJson, stampJson, stampToJson, type Stamp, type StampJson } from './seen.ts';

/**
 * A record's state as it stands beside the record in a database. Values are left out where the record's own row
 * holds them: for a field with one head.
 */
const headsJson = z.union([
  stampJson,
  z.array(z.tuple([stampJson, z.union([z.string(), z.number(), z.boolean(), z.null()])])),
]);
const stateJson = z.object({
  /** Stamp of the create; every field not listed in `f` was last set by it. */
  c: stampJson.nullable(),
  f: z.record(z.string(), headsJson),
  t: z.record(z.string(), z.number()),
  d: z.record(z.string(), stampJson).optional(),
});
export type RecordStateJson = z.infer<typeof stateJson>;

export function encodeState(state: RecordState): RecordStateJson {
  const f: RecordStateJson['f'] = {};
  for (const [name, heads] of Object.entries(state.heads)) {
    const [only] = heads;
    if (state.created !== null && heads.length === 1 && only !== undefined) {
      if (!isSame(only.stamp, state.created)) f[name] = stampToJson(only.stamp);
    } else {
      f[name] = heads.map((head): [StampJson, Scalar] => [stampToJson(head.stamp), head.value]);
    }
  }
  const json: RecordStateJson = {
    c: state.created === null ? null : stampToJson(state.created),
    f,
    t: { ...state.touched },
  };
  const deletions = Object.entries(state.deletions);
  if (deletions.length > 0)
    json.d = Object.fromEntries(deletions.map(([origin, stamp]) => [origin, stampToJson(stamp)]));
  return json;
}

/**
 * @param text as `JSON.stringify(encodeState(…))` gave it
 * @param row the record's own values, or null where it has no row yet
 */
export function decodeState(
  spec: RecordSpec,
  text: string | object,
  row: Readonly<Record<string, Scalar>> | null,
): RecordState {
  const json = stateJson.parse(typeof text === 'string' ? JSON.parse(text) : text);
  const created = json.c === null ? null : stampFromJson(json.c);
  const heads: Record<string, readonly Head[]> = {};
  for (const name of Object.keys(spec.fields)) {
    const listed = json.f[name];
    const value = row?.[name];
    if (listed === undefined) {
      if (created !== null && value !== undefined) heads[name] = [{ stamp: created, value }];
    } else if (isSingle(listed)) {
      if (value !== undefined) heads[name] = [{ stamp: stampFromJson(listed), value }];
    } else {
      heads[name] = listed.map(([stamp, each]) => ({ stamp: stampFromJson(stamp), value: each }));
    }
  }
  const deletions: Record<string, Stamp> = {};
  for (const [origin, stamp] of Object.entries(json.d ?? {})) deletions[origin] = stampFromJson(stamp);
  return { created, heads, touched: json.t, deletions };
}

/** The stamp in force for each field of `spec`, read without the record's values: field → `origin#number`. */
export function fieldVersions(spec: RecordSpec, text: string | object): Record<string, string> {
  const json = stateJson.parse(typeof text === 'string' ? JSON.parse(text) : text);
  const versions: Record<string, string> = {};
  for (const name of Object.keys(spec.fields)) {
    const listed = json.f[name];
    const stamps =
      listed === undefined ? (json.c === null ? [] : [json.c]) : isSingle(listed) ? [listed] : listed.map(([stamp]) => stamp);
    if (stamps.length > 0) versions[name] = stamps.map(([, origin, number]) => `${origin}#${number}`).join('+');
  }
  return versions;
}

function isSingle(heads: z.infer<typeof headsJson>): heads is StampJson {
  return typeof heads[0] === 'number';
}

function isSame(a: Stamp, b: Stamp): boolean {
  return a.origin === b.origin && a.number === b.number;
}
