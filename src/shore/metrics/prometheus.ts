import { Counter, Gauge, Registry, Summary } from 'prom-client';
import type { Counters } from '../gateway/counters.ts';
import type { PoolMetrics } from '../store/database.ts';
import type { VesselFacts } from '../vessels/queries.ts';

interface Answered {
  route: string;
  method: string;
  status: number;
  ms: number;
}

export interface Prometheus {
  ingested(milliseconds: number): void;
  answered(answer: Answered): void;
  /** Requests answered since the process started. */
  requests(): number;
  /** Of the last minute, milliseconds; null where there was nothing to measure. */
  quantiles(): Promise<Record<string, number | null>>;
  text(): Promise<{ type: string; text: string }>;
}

interface Read {
  gateway: string;
  counters: Counters;
  queues(): { waiting: number; inFlight: number };
  pool(): PoolMetrics;
  ships(): readonly VesselFacts[];
  isDatabaseThere(): boolean;
  now(): number;
}

/** Quantiles are of the last minute. */
const window = { percentiles: [0.5, 0.99], maxAgeSeconds: 60, ageBuckets: 6 };

/** This gateway's figures under the names by which Prometheus knows them. A registry of its own for each gateway. */
export function prometheus(read: Read): Prometheus {
  const { counters } = read;
  const registry = new Registry();
  registry.setDefaultLabels({ gateway: read.gateway });
  const registers = [registry];

  const ingest = new Summary({
    name: 'arus_ingest_seconds',
    help: 'Time from a batch of changes to its commit.',
    registers,
    ...window,
  });
  const rest = new Summary({
    name: 'arus_http_request_seconds',
    help: 'Time to answer a request, all routes together.',
    registers,
    ...window,
  });
  const requests = new Counter({
    name: 'arus_http_requests_total',
    help: 'Requests answered, by route, method and class of status.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  let answeredCount = 0;
  /** They are in the registry by being made. */
  const keep: (Counter | Gauge)[] = [];

  const counter = (name: string, help: string, value: () => number): void => {
    keep.push(
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(value());
        },
      }),
    );
  };
  const gauge = (name: string, help: string, value: () => number): void => {
    keep.push(
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      }),
    );
  };
  const ofShips = (name: string, help: string, value: (ship: VesselFacts) => number | null): void => {
    keep.push(
      new Gauge({
        name,
        help,
        labelNames: ['vessel'],
        registers,
        collect() {
          this.reset();
          for (const ship of read.ships()) {
            const found = value(ship);
            if (found !== null) this.set({ vessel: ship.vessel_id }, found);
          }
        },
      }),
    );
  };

  counter('arus_changes_total', 'Changes of ships stored.', () => counters.changes);
  counter('arus_batches_total', 'Batches of ships stored.', () => counters.batches);
  counter('arus_duplicates_total', 'Changes that came a second time.', () => counters.duplicates);
  counter('arus_gaps_total', 'Batches before which one was missing.', () => counters.gaps);
  counter('arus_forks_total', 'Batches of another journal than the one held.', () => counters.forks);
  counter('arus_ingest_retries_total', 'Transactions begun again after a conflict.', () => counters.retries);
  counter('arus_messages_received_total', 'Messages from the broker.', () => counters.received);
  counter('arus_messages_sent_total', 'Messages to the broker.', () => counters.sent);
  counter(
    'arus_messages_passed_over_total',
    'Messages let go unread, of senders too many of whose messages were refused.',
    () => counters.passedOver,
  );
  counter('arus_messages_lost_total', 'Messages let go because too many waited.', () => counters.lost);
  counter('arus_changes_sent_total', 'Changes sent to ships.', () => counters.changesSent);
  counter(
    'arus_changes_acknowledged_total',
    'Changes that ships confirmed.',
    () => counters.changesAcknowledged,
  );
  keep.push(
    new Counter({
      name: 'arus_messages_refused_total',
      help: 'Messages refused, by kind and ship; senders that are no ship of this office are one.',
      labelNames: ['kind', 'vessel'],
      registers,
      collect() {
        this.reset();
        for (const { kind, sender, count } of counters.refusedBy.list())
          this.inc({ kind, vessel: sender }, count);
      },
    }),
  );
  gauge('arus_messages_waiting', 'Messages that wait for the database.', () => read.queues().waiting);
  gauge('arus_batches_in_flight', 'Batches to ships that wait for their word.', () => read.queues().inFlight);
  gauge('arus_broker_connected', '1 while the broker has us.', () => (counters.link.connected ? 1 : 0));
  gauge('arus_database_up', '1 while the database answers.', () => (read.isDatabaseThere() ? 1 : 0));
  gauge('arus_pool_connections', 'Connections to the database.', () => read.pool().total);
  gauge('arus_pool_in_use', 'Connections in use.', () => read.pool().total - read.pool().idle);
  gauge('arus_pool_waiting', 'Who waits for a connection.', () => read.pool().waiting);
  gauge('arus_memory_resident_bytes', 'Resident memory of the process.', () => process.memoryUsage().rss);
  gauge('arus_memory_heap_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed);
  ofShips('arus_ship_online', '1 while the broker has the ship.', ({ online }) => (online === true ? 1 : 0));
  ofShips('arus_ship_waiting_ashore', 'Changes that the ship has not confirmed.', ({ waiting }) => waiting);
  ofShips('arus_ship_oldest_unacknowledged_seconds', 'Age of the oldest of them.', ({ oldest_at: at }) =>
    at === null ? 0 : Math.max(0, read.now() - at) / 1_000,
  );
  ofShips(
    'arus_ship_last_contact_age_seconds',
    'Since anything came of the ship.',
    ({ last_contact_at: at }) => (at === null ? null : Math.max(0, read.now() - at) / 1_000),
  );
  ofShips('arus_ship_conflicts', 'Conflicts for review.', ({ conflicts }) => conflicts);
  ofShips('arus_ship_problems', 'Problems told.', ({ problems }) => problems);

  const quantile = async (summary: Summary, of: number): Promise<number | null> => {
    const { values } = await summary.get();
    const found = values.find(({ labels }) => labels.quantile === of)?.value;
    return found === undefined || !Number.isFinite(found) || found === 0 ? null : found * 1_000;
  };
  return {
    ingested: (milliseconds) => ingest.observe(milliseconds / 1_000),
    answered({ route, method, status, ms }) {
      answeredCount += 1;
      rest.observe(ms / 1_000);
      requests.inc({ route, method, status: `${Math.floor(status / 100)}xx` });
    },
    requests: () => answeredCount,
    quantiles: async () => ({
      ingestP50Ms: await quantile(ingest, 0.5),
      ingestP99Ms: await quantile(ingest, 0.99),
      restP50Ms: await quantile(rest, 0.5),
      restP99Ms: await quantile(rest, 0.99),
    }),
    text: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
