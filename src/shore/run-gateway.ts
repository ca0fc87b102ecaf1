import type { AddressInfo } from 'node:net';
import type { Access } from './api/access.ts';
import { createApi } from './api/server.ts';
import type { JoiningProposal } from '#shared/office/joining.ts';
import { Joining } from './joining/joining.ts';
import { watchProcess } from './metrics/process-readings.ts';
import { openShore, type ShoreOptions, type ShoreDependencies } from './open-shore.ts';

export interface GatewayProgramOptions extends ShoreOptions {
  access: Access;
  /** Address and port to listen on; 0 for any free port. */
  host: string;
  port: number;
  /** Folder of the built renderer, absolute. */
  page: string;
  requestsPerMinute: number;
  /** Sockets that one address may have open, and proxies that speak for many (`ApiOptions`). */
  connectionsPerAddress?: number | undefined;
  proxies?: readonly string[];
  /** For ships that join; nothing is proposed where it is left out. */
  joining?: JoiningProposal;
}

const usualConnectionsPerAddress = 1_024;

/** A gateway at work: on the broker, on its database, and on its port. */
export interface RunningGateway {
  readonly port: number;
  /** Resolves when the database has today's schema; rejects when it is from a newer program. */
  readonly ready: Promise<void>;
  /** Takes no more requests and messages, finishes what is being stored. The caller closes the database. */
  close(): Promise<void>;
}

/**
 * Starts everything that a gateway is. It answers at once, also while its database is away.
 * @throws with Node's code when the port cannot be had (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`)
 */
export async function runGateway(
  dependencies: ShoreDependencies,
  options: GatewayProgramOptions,
): Promise<RunningGateway> {
  const shore = openShore(dependencies, options);
  const api = await createApi({
    service: shore.service,
    fileTransfer: shore.fileTransfer,
    metrics: shore.metrics,
    joining: new Joining({
      service: shore.service,
      proposal: options.joining ?? { office: null, broker: null, ca: null },
      admit: options.admit,
    }),
    environment: dependencies.environment,
    access: options.access,
    pages: options.page,
    version: options.version,
    requestsPerMinute: options.requestsPerMinute,
    connectionsPerAddress: options.connectionsPerAddress ?? usualConnectionsPerAddress,
    proxies: options.proxies ?? [],
  });
  const watched = watchProcess();
  shore.metrics.start(() => watched.read());
  const close = async (): Promise<void> => {
    watched.stop();
    await api.close();
    await shore.close();
  };
  try {
    await api.listen({ host: options.host, port: options.port });
  } catch (error) {
    await close();
    throw error;
  }
  const { port } = api.server.address() as AddressInfo;
  return { port, ready: shore.ready, close };
}
