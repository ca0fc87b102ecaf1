import { ColumnsError, type ByteReader, type ByteWriter } from './bytes.ts';
import { bytesOfId, idOfBytes, millisecondsInId } from './uuid.ts';

/**
 * Which record each change is about: 0 for one whose id was made when the change was written (ten bytes follow that
 * nobody can compute), 1 for any other that was not in the batch before (sixteen bytes), 2 for an id that is not a
 * UUID as we write them (its text), and from 3 on one that was: how many other records ago.
 */
export class RecordColumn {
  readonly #recent: string[] = [];
  readonly #places = new Map<string, number>();

  /** A number for the record that is the same whenever it comes again. */
  placeOf(id: string): number {
    return this.#places.get(id) ?? -1;
  }

  write(references: ByteWriter, ids: ByteWriter, id: string, at: number): void {
    const known = this.#recent.lastIndexOf(id);
    if (known !== -1) {
      references.unsigned(this.#recent.length - 1 - known + 3);
      this.#remember(id, known);
      return;
    }
    const bytes = bytesOfId(id);
    if (bytes === null) {
      references.unsigned(2);
      ids.text(id);
    } else if (millisecondsInId(bytes) === at) {
      references.unsigned(0);
      ids.raw(bytes.subarray(6));
    } else {
      references.unsigned(1);
      ids.raw(bytes);
    }
    this.#remember(id, -1);
  }

  /** @param reference what stood in the column of references */
  read(reference: number, ids: ByteReader, at: number): string {
    if (reference >= 3) {
      const known = this.#recent.length - 1 - (reference - 3);
      const id = this.#recent[known];
      if (id === undefined) throw new ColumnsError('A record that was not in the batch before');
      this.#remember(id, known);
      return id;
    }
    const id =
      reference === 2 ? ids.text() : idOfBytes(reference === 0 ? madeAt(at, ids.raw(10)) : ids.raw(16));
    this.#remember(id, -1);
    return id;
  }

  #remember(id: string, known: number): void {
    if (known !== -1) this.#recent.splice(known, 1);
    this.#recent.push(id);
    if (!this.#places.has(id)) this.#places.set(id, this.#places.size);
  }
}

function madeAt(at: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(at / 2 ** 32) % 2 ** 16);
  view.setUint32(2, at % 2 ** 32);
  bytes.set(rest, 6);
  return bytes;
}
