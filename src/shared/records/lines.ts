import { recordSpecs } from './catalogue.ts';
import type { RecordDeclaration } from './define-record.ts';

/** A kind whose records are lines of another one's. */
export type LineDeclaration = RecordDeclaration & { parent: string };

/** So many lines of a kind a record's own page has; more are read as a list. */
export const linesShown = 500;

/** The kinds whose records are lines of records of this kind. */
export function linesOf(entity: string): LineDeclaration[] {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return declared.filter(isLine).filter((spec) => parentOf(spec) === entity);
}

export function isLine(spec: RecordDeclaration): spec is LineDeclaration {
  return spec.parent !== undefined;
}

/** The kind that the lines belong to. @throws where the field that names the parent refers to no kind */
function parentOf({ entity, fields, parent }: LineDeclaration): string {
  const kind = fields[parent]?.refersTo;
  if (kind === undefined) throw new Error(`${entity} has no field '${parent}' that refers to its parent`);
  return kind;
}
