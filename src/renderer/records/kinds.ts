import { collectionOf } from '#shared/records/collection.ts';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { isLine } from '#shared/records/lines.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';

/** Kinds that have pages of their own instead of those made from the declaration. */
const withOwnPages: ReadonlySet<string> = new Set([workOrderSpec.entity]);

/** A kind whose records are come to on the page of the record that one of its fields holds. */
export type ReachedDeclaration = RecordDeclaration & { reachedFrom: string };

/** Kinds whose pages are made from their declaration: all that people create and change by their fields, and that are no lines. */
export function pagedKinds(): readonly RecordDeclaration[] {
  return pagedAmong(recordSpecs);
}

export function pagedAmong(specs: readonly RecordDeclaration[]): readonly RecordDeclaration[] {
  return specs.filter((spec) => spec.isSpecial !== true && !withOwnPages.has(spec.entity) && !isLine(spec));
}

/** Of those the kinds that stand among a screen's pages: there is no room for what people come to from another record. */
export function placedKinds(specs: readonly RecordDeclaration[] = recordSpecs): readonly RecordDeclaration[] {
  return pagedAmong(specs).filter(({ reachedFrom }) => reachedFrom === undefined);
}

/** The kinds whose records are come to on the page of a record of this kind. */
export function kindsReachedFrom(
  entity: string,
  specs: readonly RecordDeclaration[] = recordSpecs,
): readonly ReachedDeclaration[] {
  return pagedAmong(specs)
    .filter((spec): spec is ReachedDeclaration => spec.reachedFrom !== undefined)
    .filter(({ fields, reachedFrom }) => fields[reachedFrom]?.refersTo === entity);
}

/** The kind whose page has that name in an address, such as `spare-parts`. */
export function kindAt(collection: string): RecordDeclaration | undefined {
  return pagedKinds().find((spec) => collectionOf(spec) === collection);
}
