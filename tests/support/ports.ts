import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const givenOut = new Set<number>();

/** A TCP port of 127.0.0.1 that nothing listens on, never the same twice in one process. */
export async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (address === null || typeof address === 'string') throw new Error('The port has no number.');
    if (!givenOut.has(address.port)) {
      givenOut.add(address.port);
      return address.port;
    }
  }
}

/** Whether something accepts TCP connections on that port of 127.0.0.1. */
export async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
