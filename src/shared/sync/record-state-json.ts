import { z } from 'zod';
import type { RecordSpec } from '../records/record.ts';
import { isInitial } from '../records/record-version.ts';
import type { Scalar } from '../json.ts';
import { latestHybridTime } from './clock.ts';
import { overruledAfter, seenByOverruled, type Head, type RecordState } from './merge.ts';
import type { Operation } from './change.ts';
import {
  originName,
  causalContextSchema,
  contextText,
  stampFromJson,
  stampJson,
  stampToJson,
  type Origin,
  type Stamp,
  type StampJson,
} from './causal-context.ts';

/**
 * A record's state as it stands beside the record in a database. Values are left out where the record's own row
 * holds them: for a field with one head.
 */
const headsJson = z.union([
  stampJson,
  z.array(z.tuple([stampJson, z.union([z.string(), z.number(), z.boolean(), z.null()])])),
]);
const overruledJson = z.array(z.tuple([originName, z.number(), z.number(), causalContextSchema]));
type OverruledJson = z.infer<typeof overruledJson>;
export const recordStateJson = z.object({
  /** Stamp of the create; every field not listed in `f` was last set by it. */
  c: stampJson.nullable(),
  f: z.record(z.string(), headsJson),
  t: z.record(z.string(), z.number()),
  d: z.record(z.string(), stampJson).optional(),
  /** What the writers of overruled values had seen beyond those of the heads, for programs that know no `b`. */
  o: z.record(z.string(), causalContextSchema).optional(),
  /** Overruled values that have to be remembered: origin, number, time, seen of each. */
  b: z.record(z.string(), overruledJson).optional(),
});
export type RecordStateJson = z.infer<typeof recordStateJson>;

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
  for (const [name, stamps] of Object.entries(state.overruled))
    noteOverruled(
      json,
      name,
      stamps,
      (state.heads[name] ?? []).map(({ stamp }) => stamp),
    );
  return json;
}

/** Puts what is remembered of a field's overruled values into a stored state, or takes it out where that is nothing. */
function noteOverruled(
  json: Pick<RecordStateJson, 'o' | 'b'>,
  name: string,
  stamps: readonly Stamp[],
  heads: readonly Stamp[],
): void {
  const context = seenByOverruled(stamps, heads);
  json.o = withEntry(json.o, name, Object.keys(context).length === 0 ? null : context);
  if (json.o === undefined) delete json.o;
  const list = stamps.map((stamp): OverruledJson[number] => [
    stamp.origin,
    stamp.number,
    stamp.time,
    stamp.seen,
  ]);
  json.b = withEntry(json.b, name, list.length === 0 ? null : list);
  if (json.b === undefined) delete json.b;
}

function withEntry<T>(
  entries: Readonly<Record<string, T>> | undefined,
  name: string,
  entry: T | null,
): Record<string, T> | undefined {
  const { [name]: _, ...others } = entries ?? {};
  const after = entry === null ? others : { ...others, [name]: entry };
  return Object.keys(after).length === 0 ? undefined : after;
}

/** What is remembered of a field's overruled values. */
function overruledIn({ o, b }: Pick<RecordStateJson, 'o' | 'b'>, name: string): Stamp[] {
  const listed = b?.[name];
  if (listed !== undefined)
    return listed.map(([origin, number, time, context]) => ({ origin, number, time, seen: context }));
  // An older program wrote it, and did not say whose it was.
  const seen = o?.[name];
  return seen === undefined ? [] : [{ time: latestHybridTime, origin: 'v000000', number: 1, seen }];
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
  const json = recordStateJson.parse(typeof text === 'string' ? JSON.parse(text) : text);
  const created = json.c === null ? null : stampFromJson(json.c);
  const heads: Record<string, readonly Head[]> = {};
  for (const name of Object.keys(spec.fields)) {
    const listed = json.f[name];
    const value = row?.[name];
    if (listed === undefined) {
      // A field that came after the record, or that its create left as it is initially, was set by nobody.
      if (created !== null && value !== undefined && !isInitial(spec, name, value))
        heads[name] = [{ stamp: created, value }];
    } else if (isSingle(listed)) {
      if (value !== undefined) heads[name] = [{ stamp: stampFromJson(listed), value }];
    } else {
      heads[name] = listed.map(([stamp, each]) => ({ stamp: stampFromJson(stamp), value: each }));
    }
  }
  const deletions: Record<string, Stamp> = {};
  for (const [origin, stamp] of Object.entries(json.d ?? {})) deletions[origin] = stampFromJson(stamp);
  const overruled: Record<string, readonly Stamp[]> = {};
  for (const name of Object.keys({ ...json.o, ...json.b })) overruled[name] = overruledIn(json, name);
  return { created, heads, overruled, touched: json.t, deletions };
}

