import { recordSpecs } from './catalogue.ts';
import type { RecordDeclaration } from './define-record.ts';
import { prefixOf } from './record-number.ts';

/** A kind whose records people call by a running number. */
export type NumberedDeclaration = RecordDeclaration & { number: NonNullable<RecordDeclaration['number']> };

/** Kinds whose records have a running number, each with a prefix of its own. */
export function numberedSpecs(): NumberedDeclaration[] {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return declared.filter(isNumbered);
}

export function isNumbered(spec: RecordDeclaration): spec is NumberedDeclaration {
  return spec.number !== undefined;
}

/** The kind that has numbers like this one. @throws where there is none */
export function specNumberedLike(number: string): NumberedDeclaration {
  const found = numberedSpecs().find((spec) => spec.number.prefix === prefixOf(number));
  if (found === undefined) throw new Error(`No kind of record has numbers like ${number}`);
  return found;
}

/** Whether a program that knows the records of this version has heard of the kind that has numbers like this one. */
export function isNumberKnownTo(version: number, number: string): boolean {
  return (specNumberedLike(number).since ?? 1) <= version;
}
