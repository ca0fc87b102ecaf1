import { z } from 'zod';
import { historyPage } from '../contract/history.ts';
import { expectedVersions, fieldVersion, openConflict, recordId } from '../contract/record-state.ts';
import { recordSpecs } from '../records/catalogue.ts';
import { linesOf } from '../records/lines.ts';
import { collectionOf } from '../records/collection.ts';
import type { FieldDeclaration, RecordDeclaration } from '../records/define-record.ts';
import { shownFields } from '../records/lists.ts';
import { isAddedOnly, may, type Act } from '../records/may.ts';
import { changesShape, newRecordShape } from '../records/new-record.ts';
import { vesselId } from '../sync/topics.ts';
import { noBody, officeEndpoints, type Endpoint } from './endpoints.ts';
import { pageOf, pageQuery, vesselQuery } from './page.ts';
import { recordParams, recordState } from './records.ts';
import { officeHistoryQuery } from './sync.ts';

export type RecordAction = 'list' | 'get' | 'create' | 'patch' | 'delete' | 'history';

/** What the office may ask of one kind of record over HTTP, made from its declaration. */
export interface RecordEndpoint {
  entity: string;
  action: RecordAction;
  endpoint: Endpoint;
}

/**
 * The endpoints of every kind by name, such as `spareParts.list`. Those that a kind has of its own (`endpoints.ts`) are left out,
 * and so are kinds that have ways of their own to be written.
 */
export function recordEndpoints(): ReadonlyMap<string, RecordEndpoint> {
  const declared: readonly RecordDeclaration[] = recordSpecs;
  return new Map(
    declared
      .filter(({ isSpecial }) => isSpecial !== true)
      .flatMap(endpointsOf)
      .filter(([name]) => !Object.hasOwn(officeEndpoints, name)),
  );
}

/** Everything that the office may ask over HTTP, by name. */
export function allEndpoints(): [name: string, endpoint: Endpoint][] {
  const ofRecords = [...recordEndpoints()].map(([name, { endpoint }]): [string, Endpoint] => [
    name,
    endpoint,
  ]);
  return [...Object.entries<Endpoint>(officeEndpoints), ...ofRecords];
}

const none = z.strictObject({});

/** What an endpoint of the kind is called: `spareParts.list`. */
export function endpointName(spec: Pick<RecordDeclaration, 'names'>, action: RecordAction): string {
  const prefix = collectionOf(spec).replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return `${prefix}.${action}`;
}

function endpointsOf(spec: RecordDeclaration): [name: string, RecordEndpoint][] {
  const collection = collectionOf(spec);
  const path = `/api/${collection}`;
  const one = spec.names.one.toLowerCase();
  const listed = recordShape(spec);
  const lines = linesOf(spec.entity).map((line): [string, z.ZodType] => [
    line.entity,
    z.object({ items: z.array(recordShape(line)).readonly(), total: z.number().int() }),
  ]);
  const detail = z.object({
    ...listed.shape,
    /** By kind its lines, as that kind sorts them: the first 500, and how many there are. */
    lines: z.object(Object.fromEntries(lines)),
  });
  const of = (action: RecordAction, endpoint: Omit<Endpoint, 'status'>): [string, RecordEndpoint] => [
    endpointName(spec, action),
    { entity: spec.entity, action, endpoint: { ...endpoint, status: action === 'create' ? 201 : 200 } },
  ];
  const ofOne = { params: recordParams, query: vesselQuery, body: noBody } as const;
  const all: [string, RecordEndpoint][] = [
    of('list', {
      method: 'GET',
      path,
      summary: `${spec.names.many} that fit a filter, page by page.`,
      params: none,
      query: listQuery(spec),
      body: noBody,
      output: pageOf(listed),
    }),
    of('get', {
      method: 'GET',
      path: `${path}/{id}`,
      summary: `One ${one} with versions and open conflicts.`,
      ...ofOne,
      output: detail,
    }),
    of('create', {
      method: 'POST',
      path,
      summary: isAddedOnly(spec)
        ? `Adds a ${one} for a vessel. It stays as it is: what is wrong in one is set right by another.`
        : `Makes a ${one} for a vessel.`,
      params: none,
      query: none,
      body: z.strictObject({
        vessel: vesselId.optional(),
        ...newRecordShape(spec).shape,
        /** For what was answered `needs_confirmation`: it is meant so. */
        ...(spec.beside === undefined ? {} : { confirmed: z.boolean().optional() }),
      }),
      output: detail,
    }),
    of('history', {
      method: 'GET',
      path: `${path}/{id}/history`,
      summary: `Who changed what of a ${one}, from what to what, newest first; of a deleted one too.`,
      params: recordParams,
      query: officeHistoryQuery,
      body: noBody,
      output: historyPage,
    }),
    of('patch', {
      method: 'PATCH',
      path: `${path}/{id}`,
      summary: `Changes the named fields of a ${one}; with basis or If-Match only when nobody else did meanwhile.`,
      ...ofOne,
      body: z
        .strictObject({ ...changesShape(spec).shape, basis: expectedVersions.optional() })
        .refine(
          ({ basis: _, ...changes }) => Object.values(changes).some((value) => value !== undefined),
          'Name at least one field to change',
        ),
      output: detail,
    }),
    of('delete', {
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: `Deletes a ${one}, ashore and on board.`,
      ...ofOne,
      output: z.object({ vesselId: z.string(), id: z.string() }),
    }),
  ];
  return all.filter(([, { action }]) => {
    const act = actOf[action];
    return act === undefined || may(spec, act, 'shore');
  });
}

/** What somebody does with a record by an action; by the others it is only read. */
const actOf: Readonly<Partial<Record<RecordAction, Act>>> = {
  create: 'create',
  patch: 'change',
  delete: 'delete',
};

function recordShape({ fields }: RecordDeclaration): z.ZodObject {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, standingShape(field)]),
  );
  return z.object({
    ...recordState,
    ...values,
    /** By field that points to a record: what people call that one; null where it is not there. */
    referenced: z.record(z.string(), z.string().nullable()),
    versions: z.record(z.string(), fieldVersion),
    conflicts: z.array(openConflict).readonly(),
  });
}

/** What may stand: texts that several people wrote on without seeing each other are longer than one may write. */
function standingShape({ merge, shape, retired }: FieldDeclaration): z.ZodType {
  // What has taken its place is shown, which has limits of its own.
  if (retired !== undefined) return z.union([z.string(), z.number(), z.boolean(), z.null()]);
  return merge === 'append' ? z.string() : shape;
}

function listQuery(spec: RecordDeclaration): z.ZodObject {
  const shown = shownFields(spec);
  const filters = shown.flatMap(([name, field]): [string, z.ZodType][] => {
    if (field.type === 'reference') return [[name, recordId.optional()]];
    if (field.type === 'flag') return [[name, z.enum(['true', 'false']).optional()]];
    if (field.words === undefined) return [];
    return [
      [
        name,
        z
          .array(z.enum(Object.keys(field.words)))
          .max(50)
          .optional(),
      ],
    ];
  });
  return z.strictObject({
    ...Object.fromEntries(filters),
    ...pageQuery.shape,
    /** Words that must all stand in the texts that are searched. */
    search: z.string().max(200).optional(),
    sort: z.enum([...shown.map(([name]) => name), 'updatedAt']).optional(),
    direction: z.enum(['asc', 'desc']).optional(),
  });
}
