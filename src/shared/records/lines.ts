import { recordSpecs } from './catalogue.ts';
import type { RecordDeclaration } from './define-record.ts';

/** A kind whose records are lines of another one's. */
export type LineDeclaration = RecordDeclaration & { parent: string };

/**
 * So many lines of a kind a record's own page has, and nobody enters more: it is deleted with all of them in one transaction. Where
 * two sides that did not see each other entered more together, they are read as a list.
 */
export const mostLines = 500;

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

/**
 * The record that gets a line by these values, if they name one, as for a new line and for one that is moved.
 * @returns null for a kind of which there are no lines
 */
export function parentNamed(
  spec: RecordDeclaration,
  values: Readonly<Record<string, unknown>>,
): { field: string; id: string } | null {
  if (!isLine(spec)) return null;
  const id = values[spec.parent];
  return typeof id === 'string' ? { field: spec.parent, id } : null;
}

/** Why there is no room for another line of the kind. */
export function noRoomText({ names, fields, parent }: RecordDeclaration): string {
  const under = parent === undefined ? 'record' : (fields[parent]?.label ?? parent).toLowerCase();
  return `This ${under} has ${mostLines} ${names.many.toLowerCase()}, which is the most. Nothing was saved.`;
}
