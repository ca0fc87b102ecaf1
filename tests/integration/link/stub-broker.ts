import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A broker that answers every CONNECT with the same bytes, for answers that a real one gives too seldom to test. */
export interface StubBroker {
  readonly url: string;
  /** Protocol versions of the CONNECT packets so far. */
  readonly versions: number[];
  close(): Promise<void>;
}

/**
 * @param answer what to do with a connection after its CONNECT
 */
export async function startStubBroker(
  answer: (socket: Socket, version: number, connection: number) => void,
): Promise<StubBroker> {
  const versions: number[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', (packet: Buffer) => {
      // Fixed header of two bytes (ours are short), then `00 04 MQTT` and the version.
      const version = packet[packet.indexOf('MQTT') + 4] ?? 0;
      versions.push(version);
      answer(socket, version, versions.length);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stub has no port.');
  return {
    url: `mqtt://127.0.0.1:${address.port}`,
    versions,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** CONNACK of the version with this reason (3.1.1, section 3.2; 5, section 3.2). */
export function connack(version: number, reason: number): Buffer {
  return version === 5 ? Buffer.from([0x20, 3, 0, reason, 0]) : Buffer.from([0x20, 2, 0, reason]);
}

/** DISCONNECT of MQTT 5 with this reason (section 3.14). */
export function disconnect(reason: number): Buffer {
  return Buffer.from([0xe0, 2, reason, 0]);
}
