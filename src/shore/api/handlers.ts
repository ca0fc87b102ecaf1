import type { z } from 'zod';
import type { ExpectedVersions } from '#shared/contract/record-state.ts';
import type { OfficeEndpointName, OfficeEndpoints } from '#shared/office/endpoints.ts';
import type { ReliableSyncHealth } from '#shared/office/sync.ts';
import { kindInCollection } from '#shared/records/attached.ts';
import type { FileTransferOffice } from '../file-transfer/office.ts';
import { ShoreFailure } from '../failure.ts';
import type { Joining } from '../joining/joining.ts';
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts';
import type { MqttHealth, RecordKey, ShoreService, SyncHealth, Writer } from '../service.ts';
import { entityTag, matches } from './entity-tag.ts';
import { omitUndefined } from './omit-undefined.ts';

/** What an endpoint is asked, parsed. */
export interface Question<N extends OfficeEndpointName> {
  params: z.output<OfficeEndpoints[N]['params']>;
  query: z.output<OfficeEndpoints[N]['query']>;
  body: z.output<OfficeEndpoints[N]['body']>;
  writer: Writer;
  /** The header If-Match as it came. */
  ifMatch: string | null;
}

export interface Reply<O> {
  output: O;
  /** When it is not the endpoint's usual one. */
  status?: number;
  headers?: Readonly<Record<string, string>>;
}

export type Handlers = {
  [N in OfficeEndpointName]: (question: Question<N>) => Promise<Reply<z.input<OfficeEndpoints[N]['output']>>>;
};

/** What the endpoints are answered from. */
export interface Asked {
  service: ShoreService;
  fileTransfer: FileTransferOffice;
  metrics: Pick<GatewayMetrics, 'history'>;
  joining: Joining;
}

/** Answers every endpoint from the service; nothing here but the passage from HTTP's words to the service's. */
export function createHandlers({ service, fileTransfer, metrics, joining }: Asked): Handlers {
  const { workOrders, attachments } = service;
  return {
    'workOrders.list': async ({ query: { overdue, ...query } }) => ({
      output: await workOrders.list({ ...withVessel(query), overdue: overdue === 'true' }),
    }),

    'workOrders.get': async ({ params, query }) => {
      const order = await workOrders.get(keyOf(params.id, query.vessel));
      return { output: order, headers: { etag: entityTag(order.versions) } };
    },

    'workOrders.create': async ({ body: { vessel, ...input }, writer }) => {
      const order = await workOrders.create(vessel ?? (await onlyVessel(service)), input, writer);
      return {
        output: order,
        headers: {
          location: `/api/work-orders/${order.id}?vessel=${order.vesselId}`,
          etag: entityTag(order.versions),
        },
      };
    },

    'workOrders.patch': async ({ params, query, body, writer, ifMatch }) => {
      const { basis, ...changes } = body;
      const key = keyOf(params.id, query.vessel);
      const basisSeen = await seenBy(() => workOrders.get(key), ifMatch, basis);
      const order = await workOrders.patch(key, changes, writer, basisSeen);
      return { output: order, headers: { etag: entityTag(order.versions) } };
    },

    'workOrders.delete': async ({ params, query, writer, ifMatch }) => {
      const key = keyOf(params.id, query.vessel);
      await seenBy(() => workOrders.get(key), ifMatch, undefined);
      return { output: await workOrders.delete(key, writer) };
    },

    'workOrders.history': async ({ params, query: { vessel, ...page } }) => ({
      output: await workOrders.history(keyOf(params.id, vessel), omitUndefined(page)),
    }),

    'attachments.list': async ({ params, query }) => ({
      output: {
        items: await attachments.list(kindInCollection(params.collection), keyOf(params.id, query.vessel)),
      },
    }),
    'attachments.add': async ({ params, query, body, writer }) => ({
      output: await attachments.add(
        kindInCollection(params.collection),
        keyOf(params.id, query.vessel),
        body,
        writer,
      ),
    }),
    'attachments.delete': async ({ params, query, writer }) => ({
      output: await attachments.delete(keyOf(params.id, query.vessel), writer),
    }),
    'attachments.restore': async ({ params, query, writer }) => ({
      output: await attachments.restore(keyOf(params.id, query.vessel), writer),
    }),

    'vessels.list': async () => {
      const items = await service.vessels();
      const { connected, since } = service.mqttHealth();
      const databaseTrouble = service.databaseTrouble();
      return { output: { items, now: service.now(), broker: { connected, since }, databaseTrouble } };
    },

    'vessels.digests': async ({ params, query }) => ({
      output: await service.digests(params.id, query.after),
    }),

    'vessels.decide': async ({ params: { id, origin }, body: { decision }, writer }) => {
      await service.decideClaim(id, origin, decision, writer);
      return { output: { vesselId: id, origin, decision } };
    },

    'joining.proposal': () => Promise.resolve({ output: joining.proposal }),
    'joining.make': async ({ params, body }) => ({ output: await joining.make(params.id, body) }),

    'byHand.ownKey': async () => ({ output: await fileTransfer.ownKey() }),
    'byHand.status': async ({ params }) => ({ output: await fileTransfer.status(params.id) }),
    'byHand.export': async ({ params, body }) => ({
      output: await fileTransfer.export(params.id, body.partBytes),
    }),
    'byHand.readKey': async ({ params, body }) => ({
      output: await fileTransfer.readKey(params.id, body.text),
    }),
    'byHand.trust': async ({ params, body }) => ({
      output: await fileTransfer.trust(params.id, body.text, body.fingerprint),
    }),

    'metrics.history': async ({ query }) => ({ output: metrics.history(query.hours) }),

    'sync.health': async () => {
      const health = await service.syncHealth();
      return { output: health, status: health.state === 'down' ? 503 : 200 };
    },

    'sync.reliableHealth': async () => {
      const health = reliableHealth(service.mqttHealth(), await service.syncHealth());
      return { output: health, status: health.state === 'down' ? 503 : 200 };
    },

    'sync.journal': async ({ query }) => ({ output: await service.journal(withVessel(query)) }),
    'conflicts.list': async ({ query }) => ({ output: await service.conflicts.list(withVessel(query)) }),
    'conflicts.get': async ({ params }) => ({ output: await service.conflicts.get(params.id) }),
    'conflicts.settle': async ({ params, body, writer }) => ({
      output: await service.conflicts.settle(params.id, body, writer),
    }),
    'problems.list': async ({ query }) => ({ output: await service.problems(withVessel(query)) }),
  };
}

