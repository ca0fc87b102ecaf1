import type { FieldDeclaration, RecordDeclaration } from '#shared/records/define-record.ts';
import { shownFields } from '#shared/records/lists.ts';

/** The fields by which a list of the kind can be narrowed. */
export function filteredFields(
  spec: Pick<RecordDeclaration, 'fields'>,
): [name: string, declared: FieldDeclaration][] {
  return shownFields(spec).filter(
    ([, { type }]) => type === 'choice' || type === 'flag' || type === 'reference',
  );
}

/** What people call the values that such a field can be narrowed to, by how they are written; none for a reference. */
export function filterWords({ type, words }: FieldDeclaration): Readonly<Record<string, string>> {
  return type === 'flag' ? { true: 'Yes', false: 'No' } : (words ?? {});
}
