import type { FieldDeclaration } from '#shared/records/define-record.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { formatDay, formatHours, formatNumber } from '../../lib/format.ts';

/** A field of a kind of record, as it stands in a journal; this program may not know either. */
export interface FieldOf {
  entity: string;
  field: string;
}

/** What the record's declaration says of a field; undefined where this program has none. */
export function declarationOf({ entity, field }: FieldOf): FieldDeclaration | undefined {
  const fields = specOf(entity)?.fields;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

/** The name of a record's field as it stands on screen. */
export const fieldName = (of: FieldOf): string => declarationOf(of)?.label ?? of.field;

/** What kind of record an entity's name means. */
export const entityName = (entity: string): string => specOf(entity)?.names.one ?? entity;

/** What to know to put an id or an instant into words. */
export interface FieldContext {
  /** What people call the record of that kind that an id points to. */
  nameOf: (entity: string, id: string) => string;
  instant: (iso: string) => string;
}

/** A field's value as a person reads it; as it is stored where this program has no words for it. */
export function fieldValueText(of: FieldOf, value: unknown, context: FieldContext): string {
  if (value === null || value === undefined || value === '') return 'nothing';
  const declared = declarationOf(of);
  if (typeof value === 'number') {
    if (declared?.type === 'number') return formatNumber(value);
    return declared?.type === 'hours' ? formatHours(value) : String(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'string') return JSON.stringify(value);
  const { words = {}, refersTo } = declared ?? {};
  switch (declared?.type) {
    case 'choice':
      return Object.hasOwn(words, value) ? (words[value] ?? value) : value;
    case 'day':
      return formatDay(value);
    case 'instant':
      return context.instant(value);
    case 'reference':
      return refersTo === undefined ? value : context.nameOf(refersTo, value);
    default:
      return value;
  }
}

/** A record that a value points to. */
export interface Reference {
  entity: string;
  id: string;
}

/** The records that values of a field point to, to be named. */
export function referencesOf(of: FieldOf, values: readonly unknown[]): Reference[] {
  const entity = declarationOf(of)?.refersTo;
  if (entity === undefined) return [];
  return values.filter((value) => typeof value === 'string').map((id) => ({ entity, id }));
}
