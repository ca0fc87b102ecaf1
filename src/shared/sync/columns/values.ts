import type { Scalar } from '../../json.ts';
import { ByteReader, ByteWriter, ColumnsError } from './bytes.ts';
import type { RecordReferenceReader, RecordReferenceWriter } from './record-references.ts';

/** What is known of the change that a value stands in, on both ends alike. */
export interface ValueContext {
  /** Writer's wall clock, ms. */
  at: number;
  actorName: string;
  /** Which record, as any number that is the same for the same record. */
  record: number;
}

/** How a value is said; the order is the wire's. */
const tags = [
  'null',
  'false',
  'true',
  'integer',
  'float',
  'text',
  /** A text that stood in the column before: which. */
  'again',
  /** An instant as `toISOString` writes it: milliseconds from when the change was written. */
  'instant',
  /** A date as YYYY-MM-DD: days from the one before it in the column. */
  'date',
  /** The name of who wrote the change. */
  'actor',
  /** The text before it in the column with the number at its end one higher. */
  'next',
  /** What the record had here earlier in the batch, and more behind it. */
  'longer',
  /** Hundredths. */
  'hundredths',
  /** The id of a record that the receiver knows: the next of those that the batch names by their creation. */
  'record',
] as const;
type Tag = (typeof tags)[number];
const tagNumbers = Object.fromEntries(tags.map((tag, index) => [tag, index])) as Record<Tag, number>;

/** What both ends know of a column while they go through it. */
class ColumnMemory {
  readonly #texts: string[] = [];
  readonly #places = new Map<string, number>();
  readonly #ofRecord = new Map<number, string>();
  #day = 0;
  #last: string | null = null;
  /** Worked out when it is asked for. */
  #next: string | null | undefined;

  placeOf(text: string): number | undefined {
    return this.#places.get(text);
  }

  at(place: number): string {
    const text = this.#texts[place];
    if (text === undefined) throw new ColumnsError(`There are not ${place + 1} texts in the column yet`);
    return text;
  }

  daysAfterLast(day: number): number {
    return day - this.#day;
  }

  dayAfterLast(days: number): number {
    return this.#day + days;
  }

