import type { Subject } from './attachment.ts';
import { recordSpecs, specOf } from './catalogue.ts';
import { collectionOf } from './collection.ts';
import type { RecordDeclaration } from './define-record.ts';
import { workOrderSpec } from './work-order.ts';

/** Whether photos and documents may be attached to records of this kind. */
export function mayHaveAttachments(entity: string): boolean {
  return specOf(entity)?.attachments === true;
}

const attachable = (): RecordDeclaration[] => {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return declared.filter(({ attachments }) => attachments === true);
};

/** The kinds whose records may have something attached, by name. */
export function kindsWithAttachments(): string[] {
  return attachable().map(({ entity }) => entity);
}

/** What those kinds are called in an address. */
export function attachedCollections(): string[] {
  return attachable().map(collectionOf);
}

/** The kind that is called so in an address. @throws where none is that may have attachments */
export function kindInCollection(collection: string): string {
  const found = attachable().find((spec) => collectionOf(spec) === collection);
  if (found === undefined) throw new Error(`Nothing is attached to ${collection}`);
  return found.entity;
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
