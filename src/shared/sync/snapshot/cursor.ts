import type { RecordSpec, SnapshotPlace } from '../../records/record.ts';
import { recordSpecs } from '../../records/catalogue.ts';
import type { Scalar } from '../../json.ts';

/**
 * What a snapshot brings at once. Stages follow one another in the order of the places that kinds declare: what orders refer to,
 * then what is still to be done, then the rest, and what is attached to records. Within each the newest first.
 */
export type Stage = { name: string } & (
  | {
      /** Records of a kind that have been created; with `among` those of them that stand so. */
      kind: 'rows';
      entity: string;
      among: NonNullable<SnapshotPlace['among']> | null;
      /** Version of the records that brought the kind. */
      since: number;
    }
  /** Records of any kind whose create has not arrived. */
  | { kind: 'bare' }
);

/** The place of records whose create has not arrived. */
const bare = { place: 4, name: '*' };
/** Cursors of programs that know records of an earlier version name stages by number, and there were so many. */
const namesSince = 3;
const numbered = 6;

/**
 * The stages of these kinds. One is named by its kind, such as `equipment`; where a kind comes in several, each has its number
 * among them, such as `work_order/1`.
 * @throws where a place is given twice or left out: a cursor of an earlier program would name another stage on the other end
 */
export function stagesOf(
  specs: readonly Pick<RecordSpec, 'entity' | 'snapshot' | 'since'>[],
): readonly Stage[] {
  const placed = specs.flatMap(({ entity, since = 1, snapshot = [] }) =>
    snapshot.map(({ place, among = null }, index): { place: number; stage: Stage } => {
      const name = snapshot.length === 1 ? entity : `${entity}/${index + 1}`;
      return { place, stage: { name, kind: 'rows', entity, among, since } };
    }),
  );
  const inOrder = [
    ...placed,
    { place: bare.place, stage: { name: bare.name, kind: 'bare' } as const },
  ].toSorted((one, other) => one.place - other.place);
  if (inOrder.some(({ place }, index) => place !== index) || inOrder.length !== numbered)
    throw new Error(`The places in a snapshot are ${inOrder.map(({ place }) => place).join(', ')}`);
  const further = specs.filter(({ snapshot }) => snapshot === undefined);
  return [
    ...inOrder.map(({ stage }) => stage),
    ...further.map(({ entity, since = 1 }): Stage => {
      return { name: entity, kind: 'rows', entity, among: null, since };
    }),
  ];
}

export const stages = stagesOf(recordSpecs);

/** Whether a program that knows the records of this version has heard of the stage's kind. */
export function isKnownTo(version: number, stage: Stage): boolean {
  return stage.kind === 'bare' || stage.since <= version;
}

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

/** Every program that ever was understands it. */
export const firstCursorText = '0:';

/** A text that may name a place in a snapshot, whether or not this program knows the kind. */
export const cursorPattern = /^(\d{1,2}|\*|[a-z][a-z_]{0,39}(?:\/\d)?):([0-9a-f-]{36})?$/;

/** @param version of the records that the reader knows */
export function cursorText({ stage, id }: Cursor, version: number): string {
  const name = version < namesSince ? String(stage) : (stages[stage]?.name ?? String(stage));
  return `${name}:${id ?? ''}`;
}

/** Null for a text that names no place in a snapshot that this program makes. */
export function parseCursor(text: string): Cursor | null {
  const match = cursorPattern.exec(text);
  if (match === null) return null;
  const [, name = '', id = null] = match;
  const stage = /^\d/.test(name)
    ? Number(name) < numbered
      ? Number(name)
      : -1
    : stages.findIndex((each) => each.name === name);
  return stage === -1 ? null : { stage, id };
}
