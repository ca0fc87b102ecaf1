import type { Codec, Environment, OpenLink, PackageCrypto, Qos } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { attachmentLimit as usualAttachmentLimit } from '#shared/records/attachment.ts';
import { numberedSpecs } from '#shared/records/numbered.ts';
import { withServiceErrors } from './service-errors.ts';
import { Attachments } from './attachments/service.ts';
import { FileTransferStore } from './file-transfer/file-transfer-store.ts';
import { fileTransferOffice, type FileTransferOffice } from './file-transfer/office.ts';
import { FileTransferService } from './file-transfer/service.ts';
import { Commits } from './commits.ts';
import { ConflictQueries } from './conflicts/queries.ts';
import { Conflicts } from './conflicts/service.ts';
import { readDigests } from './compare/read-digests.ts';
import { SqlContentStore } from './contents/sql-content-store.ts';
import { recordsService } from './records-service.ts';
import { Gateway } from './gateway/gateway.ts';
import { zeroCounters } from './gateway/counters.ts';
import { GatewayMetrics } from './metrics/gateway-metrics.ts';
import { mqttHealthOf, sharedSyncHealth } from './health.ts';
import { applyWaiting } from './ingest/apply-waiting.ts';
import { followNotifications } from './pg-notifications.ts';
import type { ShoreService } from './service.ts';
import { SyncQueries } from './sync/journal-queries.ts';
import { SqlSnapshotStore } from './snapshot/sql-snapshot-store.ts';
import { databaseFault, databaseMessage } from './store/database-error.ts';
import type { Database } from './store/database.ts';
import { DatabaseStanding } from './store/database-standing.ts';
import { migrate } from './store/migrate.ts';
import { tryTakingRoom, tryWriting } from './store/try-writing.ts';
import { pause } from './store/retry.ts';
import { startRefusal } from './store/start-refusal.ts';
import { SqlStore } from './store/sql-store.ts';
import { decideClaim } from './vessels/decide-claim.ts';
import { readVessels } from './vessels/queries.ts';
import { readShipsDays } from './vessels/ships-days.ts';
import { summaryOf } from './vessels/summary.ts';
import { WaitingWrites } from './waiting-writes.ts';
import type { WaitingWriter } from './record-and-publish.ts';
import { WorkOrderQueries } from './work-orders/queries.ts';
import { DuplicateNumberResolver } from './numbers/resolve-duplicate-numbers.ts';
import { WorkOrders } from './work-orders/service.ts';

export interface ShoreOptions {
  /** Name of this gateway, unique among those on one broker; it stays the same over restarts. */
  gateway: string;
  version: string;
  /** Name of the group of gateways that share the vessels' messages; null for one gateway alone. */
  group: string | null;
  qos: { changes: Qos; presence: Qos };
  /** Bytes that an attachment may have; `attachmentLimit` of the domain when left out. */
  attachmentLimit?: number;
  /** Whether a vessel that shore has never heard of may come in. */
  admit(vesselId: string): boolean;
}

export interface ShoreDependencies {
  database: Database;
  openLink: OpenLink;
  codec: Codec;
  /** For files that travel by hand. */
  crypto: PackageCrypto;
  environment: Environment;
}

export interface Shore {
  readonly service: ShoreService;
  /** Files that travel by hand. */
  readonly fileTransfer: FileTransferOffice;
  /** This gateway's own figures; takes samples once it is started. */
  readonly metrics: GatewayMetrics;
  /**
   * Resolves when the schema is today's and the link is being opened; waits for a database that is away. Rejects
   * with `DatabaseRefused` when it cannot be used until a person did something, as when a newer program wrote it.
   */
  readonly ready: Promise<void>;
  /** Stops taking messages, finishes what is being stored, says goodbye. The database stays open. */
  close(): Promise<void>;
}

const waitForDatabaseMs = 2_000;
/** A problem is recent, and a vessel's health degraded by it, for a day. */
const recentMs = 86_400_000;

