import type { RecordDeclaration } from '#shared/records/define-record.ts';

/** The same kind without the field that holds the record on whose page it stands: that one is neither shown nor asked for. */
export function within(spec: RecordDeclaration, field: string): RecordDeclaration {
  const fields = Object.fromEntries(Object.entries(spec.fields).filter(([name]) => name !== field));
  return { ...spec, fields };
}

/** Under what it is kept that somebody began to enter a record there. */
export const newLineKey = (entity: string, parentId: string): string => `${entity}/new/${parentId}`;

/** `The first 500 of 1,200`; null where all are there. */
export function partWords(shown: number, total: number, format: (count: number) => string): string | null {
  return total > shown ? `The first ${format(shown)} of ${format(total)}` : null;
}
