import type { z } from 'zod';
import { parseBoundedJson, type JsonLimits } from '../../bounded-json.ts';
import { lanes } from '../../records/record.ts';
import type { Scalar } from '../../json.ts';
import { fieldLimit, operations, type Change } from '../change.ts';
import { ticksPerMillisecond } from '../clock.ts';
import { originLimit, rangeLimit } from '../message-limits.ts';
import { headFingerprints, type HeadFingerprints } from '../head-fingerprints.ts';
import { causalContextOnWire, type CausalContext } from '../causal-context.ts';
import { ByteReader, ByteWriter, ColumnsError } from './bytes.ts';
import { readMasks, writeMasks } from './field-masks.ts';
import {
  RecordReferenceReader,
  RecordReferenceWriter,
  noReferences,
  readRecordReferences,
  type CreationOf,
  type RecordReferences,
} from './record-references.ts';
import { RecordColumn } from './record-ids.ts';
import { readDeltas, writeDeltas } from './delta-encoding.ts';
import { batchSizeLimit, batchValueLimit, headSize, seenSize, UnfoldedMeter, valueSize } from './unfolded.ts';
import { readColumn, writeColumn, type ValueContext } from './values.ts';

/** What travels of a batch besides its changes. `frame.ts` says what each means. */
export interface BatchHead {
  vessel: string;
  origin: string;
  lane: (typeof lanes)[number];
  after: number;
  /** Hexadecimal, 64 digits. */
  hash: string;
  attempt: number;
  proof: HeadFingerprints;
}

/** Things that many changes share, each said once, then named by its place. */
class Shared<T> {
  readonly #places = new Map<string, number>();
  readonly values: T[] = [];

