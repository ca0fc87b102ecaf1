import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { CallResult, EventMessage } from '#shared/contract/envelope.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import { crewMemberSpec } from '#shared/domain/crew-member.ts';
import type { Codec, Environment, OpenLink, Qos } from '#shared/ports.ts';
import { byHandHandlers } from './by-hand/handlers.ts';
import { ByHand, type ByHandPorts } from './by-hand/service.ts';
import { ContractFailure } from './contract-failure.ts';
import { conflictHandlers } from './conflicts/handlers.ts';
import { crewHandlers } from './crew/handlers.ts';
import { dispatch, type Call } from './dispatch.ts';
import { equipmentHandlers } from './equipment/handlers.ts';
import { EquipmentQueries } from './equipment/queries.ts';
import { EquipmentService } from './equipment/service.ts';
import type { Handlers } from './handlers.ts';
import { historyHandlers } from './history/handlers.ts';
import { openDatabase, type OpenedDatabase } from './store/open-database.ts';
import type { Actor } from './store/unit-of-work.ts';
import { VesselStore } from './store/vessel-store.ts';
import { applyWaiting } from './sync/apply-waiting.ts';
import { syncHandlers } from './sync/handlers.ts';
import { LinkSession } from './sync/link-session.ts';
import { Notices } from './sync/notices.ts';
import { syncStatusOf } from './sync/status.ts';
import { workOrderHandlers } from './work-orders/handlers.ts';
import { WorkOrderQueries } from './work-orders/queries.ts';
import { WorkOrderService } from './work-orders/service.ts';

export { StartFailure } from './start-failure.ts';

export interface VesselOptions {
  /** Where the database, its backups and the lock live. Created when missing. */
  dataDirectory: string;
  vesselId: string;
  vesselName: string;
  /** How this installation signs its changes, e.g. 'Bridge PC'. */
  device: string;
  /** Ship's time, an IANA name. */
  timeZone: string;
  /** The program's version. */
  version: string;
  /** Host and port of the broker for people to read; null when none is configured. */
  brokerName: string | null;
  /** Delivery promise by kind of message: telemetry 0, changes 1, presence 1 unless said otherwise. */
  qos?: Partial<Record<'telemetry' | 'changes' | 'presence', Qos>>;
}

export interface VesselParts {
  environment: Environment;
  /** Null for a node that never uses a link. */
  openLink: OpenLink | null;
  codec: Codec;
  /** Left out for a node that makes and takes no files by hand. */
  byHand?: ByHandPorts;
}

/** Characters of a device's name that a change can carry (`shared/sync/change.ts`). */
const deviceLimit = 120;

/** One installation on board: everything a screen can ask, whatever carries the question. */
export interface VesselNode {
  /** Validated both ways; never throws. */
  call(call: Call): Promise<CallResult>;
  subscribe(listener: (event: EventMessage) => void): () => void;
  /** Says goodbye on the link and closes the database. Nothing is lost when it is not called. */
  close(): Promise<void>;
}

/**
 * Opens the node on its data directory and starts using the link.
 * @throws StartFailure with a sentence for the person at the screen
 */
export function openVesselNode(options: VesselOptions, parts: VesselParts): VesselNode {
  return startNode(openDatabase(options.dataDirectory, parts.environment), options, parts).node;
}

/**
 * Starts a node on a database that is open: with its link, and with the store that everything on it goes through.
 * Closes the database when it cannot start.
 * @throws StartFailure with a sentence for the person at the screen
 */
export function startNode(
  database: OpenedDatabase,
  given: VesselOptions,
  { environment, openLink, codec, byHand: byHandPorts }: VesselParts,
): { node: VesselNode; store: VesselStore } {
  // A longer name would be refused by shore with every change that bears it.
  const options = { ...given, device: given.device.slice(0, deviceLimit) };
  try {
    const store = new VesselStore(database.connection, options.vesselId, environment);
    const notices = new Notices(environment, () => status());
    const session = new LinkSession(
      store,
      {
        vesselName: options.vesselName,
        device: options.device,
        version: options.version,
        timeZone: options.timeZone,
        brokerName: options.brokerName,
        qos: { telemetry: 0, changes: 1, presence: 1, ...options.qos },
      },
      {
        environment,
        openLink,
        codec,
        onStatus: () => notices.statusMoved(),
        keys: () => byHand,
      },
    );
    const byHand =
      byHandPorts === undefined
        ? null
        : new ByHand(
            {
              crypto: byHandPorts.crypto,
              keys: byHandPorts.keys(),
              store,
              codec,
              session: session.byHand,
              onMoved: () => notices.statusMoved(),
            },
            options,
          );
    const status = (): SyncStatus => syncStatusOf(store, session);
    const handlers = handlersOf(store, { options, session, status, byHand });
    store.onCommitted((committed) => {
      notices.onCommitted(committed);
      if (committed.cause === 'local') session.onWritten(committed.promoted ?? null);
    });
    applyWaiting(store);
    session.start();
    const actorOf = (id: string | undefined): Actor => crewMember(store, id, options.device);
    const node: VesselNode = {
      call: (call) => dispatch(call, handlers, { environment, actorOf }),
      subscribe: (listener) => notices.subscribe(listener),
      close: async () => {
        notices.stop();
        await byHand?.close();
        await session.close();
        database.close();
      },
    };
    return { node, store };
  } catch (cause) {
    database.close();
    throw cause;
  }
}

function handlersOf(
  store: VesselStore,
  {
    options,
    session,
    status,
    byHand,
  }: {
    options: VesselOptions;
    session: LinkSession;
    status: () => SyncStatus;
    byHand: ByHand | null;
  },
): Handlers {
  const { device, timeZone } = options;
  const db = drizzle(store.connection);
  const workOrders = new WorkOrderQueries(db, store);
  return {
    'vessel.info': () => ({
      vesselId: options.vesselId,
      vesselName: options.vesselName,
      device,
      version: options.version,
      now: new Date(store.environment.now()).toISOString(),
      timeZone,
    }),
    ...crewHandlers(store, { db, device }),
    ...equipmentHandlers(new EquipmentService(store, device), new EquipmentQueries(db, store)),
    ...workOrderHandlers(store, {
      service: new WorkOrderService(store, workOrders, device),
      queries: workOrders,
      timeZone,
    }),
    ...conflictHandlers(store, { device }),
    ...historyHandlers(store),
    ...syncHandlers(store, { session, status }),
    ...byHandHandlers(byHand),
  };
}

/** Who acts: the chosen crew member, or the station itself. */
function crewMember(store: VesselStore, id: string | undefined, device: string): Actor {
  if (id === undefined) return { id: null, name: device };
  const record = store.table(crewMemberSpec.entity).get(id);
  if (record === null || record.deleted)
    throw new ContractFailure(
      'not_found',
      'The acting person is not on the crew list. Choose who you are and try again.',
    );
  return { id, name: `${String(record.values['name'])}, ${String(record.values['rank'])}` };
}
