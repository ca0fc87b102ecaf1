import type { Environment } from '#shared/ports.ts';
import type { Counters } from './gateway/counters.ts';
import type { HealthState, MqttHealth, SyncHealth } from './service.ts';
import { SilentDatabase } from './store/database-error.ts';
import { troubleText, type DatabaseStanding } from './store/database-standing.ts';
import type { VesselFacts } from './vessels/queries.ts';
import { healthOf } from './vessels/summary.ts';
import { within } from './within.ts';

/** So many messages wait only while the database is slow or away. */
const manyWaiting = 16;

/** A monitor is answered within so long, ms, whatever the database does. */
const longestLook = 4_000;
/** However many ask, the database is looked at once in so long, ms. */
const lookEvery = 1_000;

interface HealthDependencies {
  environment: Environment;
  gateway: string;
  counters: Counters;
  /** Messages that wait for the database, and batches that wait for vessels. */
  queues(): { waiting: number; inFlight: number };
  readVessels(): Promise<VesselFacts[]>;
  standing: DatabaseStanding;
  /** Does what the standing says has to be tried; throws what went wrong. */
  tryDatabase(): Promise<void>;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/**
 * How sync does, for any number of monitors: who asks while the database is being looked at, or soon after, is given
 * what that look finds.
 */
export function sharedSyncHealth(dependencies: HealthDependencies): () => Promise<SyncHealth> {
  const { environment } = dependencies;
  let look: { at: number; wasWell: boolean; found: Promise<SyncHealth> } | null = null;
  return () => {
    const now = environment.monotonic();
    const isWell = dependencies.standing.notWell === null;
    if (look === null || now - look.at >= lookEvery || (isWell !== look.wasWell && look.at <= now)) {
      const fresh = { at: now, wasWell: isWell, found: syncHealthOf(dependencies) };
      // A look that takes longer is shared until it ends.
      fresh.at = Number.POSITIVE_INFINITY;
      const ended = (): void => {
        fresh.at = now;
        fresh.wasWell = dependencies.standing.notWell === null;
      };
      fresh.found.then(ended, ended);
      look = fresh;
    }
    return look.found;
  };
}

async function syncHealthOf(dependencies: HealthDependencies): Promise<SyncHealth> {
  const { environment, gateway, counters } = dependencies;
  const started = environment.monotonic();
  const { standing } = dependencies;
  let vessels: VesselFacts[] = [];
  let latencyMs: number | null = null;
  let failure: unknown = null;
  const look = async (): Promise<void> => {
    vessels = await dependencies.readVessels();
    latencyMs = Math.round((environment.monotonic() - started) * 10) / 10;
    await dependencies.tryDatabase();
  };
  try {
    await within(environment, longestLook, look(), () => new SilentDatabase(longestLook));
  } catch (error) {
    failure = error;
    standing.failed(error);
  }
  const { notWell } = standing;
  const database: SyncHealth['database'] =
    failure === null && notWell === null
      ? { state: 'ok', error: null, since: null, latencyMs }
      : {
          state: 'down',
          error: notWell?.words ?? troubleText(failure),
          since: iso(notWell?.since ?? environment.now()),
          latencyMs,
        };
  const now = environment.now();
  const health = vessels.map((vessel) => healthOf(vessel, now));
  const oldest = vessels.flatMap((vessel) => (vessel.oldest_at === null ? [] : [vessel.oldest_at]));
  const degraded = !counters.link.connected || health.some(({ state }) => state !== 'ok');
  const state: HealthState = database.state === 'down' ? 'down' : degraded ? 'degraded' : 'ok';
  return {
    state,
    gateway,
    database,
    ingest: {
      batches: counters.batches,
      changes: counters.changes,
      duplicates: counters.duplicates,
      gaps: counters.gaps,
      forks: counters.forks,
      refused: counters.refused,
      retries: counters.retries,
      waiting: dependencies.queues().waiting,
      lastAt: counters.lastIngestAt === null ? null : iso(counters.lastIngestAt),
      lastError:
        counters.lastError === null
          ? null
          : { message: counters.lastError.message, at: iso(counters.lastError.at) },
    },
    downlink: {
      depth: vessels.reduce((sum, vessel) => sum + vessel.waiting, 0),
      oldestAgeMs: oldest.length === 0 ? null : Math.max(0, now - Math.min(...oldest)),
      sent: counters.changesSent,
      acknowledged: counters.changesAcknowledged,
    },
    vessels: health,
  };
}

export function mqttHealthOf({
  counters,
  queues,
}: Pick<HealthDependencies, 'counters' | 'queues'>): MqttHealth {
  const { link } = counters;
  const { waiting, inFlight } = queues();
  return {
    state: link.connected ? (waiting >= manyWaiting ? 'degraded' : 'ok') : 'down',
    connected: link.connected,
    since: link.since === null ? null : iso(link.since),
    error:
      link.failure === null
        ? null
        : { code: link.failure.code, message: link.failure.message, at: iso(link.failure.at) },
    warning: link.warning,
    messages: {
      received: counters.received,
      sent: counters.sent,
      refused: counters.refused,
      passedOver: counters.passedOver,
      lost: counters.lost,
    },
    bytes: { received: counters.bytesReceived, sent: counters.bytesSent },
    queuedMessages: waiting,
    inFlight,
  };
}
