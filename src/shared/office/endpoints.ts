import { z } from 'zod';
import { conflictDecision } from '../contract/conflicts.ts';
import { historyPage } from '../contract/history.ts';
import { originName } from '../sync/causal-context.ts';
import { vesselId } from '../sync/topics.ts';
import { officeAttachment, officeNewAttachment, subjectParams } from './attachments.ts';
import { fileTransferContentPaths, fileTransferShapes } from './file-transfer.ts';
import { digestsQuery, vesselDigests } from './digests.ts';
import { joiningShapes } from './joining.ts';
import { metricsHistory, metricsQuery } from './metrics.ts';
import { pageOf, pageQuery, vesselQuery } from './page.ts';
import {
  officeNewWorkOrder,
  officeWorkOrder,
  officeWorkOrderChanges,
  officeWorkOrderQuery,
  officeWorkOrderRow,
  recordParams,
} from './records.ts';
import {
  conflictParams,
  journalPage,
  journalQuery,
  officeConflict,
  officeConflictQuery,
  officeHistoryQuery,
  officeProblem,
  reliableSyncHealth,
  syncHealth,
  fleet,
} from './sync.ts';

/** One thing the office may ask over HTTP: the gateway serves it, the page asks it, the OpenAPI document tells it. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Shape of the JSON body; `noBody` where none is read. */
  readonly body: z.ZodType;
  readonly output: z.ZodType;
  /** Status of a good answer. */
  readonly status: 200 | 201;
}

export const noBody = z.null();

const none = z.strictObject({});

const ask = <P extends z.ZodObject, Q extends z.ZodObject, O extends z.ZodType>(
  path: string,
  summary: string,
  shapes: { params: P; query: Q; output: O },
) => ({ method: 'GET', path, summary, body: noBody, status: 200, ...shapes }) as const satisfies Endpoint;

