import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { crewEntity } from '#shared/contract/crew.ts';
import type { CallResult, EventMessage } from '#shared/contract/envelope.ts';
import type { StartStep } from '#shared/contract/node-state.ts';
import type { SyncStatus } from '#shared/contract/sync.ts';
import type { OwnKeys } from '#shared/file-transfer/keys.ts';
import { equipmentSpec } from '#shared/records/equipment.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import type { Codec, Environment, OpenLink, Qos, ReadGateway } from '#shared/ports.ts';
import { ContentFolder } from './attachments/content-folder.ts';
import { Contents } from './attachments/contents.ts';
import { attachmentHandlers } from './attachments/handlers.ts';
import { AttachmentQueries } from './attachments/queries.ts';
import { AttachmentService } from './attachments/service.ts';
import { fileTransferHandlers } from './file-transfer/handlers.ts';
import { FileTransfer, type FileTransferPorts } from './file-transfer/service.ts';
import { ContractFailure } from './contract-failure.ts';
import { Copies, type CopiesPorts } from './copies/copies.ts';
import { hasReplacedOne } from './copies/copy-file.ts';
import { readOutcome } from './copies/restore-request.ts';
import { copiesHandlers, type CopyMethods } from './copies/handlers.ts';
import { conflictHandlers } from './conflicts/handlers.ts';
import { crewHandlers } from './crew/handlers.ts';
import { Drafts } from './drafts/drafts.ts';
import { draftHandlers } from './drafts/handlers.ts';
import { dispatch, type Call } from './dispatch.ts';
import { equipmentHandlers } from './equipment/handlers.ts';
import { EquipmentQueries } from './equipment/queries.ts';
import { HoursTakeOver } from './meters/take-over.ts';
import { shownHours } from './meters/shown-hours.ts';
import type { HostWatch } from './metrics/host-reading.ts';
import { NodeMetrics } from './metrics/node-metrics.ts';
import type { Handlers } from './handlers.ts';
import { kindOf, recordHandlers, recordKinds } from './records/handlers.ts';
import { historyHandlers } from './history/handlers.ts';
import { linkPolicyHandlers } from './link-policy/handlers.ts';
import { LinkPolicyService } from './link-policy/service.ts';
import {
  asStartFailure,
  damagedText,
  databaseFileName,
  openDatabase,
  type OpenedDatabase,
} from './store/open-database.ts';
import type { NodeProgram } from './store/holder.ts';
import type { Actor } from './store/unit-of-work.ts';
import { openVesselStore } from './store/rename-vessel.ts';
import { whyIdIsSettled } from './store/settled-id.ts';
import type { VesselStore } from './store/vessel-store.ts';
import { applyWaiting } from './sync/intake/apply-waiting.ts';
import { syncHandlers } from './sync/handlers.ts';
import { LinkSession } from './sync/link/link-session.ts';
import { Notices } from './sync/notices.ts';
import { syncStatusOf } from './sync/status.ts';
import { StartFailure } from './start-failure.ts';
import { guardedLink } from './storage/guarded-link.ts';
import { keepStorage } from './storage/keep-storage.ts';
import { Storage } from './storage/storage.ts';
import { damageIn } from './storage/upkeep.ts';
import { workOrderHandlers } from './work-orders/handlers.ts';
import { WorkOrderQueries } from './work-orders/queries.ts';

export { StartFailure } from './start-failure.ts';

export interface VesselOptions {
  /** Where the database, its backups, the contents of attachments and the lock live. Created when missing. */
  dataDirectory: string;
  vesselId: string;
  /** The id that the ship had so far, where a person has changed it: `store/rename-vessel.ts`. */
  vesselIdBefore?: string | undefined;
  vesselName: string;
  /** How this installation signs its changes, e.g. 'Bridge PC'. */
  device: string;
  /** Ship's time, an IANA name. */
  timeZone: string;
  /** The program's version. */
  version: string;
  /** Whose account on this computer it runs in and in which program, for the words to another one that comes meanwhile. */
  account?: string;
  program?: NodeProgram;
  /** Host and port of the broker for people to read; null when none is configured. */
  brokerName: string | null;
  /** Delivery promise by kind of message: telemetry 0, changes 1, presence 1 unless said otherwise. */
  qos?: Partial<Record<'telemetry' | 'changes' | 'presence', Qos>>;
}

export interface VesselDependencies {
  environment: Environment;
  /** Null for a node that never uses a link. */
  openLink: OpenLink | null;
  codec: Codec;
  /** Where the ship's network leads off the ship, for the link policy; left out where nobody can tell. */
  readGateway?: ReadGateway;
  /** Left out for a node that makes and takes no files by hand. */
  fileTransfer?: FileTransferPorts;
  /** Left out for a node that makes no copies of its database. */
  copies?: CopiesPorts;
  /** Begins to watch process and disk, given the database's file; left out for a node that keeps no figures over time. */
  watchHost?: (databaseFile: string) => HostWatch;
  /** Hears what the node does before it is open; each may take seconds with the thread held. */
  onStep?: (step: StartStep) => void;
}

