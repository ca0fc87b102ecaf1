import pg from 'pg';
import type { Cancel, Environment } from '#shared/ports.ts';
import { RareLog } from '#shared/rare-log.ts';
import { databaseCode, databaseMessage, NoConnection } from './database-error.ts';
import type { PoolMetrics } from './database.ts';
import { Lease } from './lease.ts';
import { connecting, freeConnection } from './patience.ts';
import { pause } from './retry.ts';
import type { StatementNames } from './statement-names.ts';

/**
 * The pool's limit is for waiting until one is free; a server that takes a connection and says nothing has its own.
 * Statements go out without waiting for the answers to those before them.
 */
class GatewayClient extends pg.Client {
  constructor(settings?: string | pg.ClientConfig) {
    const given = typeof settings === 'string' ? { connectionString: settings } : settings;
    super({ ...given, connectionTimeoutMillis: connecting, pipeline: true });
  }
}

/** `too_many_connections`: those that we have are enough for a while; whoever wants one waits in turn. */
const noMoreConnections = '53300';
const askAgainAfter = 200;
const fewerFor = 10_000;

/**
 * The gateway's connections to its database.
 *
 * - Whatever was lent comes back when the work that borrowed it ends, whatever it ended with.
 * - A connection that failed in any way is never lent again.
 * - Once one turns out to be cut or silent, none that was opened before it is lent again: they went through the same
 *   network to the same server, and each would cost somebody the wait for an answer that never comes.
 */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #most: number;
  readonly #environment: Environment;
  readonly #names: StatementNames | null;
  readonly #opened = new WeakMap<pg.PoolClient, number>();
  readonly #lent = new Set<Lease>();
  #generation = 0;
  #cancelFewer: Cancel = () => undefined;

  constructor(
    settings: pg.ClientConfig,
    most: number,
    environment: Environment,
    names: StatementNames | null,
  ) {
    this.#environment = environment;
    this.#names = names;
    this.#most = most;
    const rareLog = new RareLog({ log: environment.log, monotonic: () => environment.monotonic() });
    this.#pool = new pg.Pool({
      ...settings,
      max: most,
      allowExitOnIdle: true,
      connectionTimeoutMillis: freeConnection,
      Client: GatewayClient,
    });
    // Without a listener here the pool would end the program; what broke is told below, once.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => {
      this.#opened.set(client, this.#generation);
      // The pool listens to connections that nobody uses. One that breaks between two statements of a transaction
      // would end the program; its next statement fails all the same.
      client.on('error', (error) => {
        this.suspectAll();
        rareLog.warn(
          'broke',
          { code: databaseCode(error), reason: databaseMessage(error) },
          'a connection to the database broke',
        );
      });
    });
  }

  get metrics(): PoolMetrics {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting, most: this.#most };
  }

  /**
   * Lends a connection to `work` and takes it back when that has ended.
   * @param within milliseconds that it may take to have one
   * @throws {NoConnection} when none can be had
   */
  async use<T>(work: (lease: Lease) => Promise<T>, within = Number.POSITIVE_INFINITY): Promise<T> {
    const lease = new Lease(await this.#takeOut(within), this.#environment, this.#names);
    this.#lent.add(lease);
    try {
      return await work(lease);
    } finally {
      this.#lent.delete(lease);
      if (lease.failure !== null) this.suspectAll();
      lease.end();
    }
  }

  /** Lets no connection that is open now be lent again; those that are lent go on. */
  suspectAll(): void {
    this.#generation += 1;
  }

  /** The server is silent: cuts every connection on which an answer is awaited for `longer` milliseconds, now or soon. */
  cutSilent(longer: number, why: Error): void {
    this.suspectAll();
    const now = this.#environment.monotonic();
    for (const lease of this.#lent) {
      const since = lease.awaitingSince;
      if (since === null) continue;
      const left = longer - (now - since);
      if (left <= 0) lease.cut(why);
      else
        this.#environment.after(left, () => {
          if (this.#lent.has(lease) && lease.awaitingSince === since) lease.cut(why);
        });
    }
  }

  async end(): Promise<void> {
    this.#cancelFewer();
    await this.#pool.end();
  }

  #makeDoWithFewer(): void {
    this.#pool.options.max = Math.max(1, this.#pool.totalCount);
    this.#cancelFewer();
    this.#cancelFewer = this.#environment.after(fewerFor, () => {
      this.#pool.options.max = this.#most;
    });
  }

  /** The pool has its own limit, which is longer than some have left. */
  #connect(within: number): Promise<pg.PoolClient> {
    if (within >= freeConnection) return this.#pool.connect();
    return new Promise((resolve, reject) => {
      let isLate = false;
      const cancel = this.#environment.after(Math.max(0, within), () => {
        isLate = true;
        reject(new NoConnection(new Error('timeout exceeded when trying to connect')));
      });
      this.#pool.connect().then(
        (client) => {
          cancel();
          if (isLate) client.release();
          else resolve(client);
        },
        (error: unknown) => {
          cancel();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  async #takeOut(within: number): Promise<pg.PoolClient> {
    const started = this.#environment.monotonic();
    for (;;) {
      let client: pg.PoolClient;
      try {
        client = await this.#connect(within - (this.#environment.monotonic() - started));
      } catch (error) {
        const waited = this.#environment.monotonic() - started;
        const longest = Math.min(freeConnection - connecting, within - askAgainAfter);
        if (databaseCode(error) !== noMoreConnections || waited > longest) throw new NoConnection(error);
        this.#makeDoWithFewer();
        await pause(this.#environment, askAgainAfter);
        continue;
      }
      if (this.#opened.get(client) === this.#generation) return client;
      client.connection.stream.destroy();
      client.release(true);
    }
  }
}
