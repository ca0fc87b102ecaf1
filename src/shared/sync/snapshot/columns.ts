import { z } from 'zod';
import { fewItems, fewNamed } from '../../few.ts';
import type { Scalar } from '../../json.ts';
import { changeSchema } from '../change.ts';
import { ticksPerMillisecond } from '../clock.ts';
import { recordStateJson, type RecordStateJson } from '../record-state-json.ts';
import { originLimit } from '../message-limits.ts';
import { originName, causalContextOnWire, type CausalContext, type StampJson } from '../causal-context.ts';
import { columnBody, packColumn, unpackColumn, type Column } from './column.ts';
import type { SnapshotRecord } from './record.ts';

/**
 * Records of one kind, field by field. Nearly all of a record's state says the same: every field was set by the
 * create, or by one of a few changes since; so stamps are columns as well, and only what differs is written out.
 */
const index = z.number().int().min(0);
/** Time after the record's own moment (hybrid), then indices of origin and `seen`, then the number. */
const packedStamp = z.tuple([z.number().int(), index, index, z.number().int().min(1)]);
type PackedStamp = z.infer<typeof packedStamp>;

export const groupBody = z.strictObject({
  entity: z.string().max(40),
  /** Of each id the last 20 hexadecimal digits, one after the other. */
  ids: z.string().regex(/^([0-9a-f]{20})+$/),
  /** Of each id the first 12, as the number by which it is larger than the one before: a time, for ids that have one. */
  moments: z.array(z.number().int()),
  /** Places of records that have no values. */
  bare: z.array(index),
  /** Of the records that have values. */
  fields: fewNamed(200, z.string().max(60), columnBody),
  /** Of the latest change: milliseconds after the record's moment, and who made it. */
  updatedAt: z.array(z.number()),
  updatedBy: columnBody,
  /** Stamps of the creates: time after the moment, origin, number larger than the one before, `seen`. */
  created: z.strictObject({
    time: z.array(z.number().int()),
    origin: columnBody,
    number: z.array(z.number().int()),
    seen: columnBody,
  }),
  /** By place: later stamps, each with the fields it set (as places in the list of names). */
  later: z.array(z.tuple([index], z.tuple([packedStamp], index))),
  names: fewItems(200, z.string().max(60)),
  /** By place: what of the state is said by none of the above. */
  rest: z.array(z.tuple([index, recordStateJson.partial()])),
  history: z.array(z.tuple([index, z.array(changeSchema)])),
});
type Group = z.infer<typeof groupBody>;

export const recordsBody = z.strictObject({
  origins: fewItems(originLimit, originName),
  seens: fewItems(10_000, causalContextOnWire),
  groups: fewItems(100, groupBody),
});
export type PackedRecords = z.infer<typeof recordsBody>;

/**
 * The moments from which a record's times are told, for ids that begin with one. Other ids begin with anything: beyond
 * the year 2109 a hybrid time told from it could not be counted exactly.
 */
const timesOf = (moments: readonly number[]): number[] =>
  moments.map((moment) => (moment < 2 ** 42 ? moment : 0));

/** Puts records into columns; those of one kind that follow each other go into one group. */
export function packRecords(records: readonly SnapshotRecord[]): PackedRecords {
  const tables = { origins: new Table<string>(), seens: new Table<CausalContext>() };
  const groups: Group[] = [];
  let start = 0;
  while (start < records.length) {
    const entity = records[start]?.entity ?? '';
    let end = start;
    while (end < records.length && records[end]?.entity === entity) end += 1;
    groups.push(packGroup(entity, records.slice(start, end), tables));
    start = end;
  }
  return { origins: tables.origins.list, seens: tables.seens.list, groups };
}

/** @throws {RangeError} where the columns do not fit together */
export function unpackRecords({ origins, seens, groups }: PackedRecords): SnapshotRecord[] {
  return groups.flatMap((group) => unpackGroup(group, { origins, seens }));
}

class Table<T> {
  readonly list: T[] = [];
  readonly #places = new Map<string, number>();

  place(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.list.push(value);
    this.#places.set(key, this.list.length - 1);
    return this.list.length - 1;
  }
}

