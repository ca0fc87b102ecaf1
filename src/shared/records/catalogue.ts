import { attachmentSpec } from './attachment.ts';
import { crewMemberSpec } from './crew-member.ts';
import { equipmentSpec } from './equipment.ts';
import type { RecordDeclaration } from './define-record.ts';
import { meterReadingSpec } from './meter-reading.ts';
import { meterSpec } from './meter.ts';
import { workOrderSpec } from './work-order.ts';

/** Every kind of record that ship and shore keep in common. */
export const recordSpecs = [
  equipmentSpec,
  crewMemberSpec,
  workOrderSpec,
  attachmentSpec,
  meterSpec,
  meterReadingSpec,
] as const satisfies readonly RecordDeclaration[];

export type Entity = (typeof recordSpecs)[number]['entity'];

const byEntity = new Map<string, RecordDeclaration>(recordSpecs.map((spec) => [spec.entity, spec]));

/** The declaration for an entity's name as it stands in a journal, or undefined when this version has none. */
export function specOf(entity: string): RecordDeclaration | undefined {
  return byEntity.get(entity);
}

/**
 * Version of the records' fields that this program understands. A change that carries a higher one is stored but not
 * applied until the program is updated. It goes up with every kind, field or value that is added, which says `since` when.
 * What there is once is never taken away and never means anything else: journals are folded for ever.
 */
export const recordsVersion = 3;