  get next(): string | null {
    if (this.#next === undefined) this.#next = this.#last === null ? null : following(this.#last);
    return this.#next;
  }

  /** As `next`, without working it out for a text that cannot be it. */
  isNext(text: string): boolean {
    return endsInDigit(text) && text === this.next;
  }

  earlierOf(record: number): string | undefined {
    return this.#ofRecord.get(record);
  }

  keep(value: Scalar, record: number): void {
    if (typeof value !== 'string') return;
    if (!this.#places.has(value)) {
      this.#places.set(value, this.#texts.length);
      this.#texts.push(value);
    }
    this.#ofRecord.set(record, value);
    this.#last = value;
    this.#next = undefined;
    const day = dayOf(value);
    if (day !== null) this.#day = day;
  }
}

/** One field's values, in the order of the changes that have it: what kind each is, then numbers, then texts. */
export function writeColumn(
  writer: ByteWriter,
  values: readonly { value: Scalar; context: ValueContext }[],
  known: RecordReferenceWriter,
): void {
  const kinds = new ByteWriter();
  const numbers = new ByteWriter();
  const texts = new ByteWriter();
  const memory = new ColumnMemory();
  for (const { value, context } of values) {
    kinds.byte(tagNumbers[writeValue(value, context, memory, { numbers, texts, known })]);
    memory.keep(value, context.record);
  }
  writer.join(kinds);
  writer.join(numbers);
  writer.join(texts);
}

function writeValue(
  value: Scalar,
  context: ValueContext,
  memory: ColumnMemory,
  { numbers, texts, known }: { numbers: ByteWriter; texts: ByteWriter; known: RecordReferenceWriter },
): Tag {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return writeNumber(value, numbers);
  if (value === context.actorName) return 'actor';
  if (memory.isNext(value)) return 'next';
  const instant = instantOf(value);
  if (instant !== null && Math.abs(instant - context.at) < largestInteger) {
    numbers.signed(instant - context.at);
    return 'instant';
  }
  const day = dayOf(value);
  if (day !== null) {
    numbers.signed(memory.daysAfterLast(day));
    return 'date';
  }
  const place = memory.placeOf(value);
  if (place !== undefined) {
    numbers.unsigned(place);
    return 'again';
  }
  if (value.length === idLength && known.name(value)) return 'record';
  const earlier = memory.earlierOf(context.record);
  if (earlier !== undefined && earlier !== '' && value.startsWith(earlier)) {
    texts.text(value.slice(earlier.length));
    return 'longer';
  }
  texts.text(value);
  return 'text';
}

const largestInteger = 2 ** 51;
const idLength = 36;

function writeNumber(value: number, numbers: ByteWriter): Tag {
  if (Number.isInteger(value) && Math.abs(value) < largestInteger) {
    numbers.signed(value);
    return 'integer';
  }
  const hundredths = Math.round(value * 100);
  if (hundredths / 100 === value && Math.abs(hundredths) < largestInteger) {
    numbers.signed(hundredths);
    return 'hundredths';
  }
  numbers.float(value);
  return 'float';
}

/**
 * Reads what `writeColumn` wrote.
 * @param onValue hears of each value, by its place, before more is made of it; what it throws ends the reading
 * @throws ColumnsError
 */
export function readColumn(
  reader: ByteReader,
  contexts: readonly ValueContext[],
  known: RecordReferenceReader,
  onValue: (place: number, value: Scalar) => void = () => undefined,
): Scalar[] {
  const kinds = contexts.map(() => tagOf(reader.byte()));
  const numbers = kinds.map((kind) => readNumber(kind, reader));
  const memory = new ColumnMemory();
  return contexts.map((context, index) => {
    const kind = kinds[index] ?? 'null';
    const value =
      kind === 'record' ? known.next() : readValue(kind, numbers[index] ?? 0, reader, context, memory);
    onValue(index, value);
    memory.keep(value, context.record);
    return value;
  });
}

function tagOf(byte: number): Tag {
  const tag = tags[byte];
  if (tag === undefined) throw new ColumnsError(`A value of kind ${byte}`);
  return tag;
}

function readNumber(kind: Tag, reader: ByteReader): number {
  switch (kind) {
    case 'integer':
    case 'hundredths':
    case 'instant':
    case 'date':
      return reader.signed();
    case 'again':
      return reader.unsigned();
    case 'float':
      return reader.float();
    default:
      return 0;
  }
}

function readValue(
  kind: Exclude<Tag, 'record'>,
  number: number,
  reader: ByteReader,
  context: ValueContext,
  memory: ColumnMemory,
): Scalar {
  switch (kind) {
    case 'null':
      return null;
    case 'false':
    case 'true':
      return kind === 'true';
    case 'integer':
    case 'float':
      return number;
    case 'hundredths':
      return number / 100;
    default:
      return readText(kind, number, reader, context, memory);
  }
}

type TextTag = Exclude<Tag, 'record' | 'null' | 'false' | 'true' | 'integer' | 'float' | 'hundredths'>;

function readText(
  kind: TextTag,
  number: number,
  reader: ByteReader,
  context: ValueContext,
  memory: ColumnMemory,
): string {
  switch (kind) {
    case 'text':
      return reader.text();
    case 'again':
      return memory.at(number);
    case 'instant':
      return instantText(context.at + number);
    case 'date':
      return dayText(memory.dayAfterLast(number));
    case 'actor':
      return context.actorName;
    case 'next':
      return memory.next ?? missing('text to count on from');
    case 'longer':
      return longer(memory.earlierOf(context.record) ?? missing('earlier text of the record'), reader.text());
    default:
      return kind satisfies never;
  }
}

/** Longest value that a field can have, in characters. Without a limit here a short message could grow without end. */
const valueLimit = 65_536;

function longer(earlier: string, more: string): string {
  if (earlier.length + more.length > valueLimit) throw new ColumnsError('A text without end');
  return earlier + more;
}

function missing(what: string): never {
  throw new ColumnsError(`The column has no ${what}`);
}

function endsInDigit(text: string): boolean {
  const code = text.charCodeAt(text.length - 1);
  return code >= 48 && code <= 57;
}

/** `WO-2026-000123` → `WO-2026-000124`; null for a text that does not end in a number. */
function following(text: string): string | null {
  // The end alone: a text of nothing but digits would be searched from each of them on.
  const digits = /\d{1,15}$/.exec(text.slice(-15))?.[0];
  if (digits === undefined) return null;
  const next = String(Number(digits) + 1);
  return text.slice(0, -digits.length) + next.padStart(digits.length, '0');
}

const dayMs = 86_400_000;
/** What a date can be: the years 0000 to 9999, whose text has one form. */
const earliest = Date.parse('0000-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

function instantOf(text: string): number | null {
  if (text.length !== 24 || !text.endsWith('Z')) return null;
  const instant = Date.parse(text);
  return isDate(instant) && new Date(instant).toISOString() === text ? instant : null;
}

function instantText(instant: number): string {
  if (!isDate(instant)) throw new ColumnsError('An instant that no calendar has');
  return new Date(instant).toISOString();
}

function dayOf(text: string): number | null {
  if (text.length !== 10 || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const instant = Date.parse(`${text}T00:00:00.000Z`);
  if (!isDate(instant)) return null;
  const day = instant / dayMs;
  return dayText(day) === text ? day : null;
}

function dayText(day: number): string {
  return instantText(day * dayMs).slice(0, 10);
}

const isDate = (instant: number): boolean => instant >= earliest && instant <= latest;