interface Tables {
  origins: Table<string>;
  seens: Table<CausalContext>;
}

function packGroup(entity: string, records: readonly SnapshotRecord[], tables: Tables): Group {
  const digits = records.map(({ id }) => id.replaceAll('-', ''));
  const prefixes = digits.map((id) => Number.parseInt(id.slice(0, 12), 16));
  const moments = timesOf(prefixes);
  const rows = records.flatMap(({ values }, place) => (values === null ? [] : [{ values, place }]));
  const rowMoments = rows.map(({ place }) => moments[place] ?? 0);
  const names = new Table<string>();
  const group: Group = {
    entity,
    ids: digits.map((id) => id.slice(12)).join(''),
    moments: steps(prefixes),
    bare: records.flatMap(({ values }, place) => (values === null ? [place] : [])),
    fields: {},
    updatedAt: records.map(({ updatedAt }, place) => updatedAt - (moments[place] ?? 0)),
    updatedBy: packColumn(
      records.map(({ updatedBy }) => updatedBy),
      moments,
    ),
    created: packCreated(records, moments, tables),
    later: [],
    names: names.list,
    rest: [],
    history: [],
  };
  for (const name of Object.keys(rows[0]?.values ?? {}))
    group.fields[name] = packColumn(
      rows.map(({ values }) => values[name] ?? null),
      rowMoments,
    );
  for (const [place, { state, history }] of records.entries()) {
    const { later, rest } = packState(state, moments[place] ?? 0, tables, names);
    if (later.length > 0) group.later.push([place, ...later]);
    if (Object.keys(rest).length > 0) group.rest.push([place, rest]);
    if (history.length > 0) group.history.push([place, [...history]]);
  }
  return group;
}

function packCreated(
  records: readonly SnapshotRecord[],
  moments: readonly number[],
  { origins, seens }: Tables,
): Group['created'] {
  const stamps = records.map(({ state }): StampJson => state.c ?? [0, noOrigin, 0, {}]);
  return {
    time: stamps.map(([time], place) => time - (moments[place] ?? 0) * ticksPerMillisecond),
    origin: packColumn(
      stamps.map(([, origin]) => origins.place(origin)),
      moments,
    ),
    number: steps(stamps.map(([, , number]) => number)),
    seen: packColumn(
      stamps.map(([, , , context]) => seens.place(context)),
      moments,
    ),
  };
}

/** Stands for the create of a record that has none; its number is 0, which no change has. */
const noOrigin = 'v000000';

type Later = [PackedStamp, ...number[]];

function packState(
  state: RecordStateJson,
  moment: number,
  { origins, seens }: Tables,
  names: Table<string>,
): { later: Later[]; rest: Partial<RecordStateJson> } {
  const later = new Map<string, Later>();
  const unusual: RecordStateJson['f'] = {};
  for (const [name, heads] of Object.entries(state.f)) {
    if (!isStamp(heads)) {
      unusual[name] = heads;
      continue;
    }
    const [time, origin, number, context] = heads;
    const stamp: PackedStamp = [
      time - moment * ticksPerMillisecond,
      origins.place(origin),
      seens.place(context),
      number,
    ];
    const key = JSON.stringify(stamp);
    const known = later.get(key) ?? [stamp];
    known.push(names.place(name));
    later.set(key, known);
  }
  const rest: Partial<RecordStateJson> = {};
  if (Object.keys(unusual).length > 0) rest.f = unusual;
  if (!isSame(state.t, touchedBy(state.c, state.f))) rest.t = state.t;
  if (state.d !== undefined) rest.d = state.d;
  if (state.o !== undefined) rest.o = state.o;
  if (state.b !== undefined) rest.b = state.b;
  return { later: [...later.values()], rest };
}

