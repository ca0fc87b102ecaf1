import { ColumnsError, type ByteReader, type ByteWriter } from './bytes.ts';
import type { RecordReferenceReader, RecordReferenceWriter } from './record-references.ts';
import { bytesOfId, idOfBytes, millisecondsInId } from './uuid.ts';

/** How an id is said that is not one of the records before it in the batch. */
const said = {
  /** Made when the change was written, the one after the last new id: nothing follows. */
  nextNow: 0,
  /** The one after the last new id, made at another time: how many ms before or after the change. */
  next: 1,
  /** Made when the change was written: ten bytes that nobody can compute. */
  now: 2,
  /** Any other UUID: sixteen bytes. */
  uuid: 3,
  /** Not a UUID as we write them: its text. */
  text: 4,
  /** Known to the receiver: the next of those that the batch names by their creation. */
  known: 5,
} as const;
/** From here on: how many other records ago it was named last. */
const before = 6;

/** Which record each change of a batch is about. */
export class RecordColumn {
  readonly #recent: string[] = [];
  readonly #places = new Map<string, number>();
  /** What follows the time in the last id that was new. */
  #tail: Uint8Array = new Uint8Array(tailLength);

  /** A number for the record that is the same whenever it comes again. */
  placeOf(id: string): number {
    return this.#places.get(id) ?? -1;
  }

  write(
    id: string,
    { at, isNew }: { at: number; isNew: boolean },
    { references, ids, known }: { references: ByteWriter; ids: ByteWriter; known: RecordReferenceWriter },
  ): void {
    const earlier = this.#places.has(id) ? this.#recent.lastIndexOf(id) : -1;
    if (earlier !== -1) references.unsigned(this.#recent.length - 1 - earlier + before);
    else if (!isNew && known.name(id)) references.unsigned(said.known);
    else this.#writeOut(id, at, { references, ids });
    this.#remember(id, earlier);
  }

  #writeOut(id: string, at: number, { references, ids }: { references: ByteWriter; ids: ByteWriter }): void {
    const bytes = bytesOfId(id);
    if (bytes === null) {
      references.unsigned(said.text);
      ids.text(id);
      return;
    }
    const later = millisecondsInId(bytes) - at;
    const tail = bytes.subarray(timeLength);
    const isNext = sameBytes(tail, following(this.#tail));
    if (isNext && later === 0) {
      references.unsigned(said.nextNow);
    } else if (isNext && Math.abs(later) < largestLag) {
      references.unsigned(said.next);
      ids.signed(later);
    } else if (later === 0) {
      references.unsigned(said.now);
      ids.raw(tail);
    } else {
      references.unsigned(said.uuid);
      ids.raw(bytes);
    }
    this.#tail = tail;
  }

  /** @param reference what stood in the column of references */
  read(
    reference: number,
    at: number,
    { ids, known }: { ids: ByteReader; known: RecordReferenceReader },
  ): string {
    if (reference >= before) {
      const place = this.#recent.length - 1 - (reference - before);
      const id = this.#recent[place];
      if (id === undefined) throw new ColumnsError('A record that was not in the batch before');
      this.#remember(id, place);
      return id;
    }
    const id =
      reference === said.known
        ? known.next()
        : reference === said.text
          ? ids.text()
          : idOfBytes(this.#readBytes(reference, at, ids));
    const earlier = this.#places.has(id) ? this.#recent.lastIndexOf(id) : -1;
    this.#remember(id, earlier);
    return id;
  }

  #readBytes(reference: number, at: number, ids: ByteReader): Uint8Array {
    const bytes = new Uint8Array(timeLength + tailLength);
    if (reference === said.uuid) {
      bytes.set(ids.raw(timeLength + tailLength));
    } else {
      const made = reference === said.next ? at + ids.signed() : at;
      const view = new DataView(bytes.buffer);
      view.setUint16(0, Math.floor(made / 2 ** 32) % 2 ** 16);
      view.setUint32(2, made % 2 ** 32);
      bytes.set(reference === said.now ? ids.raw(tailLength) : following(this.#tail), timeLength);
    }
    this.#tail = bytes.subarray(timeLength);
    return bytes;
  }

  #remember(id: string, earlier: number): void {
    if (earlier !== -1) this.#recent.splice(earlier, 1);
    this.#recent.push(id);
    if (!this.#places.has(id)) this.#places.set(id, this.#places.size);
  }
}

const timeLength = 6;
const tailLength = 10;
const largestLag = 2 ** 31;

/** The last four bytes as a number, one higher. */
function following(tail: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(tail);
  const view = new DataView(bytes.buffer);
  view.setUint32(tailLength - 4, (view.getUint32(tailLength - 4) + 1) % 2 ** 32);
  return bytes;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index]);
}