const listedHeads = headsJson.optional();

/** What has to be read of a stored state to write an own change into it; the rest is passed on as it is. */
const ownState = z.looseObject({
  c: stampJson.nullable(),
  f: z.record(z.string(), z.unknown()),
  t: z.record(z.string(), z.number()),
  d: z.record(z.string(), z.unknown()).optional(),
  o: z.record(z.string(), causalContextSchema).optional(),
  b: z.record(z.string(), overruledJson).optional(),
});

/**
 * A record's stored state after a change that was written where it is stored: its writer had seen all that is here,
 * so its values stand alone. The same as `applyChange` between decoding and encoding, for a fraction of the time.
 * @param before the stored text; empty for a record that is new
 */
export function afterOwnChange(
  before: string,
  stamp: Stamp,
  { operation, fields }: { operation: Operation; fields: readonly string[] },
): string {
  const { time, origin, number, seen } = stamp;
  // The text of `{ c: stamp, f: {}, t: { [origin]: number } }`, written out for every record that is new.
  if (before === '')
    return `{"c":[${time},"${origin}",${number},${contextText(seen)}],"f":{},"t":{"${origin}":${number}}}`;
  const json = stampToJson(stamp);
  const state = ownState.parse(JSON.parse(before));
  if (operation === 'delete') return JSON.stringify({ ...state, d: { ...state.d, [stamp.origin]: json } });
  for (const name of fields) {
    const gone = stampsOf(state.c, listedHeads.parse(state.f[name])).map(stampFromJson);
    const known = overruledIn(state, name);
    const left = overruledAfter(known, gone, [stamp]);
    if (left.length > 0 || known.length > 0) noteOverruled(state, name, left, [stamp]);
    state.f[name] = json;
  }
  state.t[stamp.origin] = stamp.number;
  return JSON.stringify(state);
}

/** Stamps of a field's heads as they are stored; `created` where the field is not listed. */
function stampsOf(
  created: StampJson | null,
  listed: z.infer<typeof headsJson> | undefined,
): readonly StampJson[] {
  if (listed === undefined) return created === null ? [] : [created];
  return isSingle(listed) ? [listed] : listed.map(([stamp]) => stamp);
}

// A stamp begins with its time and its origin. In a value of text the quotation mark would be written `\\"`.
const stampTimes = /\[(\d+),"[vs]/g;

/** The latest time of all stamps in a stored state, read without taking it apart; 0 for none. Every write asks. */
export function latestTimeIn(text: string): number {
  if (text === '') return 0;
  let latest = 0;
  for (const [, time] of text.matchAll(stampTimes)) latest = Math.max(latest, Number(time));
  return latest;
}

/** The fields in which several values stand, read without the record's values. */
export function contestedFields(text: string): string[] {
  // Three brackets begin a list of heads. Nearly no record has one, and every write asks.
  if (!text.includes('[[[')) return [];
  const { f } = recordStateJson.parse(JSON.parse(text));
  return Object.entries(f).flatMap(([name, heads]) => (!isSingle(heads) && heads.length > 1 ? [name] : []));
}

const touchedNumbers = /"t":(\{[^}]*\})/;
const touchedJson = z.record(z.string(), z.number());

/**
 * Numbers of an origin's changes that have a part in the record as it stands, the last one among them, read without
 * taking the state apart: a page of a list asks for each of its records. Within a text quotes are escaped, so nothing
 * that a person wrote looks like this.
 */
export function numbersOf(text: string, origin: Origin): Set<number> {
  const numbers = new Set<number>();
  if (!text.includes(`"${origin}"`)) return numbers;
  for (const [, number] of text.matchAll(new RegExp(`\\[\\d+,"${origin}",(\\d+)`, 'g')))
    numbers.add(Number(number));
  const touched = touchedJson.parse(JSON.parse(touchedNumbers.exec(text)?.[1] ?? '{}'))[origin];
  if (touched !== undefined) numbers.add(touched);
  return numbers;
}

/** The stamp in force for each field of `spec`, read without the record's values: field → `origin#number`. */
export function fieldVersions(spec: RecordSpec, text: string | object): Record<string, string> {
  const json = recordStateJson.parse(typeof text === 'string' ? JSON.parse(text) : text);
  const versions: Record<string, string> = {};
  for (const name of Object.keys(spec.fields)) {
    const stamps = stampsOf(json.c, json.f[name]);
    if (stamps.length > 0)
      versions[name] = stamps.map(([, origin, number]) => `${origin}#${number}`).join('+');
  }
  return versions;
}

function isSingle(heads: z.infer<typeof headsJson>): heads is StampJson {
  return typeof heads[0] === 'number';
}

function isSame(a: Stamp, b: Stamp): boolean {
  return a.origin === b.origin && a.number === b.number;
}