/** Characters of a device's name that a change can carry (`shared/sync/change.ts`). */
const deviceLimit = 120;

/** One installation on board: everything a screen can ask, whatever carries the question. */
export interface VesselNode {
  /** Validated both ways; never throws. */
  call(call: Call): Promise<CallResult>;
  subscribe(listener: (event: EventMessage) => void): () => void;
  /**
   * Takes an error that nobody caught. @returns true where it is trouble of the disk or the database, which the node
   * goes on with; false where the program had better end
   */
  livesWith(cause: unknown): boolean;
  /** The computer slept and is awake again: the link is tried at once, where it may stand. */
  resumed(): void;
  /** Why the ship's id can no longer be changed, in words; null while it can. */
  whyIdIsSettled(): string | null;
  /** Says goodbye on the link and closes the database. Nothing is lost when it is not called. */
  close(): Promise<void>;
}

/**
 * Opens the node on its data directory and starts using the link.
 * @throws StartFailure with a sentence for the person at the screen
 */
export function openVesselNode(options: VesselOptions, dependencies: VesselDependencies): VesselNode {
  const { dataDirectory, timeZone, account, program = 'app' } = options;
  const database = openDatabase(dataDirectory, dependencies.environment, {
    ...(dependencies.onStep === undefined ? {} : { onStep: dependencies.onStep }),
    by: account === undefined ? null : { account, program, timeZone },
  });
  dependencies.onStep?.('reading');
  return startNode(database, options, dependencies).node;
}

/**
 * Starts a node on a database that is open: with its link, and with the store that everything on it goes through.
 * Closes the database when it cannot start.
 * @throws StartFailure with a sentence for the person at the screen
 */
export function startNode(
  database: OpenedDatabase,
  given: VesselOptions,
  {
    environment: plain,
    openLink: plainLink,
    codec,
    readGateway,
    fileTransfer: fileTransferPorts,
    copies: copiesPorts,
    watchHost,
  }: VesselDependencies,
): { node: VesselNode; store: VesselStore } {
  // A longer name would be refused by shore with every change that bears it.
  const options = { ...given, device: given.device.slice(0, deviceLimit) };
  /** What was begun, to be ended in turn where the node cannot start. */
  const ends: (() => void)[] = [];
  try {
    const storage = new Storage(database.connection, database.place ?? null, plain);
    ends.push(() => storage.stop());
    const environment = storage.guarding(plain);
    const store = openVesselStore(database.connection, options, environment);
    const kept = keepStorage(storage, store, database);
    ends.push(kept.close);
    const openLink = plainLink === null ? null : guardedLink(plainLink, storage);
    const folder = new ContentFolder(join(options.dataDirectory, 'attachments'));
    const { place } = database;
    // What a replaced database alone has is kept for it.
    const contents = new Contents(
      database.connection,
      folder,
      environment,
      () => place !== undefined && hasReplacedOne(place.directory),
    );
    if (place !== undefined && readOutcome(place.directory)?.refused === null)
      storage.guard('noting the files of attachments', () => contents.adopt());
    const notices = new Notices(environment, { status: () => status(), storage: () => storage.status() });
    const copies =
      copiesPorts === undefined || place === undefined
        ? null
        : new Copies({
            ...copiesPorts,
            directory: place.directory,
            database: place.file,
            vessel: options.vesselId,
            environment,
            storage,
            attachments: () => contents.table.onBoard(),
            onMoved: () => copies !== null && notices.copiesMoved(copies.list()),
          });
    ends.push(() => void copies?.close());
    ends.push(() => notices.stop());
    storage.onMoved(() => notices.storageMoved());
    const policy = new LinkPolicyService(store, {
      environment,
      timeZone: options.timeZone,
      traffic: openLink?.traffic ?? null,
      readGateway: readGateway ?? null,
      onStatus: () => notices.statusMoved(),
    });
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
        gate: policy,
        contents,
        onStatus: () => notices.statusMoved(),
        keys: () => fileTransfer,
      },
    );
    ends.push(() => void session.close());
    const keys = fileTransferPorts === undefined ? null : keysOrNone(fileTransferPorts, storage);
    const fileTransfer =
      fileTransferPorts === undefined || keys === null
        ? null
        : new FileTransfer(
            {
              crypto: fileTransferPorts.crypto,
              keys,
              store,
              codec,
              session: session.fileTransfer,
              onMoved: () => notices.statusMoved(),
            },
            options,
          );
    const status = (): SyncStatus => syncStatusOf(store, session, policy);
    const metrics = new NodeMetrics(
      environment,
      status,
      watchHost?.(join(options.dataDirectory, databaseFileName)) ?? null,
    );
    ends.push(() => metrics.stop());
    const handlers: Handlers = {
      ...handlersOf(store, { options, session, policy, contents, fileTransfer, status }),
      'node.history': ({ hours }) => metrics.history(hours),
      'storage.status': () => storage.status(),
      ...copiesHandlers(copies),
    };
    store.onCommitted((committed) => {
      notices.onCommitted(committed);
      if (committed.cause !== 'local') return;
      policy.onWritten(committed);
      session.onWritten(committed.promoted ?? null);
    });
    storage.onRecovered(() => session.onStorageBack());
    storage.onDamaged(() => session.onDamaged());
    kept.start();
    // On a full disk there is nothing to be done about it here; it is told, and done at the next start.
    storage.guard('starting', () => applyWaiting(store));
    storage.guard('noting the name', () => store.settings.keep('vessel_name', options.vesselName));
    const takeOver = new HoursTakeOver(store, options.device);
    ends.push(() => takeOver.stop());
    if (!storage.isDamaged) storage.guard('taking over running hours', () => takeOver.start());
    policy.start(session);
    ends.push(() => policy.stop());
    if (storage.isDamaged) session.onDamaged();
    else session.start();
    copies?.start();
    const actorOf = (id: string | undefined): Actor =>
      // Who acts on a database that cannot be read is not to be found out.
      actingPerson(store, storage.isDamaged ? undefined : id, options.device);
    const node: VesselNode = {
      call: (call) => dispatch(call, handlers, { environment, storage, actorOf }),
      subscribe: (listener) => notices.subscribe(listener),
      whyIdIsSettled: () => whyIdIsSettled(store),
      livesWith: (cause) => storage.note(cause, 'unknown') !== null,
      resumed: () => session.resumed(),
      close: async () => {
        takeOver.stop();
        notices.stop();
        metrics.stop();
        await copies?.close();
        await fileTransfer?.close();
        await session.close();
        storage.guard('closing', () => policy.stop());
        kept.close();
        database.close();
      },
    };
    return { node, store };
  } catch (cause) {
    const found = startFailureOf(cause, database);
    for (const end of ends.reverse()) endQuietly(end);
    database.close();
    throw found;
  }
}

