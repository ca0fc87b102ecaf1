import type { z } from 'zod';
import { lanes } from '../../domain/record.ts';
import type { Scalar } from '../../json.ts';
import { operations, type Change } from '../change.ts';
import { ticksPerMillisecond } from '../clock.ts';
import { proof, type Proof } from '../proof.ts';
import { seenSchema, type Seen } from '../seen.ts';
import { ByteReader, ByteWriter, ColumnsError } from './bytes.ts';
import { RecordColumn } from './record-ids.ts';
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
  proof: Proof;
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
 */
export function encodeColumns(head: BatchHead, changes: readonly Change[]): Uint8Array {
  const out = new ByteWriter();
  out.text(head.vessel);
  out.text(head.origin);
  out.unsigned(lanes.indexOf(head.lane));
  out.unsigned(head.after);
  out.unsigned(head.attempt);
  out.raw(fromHex(head.hash));
  out.text(JSON.stringify(head.proof));
  out.unsigned(changes.length);

  const kinds = new Shared<Kind>();
  const writers = new Shared<Writer>();
  const seens = new Shared<Seen>();
  const names = new Shared<string[]>();
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
    names: names.place(Object.keys(change.fields).sort()),
  }));
  writeShared(out, kinds.values, ([entity, operation, lane, version]) => {
    out.text(entity);
    out.unsigned(operation);
    out.unsigned(lane);
    out.unsigned(version);
  });
  writeShared(out, writers.values, ([id, name, device]) => {
    out.unsigned(id === null ? 0 : 1);
    if (id !== null) out.text(id);
    out.text(name);
    out.text(device);
  });
  writeShared(out, seens.values, (seen) => out.text(JSON.stringify(seen)));
  writeShared(out, names.values, (list) => {
    out.unsigned(list.length);
    for (const name of list) out.text(name);
  });

  let number = 0;
  for (const { change } of rows) {
    out.unsigned(change.number - number - 1);
    number = change.number;
  }
  let at = 0;
  for (const { change } of rows) {
    out.near(change.at, at);
    at = change.at;
  }
  let time = 0;
  for (const { change } of rows) {
    writeTime(out, change, time);
    time = change.time;
  }
  for (const row of rows) out.unsigned(row.kind);
  for (const row of rows) out.unsigned(row.writer);
  for (const row of rows) out.unsigned(row.seen);
  for (const row of rows) out.unsigned(row.names);

  const records = new RecordColumn();
  const ids = new ByteWriter();
  const contexts = rows.map(({ change }): ValueContext => {
    records.write(out, ids, change.recordId, change.at);
    return { at: change.at, actorName: change.actorName, record: records.placeOf(change.recordId) };
  });
  out.raw(ids.done());

  const layout = rows.map(({ change, names: place }) => ({
    entity: change.entity,
    names: names.values[place] ?? [],
  }));
  for (const column of columnsOf(layout))
    writeColumn(
      out,
      column.rows.map((row) => ({
        value: required(rows[row]).change.fields[column.name] ?? null,
        context: required(contexts[row]),
      })),
    );
  return out.done();
}

/** Most names that a change's fields can have. */
const fieldLimit = 200;

/**
 * Reads what `encodeColumns` wrote. The changes are as they were said, not yet checked against any rule.
 * @param limit most changes taken
 * @throws ColumnsError
 */
export function decodeColumns(bytes: Uint8Array, limit: number): { head: BatchHead; changes: Change[] } {
  const from = new ByteReader(bytes);
  const head: BatchHead = {
    vessel: from.text(),
    origin: from.text(),
    lane: chosen(lanes, from),
    after: from.unsigned(),
    attempt: from.unsigned(),
    hash: toHex(from.raw(32)),
    proof: parsedText(proof, from.text()),
  };
  const length = from.count(limit);
  const kinds = readShared(from, length, () => ({
    entity: from.text(),
    operation: chosen(operations, from),
    lane: chosen(lanes, from),
    version: from.unsigned(),
  }));
  const writers = readShared(from, length, () => ({
    actorId: from.unsigned() === 0 ? null : from.text(),
    actorName: from.text(),
    device: from.text(),
  }));
  const seens = readShared(from, length, () => parsedText(seenSchema, from.text()));
  const names = readShared(from, length, () =>
    Array.from({ length: from.count(fieldLimit) }, () => fieldName(from.text())),
  );

  let number = 0;
  const numbers = repeat(length, () => (number += from.unsigned() + 1));
  let at = 0;
  const ats = repeat(length, () => (at = from.near(at)));
  let time = 0;
  const times = ats.map((each) => (time = readTime(from, each, time)));
  const kindOf = repeat(length, () => pick(kinds, from));
  const writerOf = repeat(length, () => pick(writers, from));
  const seenOf = repeat(length, () => pick(seens, from));
  const namesOf = repeat(length, () => pick(names, from));

  const references = repeat(length, () => from.unsigned());
  const records = new RecordColumn();
  const recordIds = references.map((reference, row) => records.read(reference, from, required(ats[row])));
  const contexts = recordIds.map((id, row): ValueContext => ({
    at: required(ats[row]),
    actorName: required(writerOf[row]).actorName,
    record: records.placeOf(id),
  }));

  const fields = repeat(length, (): Record<string, Scalar> => ({}));
  const layout = namesOf.map((list, row) => ({ entity: required(kindOf[row]).entity, names: list }));
  for (const column of columnsOf(layout)) {
    const values = readColumn(
      from,
      column.rows.map((row) => required(contexts[row])),
    );
    column.rows.forEach((row, place) => (required(fields[row])[column.name] = values[place] ?? null));
  }
  if (!from.isAtEnd) throw new ColumnsError('More follows than the batch says');
  return {
    head,
    changes: recordIds.map((recordId, row) => ({
      origin: head.origin,
      number: required(numbers[row]),
      time: required(times[row]),
      at: required(ats[row]),
      seen: required(seenOf[row]),
      recordId,
      fields: required(fields[row]),
      ...required(kindOf[row]),
      ...required(writerOf[row]),
    })),
  };
}

/** For every field of every kind of record, the rows that have it, in the order in which they first come. */
function columnsOf(
  layout: readonly { entity: string; names: readonly string[] }[],
): { name: string; rows: number[] }[] {
  const columns = new Map<string, { name: string; rows: number[] }>();
  layout.forEach(({ entity, names }, row) => {
    for (const name of names) {
      const key = `${entity} ${name}`;
      const column = columns.get(key) ?? { name, rows: [] };
      column.rows.push(row);
      columns.set(key, column);
    }
  });
  return [...columns.values()];
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

function parsedText<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new ColumnsError('What a writer or the sender had seen cannot be read');
  }
}

/** Names are keys of an object here: one that JavaScript takes for something else must not become one. */
function fieldName(text: string): string {
  if (!/^[a-z][A-Za-z0-9]{0,59}$/.test(text)) throw new ColumnsError('A name that no field can have');
  return text;
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
