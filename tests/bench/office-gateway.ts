import { systemEnvironment } from '#link/system-environment.ts';
import { newVessel } from '#shore/journal/new-vessel.ts';
import { openPostgres } from '#shore/store/postgres.ts';
import { SqlStore } from '#shore/store/sql-store.ts';
import { startMosquitto } from '#support/mosquitto.ts';
import { startPostgres } from '#support/postgres.ts';
import { startShore } from '#support/shore.ts';
import { silentLog } from '#support/silent-log.ts';

/**
 * Requests a minute that the gateway lets one address make here. All of the office's people come from this one
 * address, and in minutes they make what an office makes in a day: the usual limit is 6,000.
 */
export const requestsPerMinute = 100_000_000;

export interface OfficeGateway {
  port: number;
  /** The database's address. */
  database: string;
  vessel: string;
  stop(): Promise<void>;
}

/** The gateway's program on a real Postgres that waits for the disk at each commit; the ship is known, and away. */
export async function startOfficeGateway(vessel: string): Promise<OfficeGateway> {
  const broker = await startMosquitto({ furtherLines: ['set_tcp_nodelay true'] });
  const postgres = await startPostgres();
  const database = await postgres.createDatabase('office');
  const shore = await startShore([
    '--database',
    database,
    '--mqtt',
    broker.url,
    '--log-level',
    'error',
    '--requests',
    String(requestsPerMinute),
  ]);
  const environment = systemEnvironment(silentLog);
  const ours = openPostgres({ url: database, connections: 1 }, environment);
  await new SqlStore(ours).transaction('write', (tx) =>
    tx.createVessel(newVessel(vessel, environment), environment.now()),
  );
  await ours.close();
  return {
    port: shore.port,
    database,
    vessel,
    async stop() {
      await shore.stop();
      await postgres.remove();
      await broker.remove();
    },
  };
}
