import { createConnection, isIP, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { BrokerConfiguration } from './configuration.ts';

/**
 * With several addresses to a name Node gives each but the last 250 ms, less than one round trip over a
 * geostationary satellite.
 */
const patiencePerAddress = 10_000;

/** What to keep between two connections: with client certificates, 5.4 KB for a first and 3.5 KB for a resumed one. */
export interface TlsMemory {
  session: Buffer | null;
}

export interface BrokerSocket {
  /** What MQTT is spoken over. */
  stream: Socket | TLSSocket;
  /** The TCP connection beneath, whose bytes are those that the network carries: TLS is in them. */
  tcp: Socket;
}

/** Starts a connection to the broker, plain or over TLS. The server's certificate and name are always checked. */
export function brokerSocket(configuration: BrokerConfiguration, memory: TlsMemory): BrokerSocket {
  const { host, port, tls } = configuration;
  const tcp = createConnection({
    host,
    port,
    noDelay: true,
    autoSelectFamilyAttemptTimeout: patiencePerAddress,
  });
  if (tls === null) return { stream: tcp, tcp };
  const socket = connect({
    socket: tcp,
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...(tls.cert === null || tls.key === null ? {} : { cert: tls.cert, key: tls.key }),
    ...(memory.session === null ? {} : { session: memory.session }),
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  });
  // Only a connection whose certificate and name were checked gets here, and resuming it skips neither.
  socket.on('session', (session) => {
    if (socket.authorized) memory.session = session;
  });
  return { stream: socket, tcp };
}