function unpackGroup(group: Group, lists: { origins: string[]; seens: CausalContext[] }): SnapshotRecord[] {
  const prefixes = sums(group.moments);
  const moments = timesOf(prefixes);
  const size = moments.length;
  const ids = prefixes.map((prefix, place) => idOf(prefix, group.ids.slice(place * 20, place * 20 + 20)));
  const bare = new Set(group.bare);
  const rows = unpackRows(
    group.fields,
    moments.filter((_, place) => !bare.has(place)),
  );
  const created = unpackCreated(group, moments, lists);
  const updatedBy = unpackColumn(group.updatedBy, moments);
  const later = new Map(group.later.map(([place, ...stamps]) => [place, stamps]));
  const rest = new Map(group.rest);
  const history = new Map(group.history);
  if (group.ids.length !== size * 20 || group.updatedAt.length !== size)
    throw new RangeError(`The columns of ${group.entity} are not of ${size} records`);
  let row = 0;
  return ids.map((id, place): SnapshotRecord => {
    const stamp = at(created, place);
    const f: RecordStateJson['f'] = {};
    for (const [packed, ...names] of later.get(place) ?? []) {
      const [time, origin, seen, number] = packed;
      for (const name of names)
        f[at(group.names, name)] = [
          time + at(moments, place) * ticksPerMillisecond,
          at(lists.origins, origin),
          number,
          at(lists.seens, seen),
        ];
    }
    const more = rest.get(place) ?? {};
    Object.assign(f, more.f);
    const by = updatedBy[place];
    return {
      entity: group.entity,
      id,
      values: bare.has(place) ? null : at(rows, row++),
      updatedAt: at(group.updatedAt, place) + at(moments, place),
      updatedBy: typeof by === 'string' ? by : '',
      state: {
        c: stamp,
        f,
        t: more.t ?? touchedBy(stamp, f),
        ...(more.d === undefined ? {} : { d: more.d }),
        ...(more.o === undefined ? {} : { o: more.o }),
        ...(more.b === undefined ? {} : { b: more.b }),
      },
      history: history.get(place) ?? [],
    };
  });
}

function unpackRows(
  fields: Readonly<Record<string, Column>>,
  moments: readonly number[],
): Record<string, Scalar>[] {
  const rows = moments.map((): Record<string, Scalar> => ({}));
  for (const [name, column] of Object.entries(fields))
    for (const [place, value] of unpackColumn(column, moments).entries()) at(rows, place)[name] = value;
  return rows;
}

function unpackCreated(
  { created }: Group,
  moments: readonly number[],
  lists: { origins: string[]; seens: CausalContext[] },
): (StampJson | null)[] {
  const origins = unpackColumn(created.origin, moments);
  const seens = unpackColumn(created.seen, moments);
  const numbers = sums(created.number);
  return moments.map((moment, place): StampJson | null => {
    const number = at(numbers, place);
    if (number === 0) return null;
    const time = at(created.time, place) + moment * ticksPerMillisecond;
    return [time, at(lists.origins, Number(origins[place])), number, at(lists.seens, Number(seens[place]))];
  });
}

/** The last change of each origin that set something still in force: what `t` says, but for values overruled since. */
function touchedBy(created: StampJson | null, f: RecordStateJson['f']): Record<string, number> {
  const touched: Record<string, number> = {};
  const note = ([, origin, number]: StampJson): void => {
    touched[origin] = Math.max(touched[origin] ?? 0, number);
  };
  if (created !== null) note(created);
  for (const heads of Object.values(f)) {
    if (isStamp(heads)) note(heads);
    else for (const [stamp] of heads) note(stamp);
  }
  return touched;
}

function isSame(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => a[key] === b[key]);
}

function isStamp(heads: RecordStateJson['f'][string]): heads is StampJson {
  return typeof heads[0] === 'number';
}

function idOf(prefix: number, tail: string): string {
  const id = prefix.toString(16).padStart(12, '0') + tail;
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}

/** Each number as how much larger it is than the one before; the first as it is. */
function steps(numbers: readonly number[]): number[] {
  return numbers.map((number, place) => number - (numbers[place - 1] ?? 0));
}

function sums(numbers: readonly number[]): number[] {
  let sum = 0;
  return numbers.map((step) => (sum += step));
}

function at<T>(list: readonly T[], place: number): T {
  const value = list[place];
  if (value === undefined) throw new RangeError(`There is nothing at place ${place} of ${list.length}`);
  return value;
}