/** Builds a gateway from its parts and starts it. */
export function openShore(
  { database, openLink, codec, crypto, environment }: ShoreDependencies,
  options: ShoreOptions,
): Shore {
  const standing = new DatabaseStanding(environment);
  const rareLog = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
  const store = new SqlStore(database, standing);
  const commits = new Commits(environment.log);
  const counters = zeroCounters();
  const { gateway: name, admit } = options;
  const snapshots = new SqlSnapshotStore(database);
  const contents = new SqlContentStore(database);
  const { attachmentLimit = usualAttachmentLimit } = options;
  const fileTransfer = new FileTransferService({
    store,
    environment,
    commits,
    codec,
    crypto,
    gateway: name,
    admit,
    version: options.version,
    fileTransfer: new FileTransferStore(database, crypto),
  });
  const dependencies = {
    store,
    snapshots,
    contents,
    attachmentLimit,
    environment,
    commits,
    counters,
    codec,
    openLink,
    fileTransfer,
    gateway: name,
    admit,
    waiting: new WaitingWrites<WaitingWriter>(),
  };
  const gateway = new Gateway(dependencies, options);
  const doubled = numberedSpecs().map(
    (spec) => new DuplicateNumberResolver(dependencies, database.reader, spec),
  );
  const queues = () => ({ waiting: gateway.waiting, inFlight: gateway.inFlight });
  const vessels = async () => {
    const now = environment.now();
    return readVessels(database.reader, {
      days: await readShipsDays(database.reader, now),
      recentSince: now - recentMs,
    });
  };
  const metrics = new GatewayMetrics({
    environment,
    gateway: name,
    counters,
    queues,
    pool: () => database.pool(),
    readVessels: vessels,
  });
  const syncHealth = sharedSyncHealth({
    environment,
    gateway: name,
    counters,
    queues,
    readVessels: vessels,
    standing,
    tryDatabase,
  });
  const closing = new AbortController();
  let stopListening = (): void => undefined;
  const ready = start();
  // Whoever awaits it is told; nobody has to.
  ready.catch(() => undefined);

  async function start(): Promise<void> {
    await setUp(startRefusal);
    if (closing.signal.aborted) return;
    stopListening = followNotifications(store, commits, name, environment, { setUp: setUpAgain, onLost });
    gateway.start();
    for (const each of doubled) each.start();
  }

  /**
   * Brings the schema to today's as soon as there is a database.
   * @param refusalOf what ends the waiting for it
   */
  async function setUp(refusalOf: (error: unknown) => Error | null = () => null): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await migrate(database, environment);
        const applied = await applyWaiting(dependencies);
        if (applied > 0)
          environment.log.info({ applied }, 'changes that had waited for this version were applied');
        return;
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal !== null) throw refusal;
        if (databaseFault(error) === 'refused') throw error;
        counters.lastError = { message: databaseMessage(error), at: environment.now() };
        standing.failed(error);
        rareLog.warn('away', { err: error }, 'the database is away; waiting for it');
        await pause(environment, waitForDatabaseMs);
      }
    }
  }

  /** Nobody may ask for a while: whether it is well is found out, and told, all the same. */
  function onLost(): void {
    standing.suspect();
    void syncHealth();
  }

  async function tryDatabase(): Promise<void> {
    const { toTry } = standing;
    if (toTry === 'nothing' || toTry === 'waiting') return;
    await (toTry === 'writing' ? tryWriting : tryTakingRoom)(database);
    standing.wellAgain();
  }

  /** What comes back after a time away may be another database, an empty one too. */
  async function setUpAgain(): Promise<void> {
    try {
      await setUp();
    } catch (error) {
      counters.lastError = { message: databaseMessage(error), at: environment.now() };
      rareLog.warn('unusable', { err: error }, 'the database that came back cannot be used');
    }
  }

  return {
    service: serviceOf(),
    fileTransfer: fileTransferOffice(fileTransfer, environment),
    metrics,
    ready,
    async close() {
      closing.abort();
      metrics.stop();
      stopListening();
      await gateway.close();
      await fileTransfer.close();
      await Promise.all(doubled.map((each) => each.close()));
    },
  };

  function serviceOf(): ShoreService {
    const { reader } = database;
    const orders = new WorkOrders(dependencies, reader, new WorkOrderQueries(reader, environment));
    const records = recordsService(dependencies, reader);
    const attachments = new Attachments(dependencies, reader);
    const sync = new SyncQueries(reader);
    const conflicts = new Conflicts(dependencies, new ConflictQueries(reader));
    const answer = <T>(work: () => Promise<T>): Promise<T> => withServiceErrors(environment, work, standing);
    return {
      workOrders: {
        list: (query) => answer(() => orders.list(query)),
        get: (key) => answer(() => orders.get(key)),
        create: (vesselId, input, writer) => answer(() => orders.create(vesselId, input, writer)),
        patch: (key, changes, writer, basis) => answer(() => orders.patch(key, changes, writer, basis)),
        delete: (key, writer) => answer(() => orders.delete(key, writer)),
        history: (key, query) => answer(() => orders.history(key, query)),
      },
      records: {
        list: (entity, query) => answer(() => records.list(entity, query)),
        get: (entity, key) => answer(() => records.get(entity, key)),
        create: (entity, vesselId, given, writer, isConfirmed) =>
          answer(() => records.create(entity, vesselId, given, writer, isConfirmed)),
        patch: (entity, key, changes, writer, basis) =>
          answer(() => records.patch(entity, key, changes, writer, basis)),
        delete: (entity, key, writer) => answer(() => records.delete(entity, key, writer)),
        history: (entity, key, query) => answer(() => records.history(entity, key, query)),
      },
      attachments: {
        list: (entity, key) => answer(() => attachments.list(entity, key)),
        put: (vesselId, sha256, bytes) => answer(() => attachments.put(vesselId, sha256, bytes)),
        add: (entity, key, input, writer) => answer(() => attachments.add(entity, key, input, writer)),
        delete: (key, writer) => answer(() => attachments.delete(key, writer)),
        restore: (key, writer) => answer(() => attachments.restore(key, writer)),
        read: (key, part) => answer(() => attachments.read(key, part)),
      },
      conflicts: {
        list: (query) => answer(() => conflicts.list(query)),
        get: (id) => answer(() => conflicts.get(id)),
        settle: (id, decision, writer) => answer(() => conflicts.settle(id, decision, writer)),
      },
      vessels: () => answer(async () => (await vessels()).map(summaryOf)),
      now: () => new Date(environment.now()).toISOString(),
      decideClaim: (vesselId, origin, decision, writer) =>
        answer(() => decideClaim(dependencies, { vesselId, origin }, decision, writer)),
      digests: (vesselId, after) => answer(() => readDigests(dependencies, vesselId, after)),
      syncHealth,
      databaseTrouble() {
        void syncHealth();
        const { notWell } = standing;
        return notWell === null
          ? null
          : { since: new Date(notWell.since).toISOString(), words: notWell.words };
      },
      mqttHealth: () => mqttHealthOf({ counters, queues }),
      journal: (query) => answer(() => sync.journal(query)),
      problems: (query) => answer(() => sync.problems(query)),
      onCommitted: (listener) => commits.on(listener),
    };
  }
}
