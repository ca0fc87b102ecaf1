import { ColumnsError, type ByteReader, type ByteWriter } from './bytes.ts';

/** A record by the change that created it: what both ends of the link know it by, in three bytes instead of sixteen. */
export interface Creation {
  origin: string;
  number: number;
}

/** By which change a record was created, where the receiver is known to hold that change; null otherwise. */
export type CreationOf = (recordId: string) => Creation | null;

/** Most that one batch names so; whatever is beyond is written out. */
const mostNamed = 10_000;
const mostOrigins = 100;

/** Nothing is known to be held: every id is written out. */
export const noReferences: CreationOf = () => null;

/** Records that a batch names by their creation, in the order in which it does. */
export class RecordReferenceWriter {
  readonly #creationOf: CreationOf;
  readonly #origins: string[] = [];
  readonly #named: { place: number; number: number; id: string }[] = [];

  constructor(creationOf: CreationOf) {
    this.#creationOf = creationOf;
  }

  /** @returns false for a record that has to be written out */
  name(id: string): boolean {
    if (this.#named.length === mostNamed) return false;
    const creation = this.#creationOf(id);
    if (creation === null) return false;
    const known = this.#origins.indexOf(creation.origin);
    if (known === -1 && this.#origins.length === mostOrigins) return false;
    const place = known === -1 ? this.#origins.push(creation.origin) - 1 : known;
    this.#named.push({ place, number: creation.number, id });
    return true;
  }

  write(out: ByteWriter): void {
    out.unsigned(this.#origins.length);
    for (const origin of this.#origins) out.text(origin);
    if (this.#origins.length === 0) return;
    out.unsigned(this.#named.length);
    for (const { place, number } of this.#named) out.unsigned(number * this.#origins.length + place);
    out.fixed32(sumOf(this.#named.map(({ id }) => id)));
  }
}

/** What a batch names by its creation, to be looked up before the rest of it can be read. */
export interface RecordReferences {
  readonly creations: readonly Creation[];
  /** Sum of the ids that the sender meant. */
  readonly sum: number;
}

export function readRecordReferences(from: ByteReader): RecordReferences {
  const origins = Array.from({ length: from.count(mostOrigins) }, () => from.text());
  if (origins.length === 0) return { creations: [], sum: 0 };
  const creations = Array.from({ length: from.count(mostNamed) }, () => {
    const value = from.unsigned();
    const origin = origins[value % origins.length] ?? '';
    return { origin, number: Math.floor(value / origins.length) };
  });
  return { creations, sum: from.fixed32() };
}

/** The ids of the records that a batch names, handed out in its order. */
export class RecordReferenceReader {
  readonly #ids: readonly string[];
  #place = 0;

  constructor(ids: readonly string[]) {
    this.#ids = ids;
  }

  next(): string {
    const id = this.#ids[this.#place];
    if (id === undefined) throw new ColumnsError('A record that the batch does not name');
    this.#place += 1;
    return id;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#ids.length;
  }
}

/**
 * FNV-1a, 32 bits, of ids in their order: against two journals under one name, in which a number can stand for another
 * record. A batch whose sum is another is refused, and comes again with its ids written out.
 */
export function sumOf(ids: readonly string[]): number {
  let sum = 0x811c9dc5;
  for (const id of ids) {
    for (let index = 0; index < id.length; index += 1)
      sum = Math.imul(sum ^ id.charCodeAt(index), 0x01000193) >>> 0;
  }
  return sum;
}
