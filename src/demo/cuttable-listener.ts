import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A TCP listener on loopback whose connections can be cut, as a link is. */
export interface CuttableListener {
  readonly port: number;
  /** Breaks every connection and refuses new ones, until `restore`. */
  cut(): Promise<void>;
  /** Rejects when another program has taken the port meanwhile. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Below the range from which systems take ports for outgoing connections: a client that tries a port of that range
 * again and again while nobody listens can end up connected to itself.
 */
const firstPort = 21_000;
const portCount = 9_000;
const attempts = 50;

/** Listens on a free port of 127.0.0.1 and hands over what connects. `randomBytes` chooses the port. */
export async function listenCuttable(
  randomBytes: (length: number) => Uint8Array,
  onConnection: (socket: Socket) => void,
): Promise<CuttableListener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.resetAndDestroy();
    await closed;
  };

  let port = 0;
  for (let attempt = 1; port === 0; attempt += 1) {
    const [high = 0, low = 0] = randomBytes(2);
    const candidate = firstPort + ((high * 256 + low) % portCount);
    try {
      await listen(candidate);
      port = candidate;
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
  return {
    port,
    cut: stop,
    async restore() {
      if (!server.listening) await listen(port);
    },
    close: stop,
  };
}
