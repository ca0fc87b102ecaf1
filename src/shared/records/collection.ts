import type { RecordDeclaration } from './define-record.ts';

/** `Spare parts` → `spare-parts`: the kind's records in an address. */
export function collectionOf({ names }: Pick<RecordDeclaration, 'names'>): string {
  return names.many.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
