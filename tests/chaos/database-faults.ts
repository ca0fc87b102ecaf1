import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import type { FaultProxy } from '#support/fault-proxy.ts';
import type { DatabaseFault } from './plan.ts';

/** The role that the gateway is at its database. Not the superuser, for whom limits do not hold. */
export const gatewayRole = 'gateway';

const cutEvery = 100;

/** What a DBA, a server and a network do to a database that nobody killed. */
export class DatabaseFaults {
  readonly #dba: string;
  readonly #database: string;
  readonly #way: FaultProxy;

  /**
   * @param dba URL of another database on the same server, as superuser
   * @param way between the gateway and the server
   */
  constructor(dba: string, database: string, way: FaultProxy) {
    this.#dba = dba;
    this.#database = database;
    this.#way = way;
  }

  /** Lets the gateway in as a role of its own. */
  async prepare(): Promise<void> {
    await this.#tell(
      `create role ${gatewayRole} login`,
      `alter database "${this.#database}" owner to ${gatewayRole}`,
    );
  }

  /** Does it for `lasts` milliseconds. Resolves as soon as the database is well again. */
  async run(fault: DatabaseFault, lasts: number): Promise<void> {
    switch (fault) {
      case 'cut': {
        const until = performance.now() + lasts;
        do {
          await this.#tell(this.#cut());
          await wait(cutEvery);
        } while (performance.now() < until);
        return;
      }
      case 'read-only':
        return this.#altered(
          lasts,
          `alter database "${this.#database}" set default_transaction_read_only = on`,
          `alter database "${this.#database}" reset default_transaction_read_only`,
        );
      case 'refused':
        return this.#altered(
          lasts,
          `alter database "${this.#database}" allow_connections false`,
          `alter database "${this.#database}" allow_connections true`,
        );
      case 'crowded':
        return this.#altered(
          lasts,
          `alter role ${gatewayRole} connection limit 0`,
          `alter role ${gatewayRole} connection limit -1`,
        );
      case 'silent':
        this.#way.silence();
        await wait(lasts);
        this.#way.heal();
    }
  }

  async #altered(lasts: number, begin: string, end: string): Promise<void> {
    await this.#tell(begin, this.#cut());
    await wait(lasts);
    await this.#tell(end);
  }

  #cut(): string {
    return `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${gatewayRole}'`;
  }

  async #tell(...statements: readonly string[]): Promise<void> {
    const client = new Client({ connectionString: this.#dba });
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  }
}
