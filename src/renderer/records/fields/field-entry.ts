import type { z } from 'zod';
import type { Scalar } from '#shared/json.ts';
import type { FieldDeclaration } from '#shared/records/define-record.ts';
import { parseDay } from '../../lib/day-entry.ts';
import { formatCount } from '../../lib/format.ts';
import type { Pick as RecordPick } from '../../ui/combo-field.tsx';
import type { RecordLabels } from '../words/record-labels.ts';

/** What an editor holds: text where a person types or chooses, a record where the field points to one. */
export type FieldEntry = string | RecordPick | null;
/** By field name. */
export type FormEntries = Readonly<Record<string, FieldEntry>>;

/** What to know of the place to read what was typed there. */
export type Place = Pick<RecordLabels, 'instantAt' | 'today'>;

/** A stored value as its editor shows it. */
export function entryOf(
  declared: FieldDeclaration,
  value: unknown,
  words: Pick<RecordLabels, 'instant' | 'nameOf'>,
): FieldEntry {
  if (declared.type === 'reference')
    return typeof value === 'string'
      ? { id: value, label: words.nameOf(declared.refersTo ?? '', value) }
      : null;
  if (typeof value === 'string')
    return declared.type === 'instant' && value !== '' ? words.instant(value) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** True where nobody entered anything. */
export function isEmpty(entry: FieldEntry): boolean {
  return entry === null || (typeof entry === 'string' && entry.trim() === '');
}

export function isSame(one: FieldEntry | undefined, other: FieldEntry | undefined): boolean {
  const text = (entry: FieldEntry | undefined): unknown =>
    typeof entry === 'object' && entry !== null ? entry.id : (entry ?? null);
  return text(one) === text(other);
}

/** The value that was entered, or what is wrong with it, in words for the person at the form. */
export function readEntry(
  declared: FieldDeclaration,
  entry: FieldEntry,
  place: Place,
): { value: Scalar } | { wrong: string } {
  const value = valueOf(declared, entry, place);
  if (value === undefined) return { wrong: notRead(declared, entry) };
  const checked = declared.shape.safeParse(value);
  if (checked.success) return { value: checked.data as Scalar };
  return { wrong: wordsOf(declared, entry, checked.error.issues) };
}

/** As the field would hold it; undefined where it cannot be read. */
function valueOf(declared: FieldDeclaration, entry: FieldEntry, place: Place): Scalar | undefined {
  if (entry === null || typeof entry === 'object') return entry?.id ?? (declared.nullable ? null : undefined);
  const text = entry.trim();
  if (text === '' && (declared.nullable || declared.kind !== 'text'))
    return declared.nullable ? null : undefined;
  switch (declared.type) {
    case 'hours':
    case 'number':
    case 'whole': {
      const number = Number(text.replaceAll(/[\s_]/g, '').replace(',', '.'));
      return Number.isFinite(number) ? number : undefined;
    }
    case 'flag':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'day':
      return parseDay(text, place.today()) ?? undefined;
    case 'instant':
      return parseInstant(text, place) ?? undefined;
    default:
      return entry;
  }
}

/** Reads `14 Mar 14:02`, `2026-03-14 14:02` and `today 9:30`, in the time of the place. */
function parseInstant(text: string, place: Place): string | null {
  const parts = /^(.+?)[,\s]+(\d{1,2})[:.](\d{2})$/.exec(text);
  const day = parts === null ? null : parseDay(parts[1] ?? '', place.today());
  const [hour, minute] = [Number(parts?.[2]), Number(parts?.[3])];
  if (day === null || hour > 23 || minute > 59) return null;
  return place.instantAt(day, `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
}

function notRead(declared: FieldDeclaration, entry: FieldEntry): string {
  if (isEmpty(entry)) return needed(declared);
  switch (declared.type) {
    case 'hours':
      return 'Hours as a number from 0 up, such as 2.5';
    case 'number':
      return 'A number, such as 14.5';
    case 'whole':
      return 'A whole number, such as 12';
    case 'day':
      return 'Not a date. Write it as 14 Mar 2026, or choose it from the calendar.';
    case 'instant':
      return 'Not a date and time. Write it as 14 Mar 2026 14:02.';
    default:
      return 'This cannot be read.';
  }
}

function needed({ type, label }: FieldDeclaration): string {
  return type === 'choice' || type === 'flag' || type === 'reference'
    ? 'Choose one: this is needed'
    : `${label} is needed`;
}

/** What zod says where a declaration gives no words of its own. */
const unworded = /^(Too small|Too big|Invalid|Unrecognized)/;

function wordsOf(declared: FieldDeclaration, entry: FieldEntry, issues: readonly z.core.$ZodIssue[]): string {
  const [issue] = issues;
  if (issue === undefined) return notRead(declared, entry);
  if (!unworded.test(issue.message)) return issue.message;
  const isText = declared.type === 'text' || declared.type === 'lines';
  if (issue.code === 'too_small' && isText)
    return isEmpty(entry) ? needed(declared) : `At least ${formatCount(Number(issue.minimum))} characters`;
  if (issue.code === 'too_big' && typeof entry === 'string' && isText)
    return `At most ${formatCount(Number(issue.maximum))} characters; this has ${formatCount(entry.trim().length)}`;
  if (issue.code === 'too_small') return `At least ${withUnit(declared, Number(issue.minimum))}`;
  if (issue.code === 'too_big') return `At most ${withUnit(declared, Number(issue.maximum))}`;
  return issue.code === 'invalid_format' ? 'This is not written as it has to be' : notRead(declared, entry);
}

function withUnit({ type }: FieldDeclaration, number: number): string {
  return type === 'hours' ? `${formatCount(number)} h` : formatCount(number);
}
