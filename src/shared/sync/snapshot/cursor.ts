import { attachmentSpec } from '../../domain/attachment.ts';
import { crewMemberSpec } from '../../domain/crew-member.ts';
import { equipmentSpec } from '../../domain/equipment.ts';
import type { RecordSpec } from '../../domain/record.ts';
import { recordSpecs } from '../../domain/records.ts';
import {
  isOutstanding,
  workOrderSpec,
  workOrderStatuses,
  type WorkOrderStatus,
} from '../../domain/work-order.ts';
import type { Scalar } from '../../json.ts';

/**
 * The order in which a snapshot brings records: what orders refer to, then what is still to be done, then the rest,
 * then what is known of records whose create has not arrived, and what is attached to orders. Within each the newest
 * first. A cursor names its stage by number, so what stands here stays as it is.
 */
const firstStages = [
  { kind: 'rows', entity: equipmentSpec.entity, statuses: null },
  { kind: 'rows', entity: crewMemberSpec.entity, statuses: null },
  { kind: 'rows', entity: workOrderSpec.entity, statuses: statusesThat(isOutstanding) },
  { kind: 'rows', entity: workOrderSpec.entity, statuses: statusesThat((status) => !isOutstanding(status)) },
  { kind: 'bare' },
  { kind: 'rows', entity: attachmentSpec.entity, statuses: null },
] as const satisfies readonly Stage[];

/** Those, then every further kind in the order in which it is declared: none is left out. */
export function stagesOf(specs: readonly Pick<RecordSpec, 'entity'>[]): readonly Stage[] {
  const named: readonly string[] = firstStages.flatMap((stage) =>
    stage.kind === 'rows' ? [stage.entity] : [],
  );
  const further = specs.filter(({ entity }) => !named.includes(entity));
  return [
    ...firstStages,
    ...further.map(({ entity }) => ({ kind: 'rows', entity, statuses: null }) as const),
  ];
}

export const stages = stagesOf(recordSpecs);

export type Stage =
  /** Records of a kind that have been created; of orders those that stand so. */
  | { kind: 'rows'; entity: string; statuses: readonly WorkOrderStatus[] | null }
  /** Records of any kind whose create has not arrived. */
  | { kind: 'bare' };

function statusesThat(are: (status: WorkOrderStatus) => boolean): readonly WorkOrderStatus[] {
  return workOrderStatuses.filter(are);
}

/** Whether a record with these values (null: its create has not arrived) comes in that stage. */
export function belongsTo(
  stage: Stage,
  entity: string,
  values: Readonly<Record<string, Scalar>> | null,
): boolean {
  if (stage.kind === 'bare') return values === null;
  if (values === null || stage.entity !== entity) return false;
  return stage.statuses === null || stage.statuses.some((status) => status === values['status']);
}

/** How far a snapshot has come: everything of earlier stages, and of this one the records down to this id. */
export interface Cursor {
  readonly stage: number;
  /** Null at the beginning of a stage. */
  readonly id: string | null;
}

export const firstCursor: Cursor = { stage: 0, id: null };

const pattern = /^(\d{1,2}):([0-9a-f-]{36})?$/;

export function cursorText({ stage, id }: Cursor): string {
  return `${stage}:${id ?? ''}`;
}

/** Null for a text that names no place in a snapshot. */
export function parseCursor(text: string): Cursor | null {
  const match = pattern.exec(text);
  const stage = Number(match?.[1]);
  if (match === null || stage >= stages.length) return null;
  return { stage, id: match[2] ?? null };
}
