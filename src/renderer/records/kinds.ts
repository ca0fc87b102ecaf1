import { collectionOf } from '#shared/records/collection.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';

/** Kinds that have pages of their own instead of those made from the declaration. */
const withOwnPages: ReadonlySet<string> = new Set([workOrderSpec.entity]);

/** Kinds whose pages are made from their declaration: all that people create and change by their fields. */
export function pagedKinds(): readonly RecordDeclaration[] {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return declared.filter(({ entity, isSpecial }) => isSpecial !== true && !withOwnPages.has(entity));
}

/** The kind whose page has that name in an address, such as `spare-parts`. */
export function kindAt(collection: string): RecordDeclaration | undefined {
  return pagedKinds().find((spec) => collectionOf(spec) === collection);
}