/** Why the node cannot start; for an error that says nothing of it the whole database is looked at. */
function startFailureOf(cause: unknown, { connection, place }: OpenedDatabase): unknown {
  if (place === undefined) return cause;
  const understood = asStartFailure(cause, place.directory);
  if (understood instanceof StartFailure) return understood;
  try {
    const damage = damageIn(connection, null);
    if (damage === null) return cause;
    return new StartFailure('damaged_database', damagedText(place.directory, damage), { cause });
  } catch (found) {
    return asStartFailure(found, place.directory);
  }
}

/** A disk that takes no keys just now takes away files by hand until the next start, and nothing else. */
function keysOrNone({ keys }: FileTransferPorts, storage: Storage): OwnKeys | null {
  let own: OwnKeys | null = null;
  storage.guard('own keys', () => (own = keys()));
  return own;
}

function endQuietly(end: () => void): void {
  try {
    end();
  } catch {
    // It was not whole; why the node cannot start is told.
  }
}

function handlersOf(
  store: VesselStore,
  {
    options,
    session,
    policy,
    contents,
    fileTransfer,
    status,
  }: {
    options: VesselOptions;
    session: LinkSession;
    policy: LinkPolicyService;
    contents: Contents;
    fileTransfer: FileTransfer | null;
    status: () => SyncStatus;
  },
): Omit<Handlers, 'node.history' | 'storage.status' | CopyMethods> {
  const { device, timeZone } = options;
  const db = drizzle(store.connection);
  const hours = shownHours(store.connection);
  const kinds = recordKinds(store, { db, device, shownInstead: new Map([[equipmentSpec.entity, hours]]) });
  const serviceOf = ({ entity }: { entity: string }) => kindOf(kinds, entity).service;
  return {
    'vessel.info': () => ({
      vesselId: options.vesselId,
      vesselName: options.vesselName,
      device,
      version: options.version,
      now: new Date(store.environment.now()).toISOString(),
      timeZone,
    }),
    ...recordHandlers(kinds),
    ...crewHandlers(kindOf(kinds, crewEntity)),
    ...equipmentHandlers(serviceOf(equipmentSpec), new EquipmentQueries(db, store, hours)),
    ...workOrderHandlers(store, {
      service: serviceOf(workOrderSpec),
      queries: new WorkOrderQueries(db, store),
      timeZone,
    }),
    ...attachmentHandlers(store, {
      service: new AttachmentService(store, contents, device),
      queries: new AttachmentQueries(db, store, {
        contents,
        isLacking: (sha256) => session.contents.isLacking(sha256),
      }),
      contents,
      onWanted: () => session.contents.onWanted(),
    }),
    ...conflictHandlers(store, { device }),
    ...historyHandlers(store),
    ...draftHandlers(new Drafts(store.connection), store.environment),
    ...syncHandlers(store, { session, policy, status }),
    ...linkPolicyHandlers(policy, store.environment),
    ...fileTransferHandlers(fileTransfer),
  };
}

/** Who acts: the chosen crew member, or the station itself. */
function actingPerson(store: VesselStore, id: string | undefined, device: string): Actor {
  if (id === undefined) return { id: null, name: device };
  const record = store.table(crewEntity).get(id);
  if (record === null || record.deleted)
    throw new ContractFailure(
      'not_found',
      'The acting person is not on the crew list. Choose who you are and try again.',
    );
  return { id, name: `${String(record.values['name'])}, ${String(record.values['rank'])}` };
}
