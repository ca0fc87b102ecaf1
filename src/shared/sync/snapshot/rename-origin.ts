import type { CausalContext, Origin, StampJson } from '../causal-context.ts';
import type { RecordStateJson } from '../record-state-json.ts';
import type { SnapshotRecord } from './record.ts';

/** The same record, where what `from` wrote in it was written by `to`, which is named nowhere in it. */
export function renameOrigin(record: SnapshotRecord, from: Origin, to: Origin): SnapshotRecord {
  const nameOf = (origin: Origin): Origin => (origin === from ? to : origin);
  const context = (seen: CausalContext): CausalContext => byName(seen, nameOf);
  const stamp = ([time, origin, number, seen]: StampJson): StampJson => [
    time,
    nameOf(origin),
    number,
    context(seen),
  ];
  const heads = (stored: Heads): Heads =>
    isStamp(stored) ? stamp(stored) : stored.map(([each, value]) => [stamp(each), value]);
  const { c, f, t, d, o, b } = record.state;
  return {
    ...record,
    state: {
      c: c === null ? null : stamp(c),
      f: byField(f, heads),
      t: byName(t, nameOf),
      ...(d === undefined ? {} : { d: byField(byName(d, nameOf), stamp) }),
      ...(o === undefined ? {} : { o: byField(o, context) }),
      ...(b === undefined
        ? {}
        : {
            b: byField(b, (overruled) =>
              overruled.map(([origin, number, time, seen]): (typeof overruled)[number] => [
                nameOf(origin),
                number,
                time,
                context(seen),
              ]),
            ),
          }),
    },
    history: record.history.map((change) => ({
      ...change,
      origin: nameOf(change.origin),
      seen: context(change.seen),
    })),
  };
}

type Heads = RecordStateJson['f'][string];

const isStamp = (heads: Heads): heads is StampJson => typeof heads[0] === 'number';

function byName<T>(
  values: Readonly<Record<string, T>>,
  nameOf: (origin: Origin) => Origin,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([origin, value]) => [nameOf(origin), value]));
}

function byField<T, U>(values: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value)]));
}
