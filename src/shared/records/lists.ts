import type { FieldDeclaration, RecordDeclaration } from './define-record.ts';

type Listed = Pick<RecordDeclaration, 'fields' | 'search'>;

/** The fields that people see and give: all but those that are retired. */
export function shownFields({
  fields,
}: Pick<RecordDeclaration, 'fields'>): [name: string, field: FieldDeclaration][] {
  return Object.entries(fields).filter(([, { retired }]) => retired === undefined);
}

/** The fields in which words are looked for. */
export function searchedFields({ fields, search }: Listed): readonly string[] {
  return (
    search ??
    Object.entries(fields).flatMap(([name, { type }]) => (type === 'text' || type === 'lines' ? [name] : []))
  );
}

/** The values of a choice in the order in which they are sorted; null for any other field. */
export function listOrder({ fields }: Listed, name: string): readonly string[] | null {
  const words = fields[name]?.words;
  return words === undefined ? null : Object.keys(words);
}