export const officeEndpoints = {
  'workOrders.list': ask('/api/work-orders', 'Work orders that fit a filter, page by page.', {
    params: none,
    query: officeWorkOrderQuery,
    output: pageOf(officeWorkOrderRow),
  }),
  'workOrders.get': ask('/api/work-orders/{id}', 'One work order with versions and open conflicts.', {
    params: recordParams,
    query: vesselQuery,
    output: officeWorkOrder,
  }),
  'workOrders.create': {
    method: 'POST',
    path: '/api/work-orders',
    summary: 'Raises an order for a vessel.',
    params: none,
    query: none,
    body: officeNewWorkOrder,
    output: officeWorkOrder,
    status: 201,
  },
  'workOrders.patch': {
    method: 'PATCH',
    path: '/api/work-orders/{id}',
    summary:
      'Changes the named fields of an order; with basis or If-Match only when nobody else did meanwhile.',
    params: recordParams,
    query: vesselQuery,
    body: officeWorkOrderChanges,
    output: officeWorkOrder,
    status: 200,
  },
  'workOrders.delete': {
    method: 'DELETE',
    path: '/api/work-orders/{id}',
    summary: 'Deletes an order, ashore and on board.',
    params: recordParams,
    query: vesselQuery,
    body: noBody,
    output: z.object({ vesselId: z.string(), id: z.string() }),
    status: 200,
  },
  'workOrders.history': ask(
    '/api/work-orders/{id}/history',
    'Who changed what of an order, from what to what, newest first; of a deleted one too.',
    { params: recordParams, query: officeHistoryQuery, output: historyPage },
  ),
  'attachments.list': ask(
    '/api/{collection}/{id}/attachments',
    'Photos and documents of a record, oldest first. Their bytes: GET /api/attachments/{id}/content and …/thumbnail.',
    {
      params: subjectParams,
      query: vesselQuery,
      output: z.object({ items: z.array(officeAttachment).readonly() }),
    },
  ),
  'attachments.add': {
    method: 'POST',
    path: '/api/{collection}/{id}/attachments',
    summary:
      'Attaches bytes that were put before: PUT /api/vessels/{vessel}/contents/{sha256}, Content-Type: application/octet-stream.',
    params: subjectParams,
    query: vesselQuery,
    body: officeNewAttachment,
    output: officeAttachment,
    status: 201,
  },
  'attachments.delete': {
    method: 'DELETE',
    path: '/api/attachments/{id}',
    summary: 'Deletes an attachment, ashore and on board. Its bytes go a day later, where no other has them.',
    params: recordParams,
    query: vesselQuery,
    body: noBody,
    output: z.object({ vesselId: z.string(), id: z.string() }),
    status: 200,
  },
  'attachments.restore': {
    method: 'POST',
    path: '/api/attachments/{id}/restore',
    summary:
      'Attaches a deleted one again, under a new id, while its bytes are still ashore (a day at least).',
    params: recordParams,
    query: vesselQuery,
    body: noBody,
    output: officeAttachment,
    status: 201,
  },
  'vessels.list': ask('/api/vessels', 'Every vessel ever heard of: presence, last contact, queues.', {
    params: none,
    query: none,
    output: fleet,
  }),
  'vessels.digests': ask(
    '/api/vessels/{id}/digests',
    'Digests of all records of a vessel, read from the records, page by page: for comparing with the ship.',
    { params: z.object({ id: vesselId }), query: digestsQuery, output: vesselDigests },
  ),
  'vessels.decide': {
    method: 'POST',
    path: '/api/vessels/{id}/claims/{origin}',
    summary:
      'Says of a computer that calls this ship by another name whether it is this ship (accepted) or another one (refused); nothing of it is taken before.',
    params: z.object({ id: vesselId, origin: originName }),
    query: none,
    body: z.strictObject({ decision: z.enum(['accepted', 'refused']) }),
    output: z.object({ vesselId: z.string(), origin: z.string(), decision: z.enum(['accepted', 'refused']) }),
    status: 200,
  },
  'joining.proposal': ask(
    '/api/joining',
    'What this gateway was started with for ships that join: the office, and the broker as ships reach it.',
    { params: none, query: none, output: joiningShapes.proposal },
  ),
  'joining.make': {
    method: 'POST',
    path: '/api/vessels/{id}/join-file',
    summary:
      'The file ID.arus-join with which a ship joins, for one that was never heard of too: the answer is what stands in it. Changes nothing, and holds no password.',
    params: joiningShapes.params,
    query: none,
    body: joiningShapes.request,
    output: joiningShapes.file,
    status: 200,
  },
  'metrics.history': ask(
    '/api/metrics/history',
    "The last hours of this gateway's own figures; /metrics has them for Prometheus.",
    { params: none, query: metricsQuery, output: metricsHistory },
  ),
  'byHand.ownKey': ask('/api/by-hand/key', "The office's key for files that travel by hand.", {
    params: none,
    query: none,
    output: fileTransferShapes.own,
  }),
  'byHand.status': ask(
    '/api/vessels/{id}/by-hand',
    'Files that travel by hand: keys, what waits for the ship, what was made and taken.',
    { params: fileTransferShapes.params, query: none, output: fileTransferShapes.status },
  ),
  'byHand.export': {
    method: 'POST',
    path: '/api/vessels/{id}/by-hand/export',
    summary: `Makes a file of everything that the ship has not confirmed; its parts are at ${fileTransferContentPaths.content}, and files of the ship go to ${fileTransferContentPaths.import} (application/octet-stream).`,
    params: fileTransferShapes.params,
    query: none,
    body: fileTransferShapes.exportBody,
    output: fileTransferShapes.made,
    status: 201,
  },
  'byHand.readKey': {
    method: 'POST',
    path: '/api/vessels/{id}/by-hand/key/read',
    summary: "Reads the text of a ship's key without taking it over.",
    params: fileTransferShapes.params,
    query: none,
    body: fileTransferShapes.key,
    output: fileTransferShapes.keyRead,
    status: 200,
  },
  'byHand.trust': {
    method: 'POST',
    path: '/api/vessels/{id}/by-hand/key',
    summary: "Takes over a ship's key, once a person has compared its fingerprint.",
    params: fileTransferShapes.params,
    query: none,
    body: fileTransferShapes.trust,
    output: fileTransferShapes.status,
    status: 200,
  },
  'sync.health': ask('/api/sync/health', 'How sync does. Status 503 with the same body when it is down.', {
    params: none,
    query: none,
    output: syncHealth,
  }),
  'sync.reliableHealth': ask(
    '/api/mqtt/reliable-sync/health',
    'Broker, queues by vessel, bytes each way. Status 503 with the same body when the broker is away.',
    { params: none, query: none, output: reliableSyncHealth },
  ),
  'sync.journal': ask('/api/sync/journal', 'Committed changes of one vessel, oldest first.', {
    params: none,
    query: journalQuery,
    output: journalPage,
  }),
  'conflicts.list': ask('/api/conflicts', 'Conflicts that are open, or settled ones, newest first.', {
    params: none,
    query: officeConflictQuery,
    output: pageOf(officeConflict),
  }),
  'conflicts.get': ask('/api/conflicts/{id}', 'One conflict, with how it ended once it is settled.', {
    params: conflictParams,
    query: none,
    output: officeConflict,
  }),
  'conflicts.settle': {
    method: 'POST',
    path: '/api/conflicts/{id}/settle',
    summary:
      'Takes one of the values or a typed one, as a change that settles the conflict ashore and on board; stale when somebody settled it meanwhile.',
    params: conflictParams,
    query: none,
    body: conflictDecision,
    output: officeConflict,
    status: 200,
  },
  'problems.list': ask(
    '/api/problems',
    'Changes and messages that shore refused or could not apply, newest first.',
    {
      params: none,
      query: pageQuery,
      output: pageOf(officeProblem),
    },
  ),
} as const satisfies Record<string, Endpoint>;

export type OfficeEndpoints = typeof officeEndpoints;
export type OfficeEndpointName = keyof OfficeEndpoints;
export type OfficeOutput<N extends OfficeEndpointName> = z.output<OfficeEndpoints[N]['output']>;
