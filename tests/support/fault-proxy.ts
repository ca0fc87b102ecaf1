import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a server on this machine that breaks as networks do. */
export interface FaultProxy {
  readonly port: number;
  /** From now on every byte is swallowed, also of connections made meanwhile; nobody is told. */
  silence(): void;
  /** New connections work again; those that were silenced stay so, as behind a router that forgot them. */
  heal(): void;
  /** Ends every connection with a TCP reset. */
  reset(): void;
  close(): Promise<void>;
}

interface Pair {
  near: Socket;
  far: Socket;
  silent: boolean;
}

export async function startFaultProxy(to: number): Promise<FaultProxy> {
  let silent = false;
  const pairs = new Set<Pair>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true, noDelay: true });
    const pair: Pair = { near, far, silent };
    pairs.add(pair);
    const through = (from: Socket, into: Socket): void => {
      from.on('data', (chunk) => {
        if (!pair.silent) into.write(chunk);
      });
      from.on('end', () => {
        if (!pair.silent) into.end();
      });
      from.on('error', () => {
        if (!pair.silent) into.resetAndDestroy();
      });
      from.on('close', () => {
        if (near.destroyed && far.destroyed) pairs.delete(pair);
      });
    };
    through(near, far);
    through(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The port has no number.');
  return {
    port: address.port,
    silence() {
      silent = true;
      for (const pair of pairs) pair.silent = true;
    },
    heal() {
      silent = false;
    },
    reset() {
      for (const { near, far } of pairs) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    },
    async close() {
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