  place(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

type Kind = [entity: string, operation: number, lane: number, version: number];
type Writer = [id: string | null, name: string, device: string];

/**
 * The changes of a batch in columns: for each property all changes' values in a row, which compresses to half of what
 * the changes one by one do. `docs/protocol.md` has it byte by byte.
 * @param changes in order of their numbers, all of the head's origin
 * @param creationOf which records the receiver knows by the change that created them
 */
export function encodeColumns(
  head: BatchHead,
  changes: readonly Change[],
  creationOf: CreationOf = noReferences,
): Uint8Array {
  const steps = columnsInSteps(head, changes, creationOf);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Values put into columns at a step: some milliseconds. */
const valuesAStep = 2_000;

/** As `encodeColumns`, a step at a time, so that something else can be done in between. */
export function* columnsInSteps(
  head: BatchHead,
  changes: readonly Change[],
  creationOf: CreationOf = noReferences,
): Generator<void, Uint8Array, void> {
  const known = new RecordReferenceWriter(creationOf);
  const body = new ByteWriter();
  const kinds = new Shared<Kind>();
  const writers = new Shared<Writer>();
  const seens = new Shared<CausalContext>();
  const rows = changes.map((change) => ({
    change,
    kind: kinds.place([
      change.entity,
      operations.indexOf(change.operation),
      lanes.indexOf(change.lane),
      change.version,
    ]),
    writer: writers.place([change.actorId, change.actorName, change.device]),
    seen: seens.place(change.seen),
    names: Object.keys(change.fields).sort(),
  }));
  writeShared(body, kinds.values, ([entity, operation, lane, version]) => {
    body.text(entity);
    body.unsigned(operation);
    body.unsigned(lane);
    body.unsigned(version);
  });
  writeShared(body, writers.values, ([id, name, device]) => {
    if (id === null) body.byte(0);
    else if (known.name(id)) body.byte(2);
    else {
      body.byte(1);
      body.text(id);
    }
    body.text(name);
    body.text(device);
  });
  writeShared(body, seens.values, (context) => body.text(JSON.stringify(context)));

  let number = 0;
  for (const { change } of rows) {
    body.unsigned(change.number - number - 1);
    number = change.number;
  }
  writeDeltas(
    body,
    changes.map(({ at }) => at),
  );
  let time = 0;
  for (const { change } of rows) {
    writeTime(body, change, time);
    time = change.time;
  }
  for (const row of rows) body.unsigned(row.kind);
  for (const row of rows) body.unsigned(row.writer);
  for (const row of rows) body.unsigned(row.seen);
  writeMasks(body, rows);
  if (changes.length * 8 > valuesAStep) yield;

  const records = new RecordColumn();
  const ids = new ByteWriter();
  const contexts = rows.map(({ change }): ValueContext => {
    const isNew = change.operation === 'create';
    records.write(change.recordId, { at: change.at, isNew }, { references: body, ids, known });
    return { at: change.at, actorName: change.actorName, record: records.placeOf(change.recordId) };
  });
  body.join(ids);

  let values = changes.length * 2;
  for (const column of columnsOf(rows.map(({ change, names }) => ({ entity: change.entity, names })))) {
    values += column.rows.length;
    if (values > valuesAStep) {
      yield;
      values = column.rows.length;
    }
    writeColumn(
      body,
      column.rows.map((row) => ({
        value: required(rows[row]).change.fields[column.name] ?? null,
        context: required(contexts[row]),
      })),
      known,
    );
  }

  const out = new ByteWriter();
  out.text(head.vessel);
  out.text(head.origin);
  out.unsigned(lanes.indexOf(head.lane));
  out.unsigned(head.after);
  out.unsigned(head.attempt);
  out.raw(fromHex(head.hash));
  out.text(JSON.stringify(head.proof));
  out.unsigned(changes.length);
  known.write(out);
  out.join(body);
  return out.done();
}

/** A batch whose changes can be read once it is known which records it names by their creation. */
export interface OpenedColumns {
  head: BatchHead;
  known: RecordReferences;
  /**
   * The changes as they were said, not yet checked against any rule.
   * @param ids of the records in `known`, in its order
   * @throws ColumnsError
   */
  changes(ids: readonly string[]): Change[];
}

/**
 * Begins to read what `encodeColumns` wrote.
 * @param limit most changes taken
 * @throws ColumnsError
 */
export function openColumns(bytes: Uint8Array, limit: number): OpenedColumns {
  const from = new ByteReader(bytes);
  const head: BatchHead = {
    vessel: from.text(),
    origin: from.text(),
    lane: chosen(lanes, from),
    after: from.unsigned(),
    attempt: from.unsigned(),
    hash: toHex(from.raw(32)),
    proof: parsedText(headFingerprints, from.text()),
  };
  const length = from.count(limit);
  if (length === 0) throw new ColumnsError('A batch without changes');
  const known = readRecordReferences(from);
  return {
    head,
    known,
    changes: (ids) => readChanges(from, head.origin, length, new RecordReferenceReader(ids)),
  };
}

function readChanges(
  from: ByteReader,
  origin: string,
  length: number,
  known: RecordReferenceReader,
): Change[] {
  const kinds = readShared(from, length, () => ({
    entity: from.text(),
    operation: chosen(operations, from),
    lane: chosen(lanes, from),
    version: from.unsigned(),
  }));
  const writers = readShared(from, length, () => ({
    actorId: readActor(from, known),
    actorName: from.text(),
    device: from.text(),
  }));
  let seenLength = 0;
  const seens = readShared(from, length, () => {
    const text = from.text();
    seenLength += text.length;
    if (seenLength > 2 * batchSizeLimit) throw new ColumnsError('Writers that had seen too much');
    return parsedText(causalContextOnWire, text);
  });

  let number = 0;
  const numbers = repeat(length, () => (number += from.unsigned() + 1));
  const ats = readDeltas(from, length);
  let time = 0;
  const times = ats.map((each) => (time = readTime(from, each, time)));
  const kindPlaces = repeat(length, () => from.count(kinds.length - 1));
  const writerOf = repeat(length, () => pick(writers, from));
  const seenOf = repeat(length, () => from.count(seens.length - 1));
  const meter = new UnfoldedMeter();
  const seenSizes = seens.map(seenSize);
  writerOf.forEach(({ actorName, device }, row) =>
    meter.add(row, headSize({ seen: {}, actorName, device }) + required(seenSizes[required(seenOf[row])])),
  );
  const namesOf = readMasks(from, kindPlaces, { names: fieldLimit, values: batchValueLimit });
  const kindOf = kindPlaces.map((place) => required(kinds[place]));

  const references = repeat(length, () => from.unsigned());
  const records = new RecordColumn();
  const recordIds = references.map((reference, row) =>
    records.read(reference, required(ats[row]), { ids: from, known }),
  );
  const contexts = recordIds.map((id, row): ValueContext => ({
    at: required(ats[row]),
    actorName: required(writerOf[row]).actorName,
    record: records.placeOf(id),
  }));

  const fields = repeat(length, (): Record<string, Scalar> => ({}));
  const layout = namesOf.map((names, row) => ({ entity: required(kindOf[row]).entity, names }));
  for (const column of columnsOf(layout)) {
    const inColumn = column.rows.map((row) => required(contexts[row]));
    const values = readColumn(from, inColumn, known, (place, value) =>
      meter.add(required(column.rows[place]), valueSize(column.name, value)),
    );
    column.rows.forEach((row, place) => (required(fields[row])[column.name] = values[place] ?? null));
  }
  if (!from.isAtEnd || !known.isAtEnd) throw new ColumnsError('More follows than the batch says');
  return recordIds.map((recordId, row) => ({
    origin,
    number: required(numbers[row]),
    time: required(times[row]),
    at: required(ats[row]),
    seen: required(seens[required(seenOf[row])]),
    recordId,
    fields: required(fields[row]),
    ...required(kindOf[row]),
    ...required(writerOf[row]),
  }));
}

function readActor(from: ByteReader, known: RecordReferenceReader): string | null {
  switch (from.byte()) {
    case 0:
      return null;
    case 1:
      return from.text();
    case 2:
      return known.next();
    default:
      throw new ColumnsError('A writer of no kind');
  }
}

/** For every field of every kind of record, the rows that have it, in the order in which they first come. */
function columnsOf(
  layout: readonly { entity: string; names: readonly string[] }[],
): { name: string; rows: number[] }[] {
  const columns: { name: string; rows: number[] }[] = [];
  const ofEntity = new Map<string, Map<string, number[]>>();
  layout.forEach(({ entity, names }, row) => {
    const known = ofEntity.get(entity) ?? new Map<string, number[]>();
    ofEntity.set(entity, known);
    for (const name of names) {
      const rows = known.get(name);
      if (rows !== undefined) {
        rows.push(row);
        continue;
      }
      const first = [row];
      known.set(name, first);
      columns.push({ name, rows: first });
    }
  });
  return columns;
}

/** A hybrid time this little above its writer's clock is said as that; a clock that is behind is not. */
const largestLead = 2 ** 20;

function writeTime(out: ByteWriter, { time, at }: Change, previous: number): void {
  const lead = time - ticksAt(at);
  if (lead >= 0 && lead < largestLead) {
    out.unsigned(lead + 1);
  } else {
    out.byte(0);
    out.near(time, previous);
  }
}

function readTime(from: ByteReader, at: number, previous: number): number {
  const lead = from.unsigned();
  return lead === 0 ? from.near(previous) : ticksAt(at) + lead - 1;
}

/** The hybrid time that a clock at `at` gives when nothing later was heard of. */
const ticksAt = (at: number): number => Math.min(at, 2 ** 42) * ticksPerMillisecond;

function writeShared<T>(out: ByteWriter, values: readonly T[], write: (value: T) => void): void {
  out.unsigned(values.length);
  values.forEach(write);
}

function readShared<T>(from: ByteReader, limit: number, read: () => T): T[] {
  return repeat(from.count(limit), read);
}

function pick<T>(values: readonly T[], from: ByteReader): T {
  const value = values[from.unsigned()];
  if (value === undefined) throw new ColumnsError('A place in a list that has fewer');
  return value;
}

function chosen<T>(values: readonly T[], from: ByteReader): T {
  return pick(values, from);
}

/** What a writer had seen: ranges in lists in an object. */
const sharedLimits: JsonLimits = {
  depth: 4,
  items: 3 * rangeLimit + 4 * originLimit,
  names: originLimit,
};

function parsedText<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(parseBoundedJson(text, sharedLimits));
  } catch {
    throw new ColumnsError('What a writer or the sender had seen cannot be read');
  }
}

function repeat<T>(length: number, make: () => T): T[] {
  return Array.from({ length }, make);
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new ColumnsError('A row without a value');
  return value;
}

function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
