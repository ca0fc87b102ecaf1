import { ColumnsError, type ByteReader, type ByteWriter } from './bytes.ts';

/**
 * Which fields each change has. For every kind of change the names that occur in it, each with 0 when all changes of
 * the kind have the field, otherwise with 1 and a bit for each of them, in their order, the lowest bit first.
 * @param rows the kind of each change and its fields' names
 */
export function writeMasks(
  out: ByteWriter,
  rows: readonly { kind: number; names: readonly string[] }[],
): void {
  for (const members of byKind(rows.map(({ kind }) => kind))) {
    const ofKind = members.map((row) => new Set(rows[row]?.names));
    const names = [...new Set(ofKind.flatMap((each) => [...each]))].sort();
    out.unsigned(names.length);
    for (const name of names) {
      out.text(name);
      const all = ofKind.every((each) => each.has(name));
      out.byte(all ? 0 : 1);
      if (!all)
        writeBits(
          out,
          ofKind.map((each) => each.has(name)),
        );
    }
  }
}

/**
 * Reads what `writeMasks` wrote.
 * @param limits most names that changes of a kind have, and most fields of all changes together
 * @returns the names of each change's fields, in order
 */
export function readMasks(
  from: ByteReader,
  kinds: readonly number[],
  { names: fieldLimit, values: valueLimit }: { names: number; values: number },
): string[][] {
  const found = kinds.map((): string[] => []);
  let values = 0;
  for (const members of byKind(kinds)) {
    const count = from.count(fieldLimit);
    for (let index = 0; index < count; index += 1) {
      const name = fieldName(from.text());
      values += members.length;
      if (values > valueLimit) throw new ColumnsError(`More than ${valueLimit} fields`);
      const isHad = from.byte() === 0 ? members.map(() => true) : readBits(from, members.length);
      members.forEach((row, place) => {
        if (isHad[place] === true) found[row]?.push(name);
      });
    }
  }
  return found;
}

/** The places of each kind's members; kinds in order of their numbers. */
function byKind(kinds: readonly number[]): number[][] {
  const members: number[][] = [];
  kinds.forEach((kind, row) => (members[kind] ??= []).push(row));
  return members.filter((each) => each !== undefined);
}

function writeBits(out: ByteWriter, bits: readonly boolean[]): void {
  for (let start = 0; start < bits.length; start += 8)
    out.byte(bits.slice(start, start + 8).reduce((byte, bit, place) => byte + (bit ? 2 ** place : 0), 0));
}

function readBits(from: ByteReader, count: number): boolean[] {
  const bytes = from.raw(Math.ceil(count / 8));
  return Array.from({ length: count }, (_, place) => (((bytes[place >> 3] ?? 0) >> (place & 7)) & 1) === 1);
}

/** Names are keys of an object here: one that JavaScript takes for something else must not become one. */
function fieldName(text: string): string {
  if (!/^[a-z][A-Za-z0-9]{0,59}$/.test(text)) throw new ColumnsError('A name that no field can have');
  return text;
}
