import type { RecordSpec, SnapshotPlace } from '../../records/record.ts';
import { recordSpecs } from '../../records/catalogue.ts';
import type { Scalar } from '../../json.ts';

/**
 * What a snapshot brings at once. Stages follow one another in the order of the places that kinds declare: what orders refer to,
 * then what is still to be done, then the rest, and what is attached to orders. Within each the newest first.
 */
export type Stage =
  /** Records of a kind that have been created; with `among` those of them that stand so. */
  | { kind: 'rows'; entity: string; among: NonNullable<SnapshotPlace['among']> | null }
  /** Records of any kind whose create has not arrived. */
  | { kind: 'bare' };

/** The place of records whose create has not arrived. */
const barePlace = 4;

/**
 * The stages of these kinds; a cursor names its own by its number here.
 * @throws where a place is given twice or left out: a cursor would name another stage on the other end
 */
export function stagesOf(specs: readonly Pick<RecordSpec, 'entity' | 'snapshot'>[]): readonly Stage[] {
  const placed = specs.flatMap(({ entity, snapshot = [] }) =>
    snapshot.map(({ place, among = null }) => ({ place, stage: { kind: 'rows', entity, among } as const })),
  );
  const inOrder = [...placed, { place: barePlace, stage: { kind: 'bare' } as const }].toSorted(
    (one, other) => one.place - other.place,
  );
  if (inOrder.some(({ place }, index) => place !== index))
    throw new Error(`The places in a snapshot are ${inOrder.map(({ place }) => place).join(', ')}`);
  const further = specs.filter(({ snapshot }) => snapshot === undefined);
  return [
    ...inOrder.map(({ stage }) => stage),
    ...further.map(({ entity }) => ({ kind: 'rows', entity, among: null }) as const),
  ];
}

export const stages = stagesOf(recordSpecs);

/** Whether a record with these values (null: its create has not arrived) comes in that stage. */
export function belongsTo(
  stage: Stage,
  entity: string,
  values: Readonly<Record<string, Scalar>> | null,
): boolean {
  if (stage.kind === 'bare') return values === null;
  if (values === null || stage.entity !== entity) return false;
  const { among } = stage;
  return among === null || among.values.some((value) => value === values[among.field]);
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
