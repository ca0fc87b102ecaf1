import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { z } from 'zod';
import { recordSpecs } from '#shared/records/catalogue.ts';
import type { RecordDeclaration } from '#shared/records/define-record.ts';
import { may, mayNotText, type Act } from '#shared/records/may.ts';
import { changesShape, newRecordShape } from '#shared/records/new-record.ts';
import type { RecordDetail } from '#shared/contract/records.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { Handlers } from '../handlers.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import { RecordQueries, type ShownInstead } from './record-queries.ts';
import { notThere, RecordService } from './record-service.ts';

type Names = 'records.list' | 'records.get' | 'records.create' | 'records.update' | 'records.delete';

/** What there is for a kind of record on board. */
export interface RecordKind {
  spec: RecordDeclaration;
  service: RecordService;
  queries: RecordQueries;
  shapes: { create: z.ZodObject; update: z.ZodObject };
}

/** By entity, every kind of the catalogue. */
export type RecordKinds = ReadonlyMap<string, RecordKind>;

export function recordKinds(
  store: VesselStore,
  {
    db,
    device,
    shownInstead,
  }: {
    db: BetterSQLite3Database;
    device: string;
    /** By entity, for kinds of which other values are shown than are stored. */
    shownInstead: ReadonlyMap<string, ShownInstead>;
  },
): RecordKinds {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return new Map(
    declared.map((spec): [string, RecordKind] => [
      spec.entity,
      {
        spec,
        service: new RecordService(store, spec, device),
        queries: new RecordQueries(db, store, spec, shownInstead.get(spec.entity)),
        shapes: { create: newRecordShape(spec), update: changesShape(spec) },
      },
    ]),
  );
}

/** Answers for records of any kind. */
export function recordHandlers(kinds: RecordKinds): Pick<Handlers, Names> {
  const existing = ({ queries, spec }: RecordKind, id: string): RecordDetail => {
    const record = queries.get(id);
    if (record === null) throw notThere(spec);
    return record;
  };
  return {
    'records.list': (input) => kindOf(kinds, input.entity).queries.list(input),
    'records.get': ({ entity, id }) => existing(kindOf(kinds, entity), id),
    'records.create': ({ entity, values, confirmed }, { actor }) => {
      const kind = writableKind(kinds, entity, 'create');
      const given = parsed(kind.shapes.create, values, 'values');
      return existing(kind, kind.service.create(given, actor, confirmed));
    },
    'records.update': ({ entity, id, changes, basis }, { actor }) => {
      const kind = writableKind(kinds, entity, 'change');
      kind.service.update({ id, changes: parsed(kind.shapes.update, changes, 'changes'), basis }, actor);
      return existing(kind, id);
    },
    'records.delete': ({ entity, id }, { actor }) => {
      writableKind(kinds, entity, 'delete').service.delete(id, actor);
      return { entity, id };
    },
  };
}

/** @throws ContractFailure `invalid_input` for a kind that this program does not have */
export function kindOf(kinds: RecordKinds, entity: string): RecordKind {
  const kind = kinds.get(entity);
  if (kind === undefined)
    throw new ContractFailure('invalid_input', 'There is no such kind of record. Nothing was changed.', {
      details: [{ path: 'entity', message: `No kind is called '${entity}'` }],
    });
  return kind;
}

function writableKind(kinds: RecordKinds, entity: string, act: Act): RecordKind {
  const kind = kindOf(kinds, entity);
  if (kind.spec.isSpecial === true)
    throw new ContractFailure(
      'not_allowed',
      `${kind.spec.names.many} have ways of their own to be written. Nothing was changed.`,
    );
  if (!may(kind.spec, act, 'vessel')) throw new ContractFailure('not_allowed', mayNotText(kind.spec, act));
  return kind;
}

function parsed(shape: z.ZodObject, given: unknown, path: string): Record<string, unknown> {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  throw new ContractFailure('invalid_input', 'Something in this is not right. Nothing was saved.', {
    details: result.error.issues.map((issue) => ({
      path: [path, ...issue.path].join('.'),
      message: issue.message,
    })),
  });
}
