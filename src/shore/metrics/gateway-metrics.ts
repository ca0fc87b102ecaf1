import type { Cancel, Environment } from '#shared/ports.ts';
import { dayOfHistory, History, type Fold } from '#shared/metrics/history.ts';
import type { MetricsHistory } from '#shared/office/metrics.ts';
import type { Counters } from '../gateway/counters.ts';
import { databaseFault } from '../store/database-error.ts';
import type { PoolMetrics } from '../store/database.ts';
import type { VesselFacts } from '../vessels/queries.ts';
import { waitingOnBoard } from '../vessels/summary.ts';
import type { ProcessReading } from './process-readings.ts';
import { prometheus, type Prometheus } from './prometheus.ts';

const sampleEveryMs = 10_000;
/** Ships are asked of the database less often than the process is looked at. */
const shipsEveryMs = 30_000;
/** A database that has not answered for so long is away, whatever becomes of the answer. */
const databaseSilentMs = 15_000;
/** Ships with series of their own: those heard of last. The page and Prometheus get no more, however many names come. */
const mostShips = 100;

export interface MetricsDependencies {
  environment: Environment;
  gateway: string;
  counters: Counters;
  queues(): { waiting: number; inFlight: number };
  pool(): PoolMetrics;
  readVessels(): Promise<VesselFacts[]>;
}

export interface Ships {
  at: number;
  facts: readonly VesselFacts[];
}

/**
 * What this gateway has done and how it stands, over the last day, for its own page and for Prometheus. It is kept in
 * memory and begins anew with the process: a gateway keeps nothing that matters.
 */
export class GatewayMetrics {
  readonly #dependencies: MetricsDependencies;
  readonly #prometheus: Prometheus;
  readonly #history = new History(dayOfHistory, foldOf);
  readonly #since: number;
  #readProcess: (() => ProcessReading) | null = null;
  #process: ProcessReading | null = null;
  #ships: Ships | null = null;
  #asking: { since: number } | null = null;
  /** Null before the first answer. */
  #isDatabaseThere: boolean | null = null;
  #last: { at: number; changes: number; batches: number; requests: number; refused: number } | null = null;
  #next: Cancel | null = null;