export function keyOf(id: string, vessel: string | undefined): RecordKey {
  return vessel === undefined ? { id } : { id, vesselId: vessel };
}

function withVessel<Q extends { vessel?: string | undefined }>({ vessel, ...rest }: Q) {
  return omitUndefined({ ...rest, vesselId: vessel });
}

export async function onlyVessel(service: ShoreService): Promise<string> {
  const [first, ...others] = await service.vessels();
  if (first === undefined) {
    throw new ShoreFailure(
      'not_allowed',
      'No vessel has reported to this gateway yet, so nothing can be raised for one.',
      {
        details: [{ path: 'vessel', message: 'No vessel is known' }],
      },
    );
  }
  if (others.length > 0) {
    throw new ShoreFailure('invalid_input', 'There are several vessels. Say for which one this is.', {
      details: [
        {
          path: 'vessel',
          message: `One of ${[first, ...others].map(({ vesselId }) => vesselId).join(', ')}`,
        },
      ],
    });
  }
  return first.vesselId;
}

/**
 * The versions that a writer saw: those it names, or, with If-Match, all of the record's while its tag is still
 * the same. The service compares them once more in its own transaction.
 */
export async function seenBy(
  read: () => Promise<{ versions: Record<string, string>; updatedBy: string; updatedAt: string }>,
  ifMatch: string | null,
  basis: ExpectedVersions | undefined,
): Promise<ExpectedVersions | undefined> {
  if (ifMatch === null) return basis;
  const { versions, updatedBy, updatedAt } = await read();
  if (!matches(ifMatch, entityTag(versions))) {
    throw new ShoreFailure(
      'stale',
      'It was changed after you had read it. Nothing was changed. Read it again.',
      {
        details: [
          { path: 'If-Match', message: 'The record has another tag now', by: updatedBy, at: updatedAt },
        ],
      },
    );
  }
  return { ...versions, ...basis };
}

function reliableHealth(mqtt: MqttHealth, sync: SyncHealth): ReliableSyncHealth {
  const errors = [mqtt.error, sync.ingest.lastError].filter((error) => error !== null);
  return {
    state: sync.database.state === 'down' ? 'down' : mqtt.state,
    broker: { connected: mqtt.connected, since: mqtt.since, error: mqtt.error, warning: mqtt.warning },
    messages: mqtt.messages,
    bytes: mqtt.bytes,
    queuedMessages: mqtt.queuedMessages,
    inFlight: mqtt.inFlight,
    lastError:
      errors.map(({ message, at }) => ({ message, at })).sort((a, b) => (a.at < b.at ? 1 : -1))[0] ?? null,
    vessels: sync.vessels.map((vessel) => ({
      vesselId: vessel.vesselId,
      name: vessel.name,
      queueDepth: vessel.shore.waiting,
      oldestUnacknowledgedAgeMs: vessel.shore.oldestAgeMs,
      onBoard:
        vessel.telemetry === null
          ? null
          : {
              at: vessel.telemetry.at,
              queueDepth: vessel.telemetry.queueDepth,
              oldestUnacknowledgedAgeMs: vessel.telemetry.oldestAgeMs,
            },
      lastContactAt: vessel.lastContactAt,
    })),
  };
}
