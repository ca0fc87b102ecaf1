/** Bytes that do not say what they should. The message is for the log. */
export class ColumnsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ColumnsError';
  }
}

/** Longest text taken, in bytes; the fields of a change are held shorter by their own rules. */
const textLimit = 4 * 65_536;

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Up to this length a text is looked at letter by letter: most are names and words, in ASCII. */
const shortText = 64;

const nothingWritten = new Uint8Array(0);
/** No larger: up to here V8 keeps the bytes with the object. */
const firstRoom = 64;

/** Writes numbers and texts one behind the other, in a buffer that grows. */
export class ByteWriter {
  // A batch has several of these for each field, and not all of them are written to.
  #bytes = nothingWritten;
  #length = 0;

  /** What was written so far. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What another one has written so far. */
  join(other: ByteWriter): void {
    this.#room(other.#length);
    for (let index = 0; index < other.#length; index += 1)
      this.#bytes[this.#length + index] = other.#bytes[index] ?? 0;
    this.#length += other.#length;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first (LEB128). */
  unsigned(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A whole number of either sign with less than 53 bits: the sign is the lowest bit. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -value * 2 - 1 : value * 2);
  }

  /** A number near `previous`: 0 and itself when it is not, otherwise one more than `signed` of the difference. */
  near(value: number, previous: number): void {
    const difference = value - previous;
    if (Math.abs(difference) >= 2 ** 50) {
      this.byte(0);
      this.unsigned(value);
    } else {
      this.unsigned((difference < 0 ? -difference * 2 - 1 : difference * 2) + 1);
    }
  }

  /** Four bytes, lowest first, of a whole number from 0 to 2^32 - 1. */
  fixed32(value: number): void {
    this.#room(4);
    new DataView(this.#bytes.buffer).setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Eight bytes, IEEE 754, lowest first. */
  float(value: number): void {
    this.#room(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Twice the length in bytes, then UTF-8; a text that UTF-8 cannot say is UTF-16, and the length is odd. */
  text(value: string): void {
    if (value.length <= shortText && this.#ascii(value)) return;
    const isWhole = value.isWellFormed();
    const bytes = isWhole ? utf8.encode(value) : utf16(value);
    this.unsigned(bytes.length * 2 + (isWhole ? 0 : 1));
    this.raw(bytes);
  }

  /** Writes a short text if it is ASCII. @returns whether it is */
  #ascii(value: string): boolean {
    for (let index = 0; index < value.length; index += 1) if (value.charCodeAt(index) >= 0x80) return false;
    this.unsigned(value.length * 2);
    this.#room(value.length);
    for (let index = 0; index < value.length; index += 1)
      this.#bytes[this.#length + index] = value.charCodeAt(index);
    this.#length += value.length;
    return true;
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(firstRoom, this.#bytes.length * 2, this.#length + more));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }
}

/** Reads what `ByteWriter` wrote, and refuses everything else. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #place = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#place === this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#place];
    if (value === undefined) throw new ColumnsError('The message ends too early');
    this.#place += 1;
    return value;
  }

  raw(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#place) throw new ColumnsError('The message ends too early');
    this.#place += length;
    return this.#bytes.subarray(this.#place - length, this.#place);
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte % 0x80) * scale;
      if (!Number.isSafeInteger(value)) throw new ColumnsError('A number is too large');
      if (byte < 0x80) return value;
    }
  }

  /** `unsigned` that counts things of which at least a byte each must follow, or that index `limit` of them. */
  count(limit: number): number {
    const value = this.unsigned();
    if (value > limit) throw new ColumnsError(`A count of ${value}; at most ${limit} can be`);
    return value;
  }

  signed(): number {
    return withSign(this.unsigned());
  }

  near(previous: number): number {
    const value = this.unsigned();
    return value === 0 ? this.unsigned() : previous + withSign(value - 1);
  }

  fixed32(): number {
    const bytes = this.raw(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  float(): number {
    const bytes = this.raw(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  text(): string {
    const size = this.count(textLimit * 2);
    const bytes = this.raw(Math.floor(size / 2));
    if (size % 2 === 1) return fromUtf16(bytes);
    if (bytes.length <= shortText && bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
    try {
      return strictUtf8.decode(bytes);
    } catch {
      throw new ColumnsError('A text is not UTF-8');
    }
  }
}

const withSign = (value: number): number => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);

function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < text.length; index += 1)
    view.setUint16(index * 2, text.charCodeAt(index), true);
  return bytes;
}

function fromUtf16(bytes: Uint8Array): string {
  if (bytes.length % 2 === 1) throw new ColumnsError('Half a character');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = '';
  for (let place = 0; place < bytes.length; place += 2)
    text += String.fromCharCode(view.getUint16(place, true));
  return text;
}