  constructor(dependencies: MetricsDependencies) {
    this.#dependencies = dependencies;
    this.#since = dependencies.environment.now();
    const { gateway, counters, queues, pool } = dependencies;
    this.#prometheus = prometheus({
      gateway,
      counters,
      queues,
      pool,
      ships: () => this.#ships?.facts ?? [],
      isDatabaseThere: () => this.#isDatabaseThere === true && !this.#isSilent,
      now: () => dependencies.environment.now(),
    });
    counters.onIngested = (milliseconds) => this.#prometheus.ingested(milliseconds);
  }

  /** Takes samples from now on. @param readProcess reads how the process does */
  start(readProcess: () => ProcessReading): void {
    this.#readProcess = readProcess;
    this.#sample();
  }

  stop(): void {
    this.#next?.();
    this.#next = null;
  }

  /** @param route the pattern that the path fitted, never the path itself; null for none */
  answered(
    route: string | null,
    { method, status, ms }: { method: string; status: number; ms: number },
  ): void {
    this.#prometheus.answered({ route: route ?? 'none', method, status, ms });
  }

  /** In the text format of Prometheus. */
  text(): Promise<{ type: string; text: string }> {
    return this.#prometheus.text();
  }

  history(hours: number): MetricsHistory {
    const { environment, gateway, counters } = this.#dependencies;
    const monotonic = environment.monotonic();
    const now = environment.now();
    const { at, everyMs, series } = this.#history.read(monotonic, hours * 3_600_000);
    return {
      gateway,
      since: new Date(this.#since).toISOString(),
      now: new Date(now).toISOString(),
      everyMs,
      at: at.map((each) => Math.round(now - monotonic + each)),
      series,
      refused: counters.refusedBy.list(),
      ships: (this.#ships?.facts ?? []).map((ship) => ({
        vesselId: ship.vessel_id,
        name: ship.known_as ?? ship.name ?? ship.vessel_id,
        waitingAshore: ship.waiting,
        oldestAgeMs: ageOf(ship, now),
        waitingOnBoard: waitingOnBoard(ship),
        conflicts: ship.conflicts,
        lastContactAt: ship.last_contact_at === null ? null : new Date(ship.last_contact_at).toISOString(),
      })),
      shipsAt: this.#ships === null ? null : new Date(this.#ships.at).toISOString(),
    };
  }

  get #isSilent(): boolean {
    const { environment } = this.#dependencies;
    return this.#asking !== null && environment.monotonic() - this.#asking.since > databaseSilentMs;
  }

  #sample(): void {
    const { environment, counters } = this.#dependencies;
    this.#askShips();
    this.#process = this.#readProcess?.() ?? null;
    const at = environment.monotonic();
    const requests = this.#prometheus.requests();
    const { changes, batches, refused } = counters;
    const reading = { ...this.#rates(at, requests), ...this.#standing() };
    this.#prometheus
      .quantiles()
      .then((quantiles) => this.#history.add(at, { ...reading, ...quantiles }))
      .catch((error: unknown) => environment.log.warn({ err: error }, 'a sample of the figures failed'));
    this.#last = { at, changes, batches, requests, refused };
    this.#next = environment.after(sampleEveryMs, () => this.#sample());
  }

  #rates(at: number, requests: number): Record<string, number | null> {
    const last = this.#last;
    const { changes, batches, refused } = this.#dependencies.counters;
    if (last === null || last.at === at) return {};
    const seconds = (at - last.at) / 1_000;
    return {
      changesPerSecond: (changes - last.changes) / seconds,
      batchesPerSecond: (batches - last.batches) / seconds,
      requestsPerSecond: (requests - last.requests) / seconds,
      refusedPerSecond: (refused - last.refused) / seconds,
    };
  }

  #standing(): Record<string, number | null> {
    const { counters, environment } = this.#dependencies;
    const pool = this.#dependencies.pool();
    const ships = this.#ships?.facts ?? [];
    const now = environment.now();
    const ages = ships.map((ship) => ageOf(ship, now) ?? 0);
    return {
      ...this.#process,
      database: this.#databaseReading,
      broker: counters.link.connected ? 1 : 0,
      poolInUse: pool.total - pool.idle,
      poolWaiting: pool.waiting,
      queuedMessages: this.#dependencies.queues().waiting,
      conflicts: this.#ships === null ? null : ships.reduce((sum, ship) => sum + ship.conflicts, 0),
      waitingAshore: this.#ships === null ? null : ships.reduce((sum, ship) => sum + ship.waiting, 0),
      oldestUnacknowledgedMs: this.#ships === null ? null : Math.max(0, ...ages),
      ...Object.fromEntries(ships.map((ship, place) => [`oldest:${ship.vessel_id}`, ages[place] ?? 0])),
    };
  }

  get #databaseReading(): number | null {
    if (this.#isSilent) return 0;
    return this.#isDatabaseThere === null ? null : Number(this.#isDatabaseThere);
  }

  #askShips(): void {
    const { environment, counters, readVessels } = this.#dependencies;
    const started = environment.monotonic();
    const read = this.#ships === null ? null : environment.now() - this.#ships.at;
    if (
      this.#asking !== null ||
      (read !== null && Math.abs(read) < shipsEveryMs && this.#isDatabaseThere === true)
    )
      return;
    this.#asking = { since: started };
    readVessels()
      .then(
        (all) => {
          const heard = all.toSorted((a, b) => (b.last_contact_at ?? 0) - (a.last_contact_at ?? 0));
          this.#ships = { at: environment.now(), facts: heard.slice(0, mostShips) };
          counters.refusedBy.know(this.#ships.facts.map((ship) => ship.vessel_id));
          this.#isDatabaseThere = true;
        },
        (error: unknown) => {
          // One that refuses, as before its tables are made, is there.
          this.#isDatabaseThere = databaseFault(error) === 'refused';
        },
      )
      .finally(() => {
        this.#asking = null;
      });
  }
}

function foldOf(name: string): Fold {
  if (name === 'database' || name === 'broker') return 'least';
  return name.endsWith('PerSecond') ? 'mean' : 'most';
}

const ageOf = ({ oldest_at: oldest }: VesselFacts, now: number): number | null =>
  oldest === null ? null : Math.max(0, now - oldest);
