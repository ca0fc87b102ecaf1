import type { Subject } from './attachment.ts';
import { recordSpecs, specOf } from './catalogue.ts';
import { collectionOf } from './collection.ts';
import type { RecordDeclaration } from './define-record.ts';
import { workOrderSpec } from './work-order.ts';

/** Whether photos and documents may be attached to records of this kind. */
export function mayHaveAttachments(entity: string): boolean {
  return specOf(entity)?.attachments === true;
}

/** The kinds whose records may have something attached, by name. */
export function kindsWithAttachments(): string[] {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return declared.flatMap(({ entity, attachments }) => (attachments === true ? [entity] : []));
}

/** What those kinds are called in an address. */
export function attachedCollections(): string[] {
  return kindsWithAttachments().flatMap((entity) => {
    const spec = specOf(entity);
    return spec === undefined ? [] : [collectionOf(spec)];
  });
}

/** The kind that is called so in an address. @throws where none is that may have attachments */
export function kindInCollection(collection: string): string {
  const found = kindsWithAttachments()[attachedCollections().indexOf(collection)];
  if (found === undefined) throw new Error(`Nothing is attached to ${collection}`);
  return found;
}

/**
 * The columns in which an attachment's table says what it hangs on: orders have one of their own.
 * @returns the column that holds the record's id, and the kind that has to stand beside it; null for orders
 */
export function subjectColumns(entity: Subject['entity']): { id: string; kind: string | null } {
  return entity === workOrderSpec.entity
    ? { id: 'work_order_id', kind: null }
    : { id: 'subject_id', kind: entity };
}
