import type { FieldDeclaration, FieldType, RecordDeclaration } from '#shared/records/define-record.ts';
import { shownFields } from '#shared/records/lists.ts';

/** From which width of the list on a column is shown: always, from 800 px, from 1040 px. */
export type Room = 'narrow' | 'wide' | 'widest';

/** A field of a kind as a column of its list. */
export interface PlannedColumn {
  field: string;
  declared: FieldDeclaration;
  room: Room;
  /** For `grid-template-columns`. */
  width: string;
  isTitle: boolean;
}

/** Columns besides the mark, by how much room there is. */
const most: Readonly<Record<Room, number>> = { narrow: 4, wide: 6, widest: 8 };

const widths: Readonly<Record<FieldType, string>> = {
  text: 'minmax(96px, 1fr)',
  lines: 'minmax(96px, 1fr)',
  choice: 'minmax(88px, 1fr)',
  reference: 'minmax(120px, 1fr)',
  hours: '112px',
  number: '112px',
  whole: '88px',
  flag: '72px',
  day: '104px',
  instant: '148px',
};

/** What a list shows first where not all has room: what tells records apart at a glance. */
const weight: Readonly<Record<FieldType, number>> = {
  choice: 1,
  flag: 2,
  whole: 3,
  hours: 3,
  number: 3,
  day: 3,
  reference: 4,
  text: 5,
  instant: 6,
  lines: 9,
};

/** Which fields stand in the list of a kind, in the order in which it declares them, those by which people call a record first. */
export function planColumns(
  spec: Pick<RecordDeclaration, 'fields' | 'title' | 'number'>,
): readonly PlannedColumn[] {
  const called = [
    ...new Set([...(spec.number === undefined ? [] : [spec.number.field]), ...spec.title]),
  ].filter((field) => Object.hasOwn(spec.fields, field));
  const others = shownFields(spec)
    .filter(([field, { type }]) => !called.includes(field) && type !== 'lines')
    .toSorted(([, one], [, other]) => weight[one.type] - weight[other.type])
    .map(([field]) => field);
  const rank = new Map([...called, ...others].map((field, index) => [field, index]));
  const fields = [...called, ...Object.keys(spec.fields).filter((field) => others.includes(field))];
  return fields.flatMap((field) => {
    const declared = spec.fields[field];
    const room = roomOf(rank.get(field) ?? 0);
    if (declared === undefined || room === null) return [];
    const isTitle = called.includes(field);
    return [{ field, declared, room, isTitle, width: widthOf(field, declared, called) }];
  });
}

function roomOf(rank: number): Room | null {
  if (rank < most.narrow) return 'narrow';
  return rank < most.wide ? 'wide' : rank < most.widest ? 'widest' : null;
}

/** The last of the words by which people call a record has the room; what stands before it is a number or a code. */
function widthOf(field: string, { type }: FieldDeclaration, called: readonly string[]): string {
  if (!called.includes(field)) return widths[type];
  return field === called.at(-1) ? 'minmax(144px, 2fr)' : '120px';
}

/** `grid-template-columns` of the list where there is so much room. */
export function templateOf(columns: readonly PlannedColumn[], room: Room): string {
  const shown = columns.filter((column) => isShown(column.room, room)).map(({ width }) => width);
  return ['12px', ...shown].join(' ');
}

const rooms: readonly Room[] = ['narrow', 'wide', 'widest'];

const isShown = (from: Room, room: Room): boolean => rooms.indexOf(from) <= rooms.indexOf(room);
