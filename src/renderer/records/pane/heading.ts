import type { RecordDeclaration } from '#shared/records/define-record.ts';
import type { SeenRecord } from '../port.ts';

/**
 * What stands over a record: its number or code in the bar, and its name as the heading. A kind that is called by one field
 * alone has its own name in the bar.
 */
export function headingOf(
  spec: Pick<RecordDeclaration, 'names' | 'title' | 'entity' | 'fields' | 'number'>,
  { values, title }: Pick<SeenRecord, 'values' | 'title'>,
): { head: string; heading: string } {
  const { number, names } = spec;
  const numbered = number === undefined ? undefined : values[number.field];
  if (number !== undefined && typeof numbered === 'string' && !spec.title.includes(number.field))
    return { head: numbered, heading: title };
  const [first, ...rest] = spec.title.map((field) => values[field]);
  const named = rest.filter((value) => typeof value === 'string' && value !== '').join(' ');
  return named === '' || typeof first !== 'string'
    ? { head: names.one, heading: title }
    : { head: first, heading: named };
}
