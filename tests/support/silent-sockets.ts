import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Connections that say nothing, and do not hang up when the other side does. */
export async function silentSockets(port: number, count: number, from: string): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from, allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.resume();
    return socket;
  });
  await Promise.all(
    sockets
      .filter((socket) => socket.connecting)
      .map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'close')])),
  );
  return sockets;
}

/** How many of these the other side still has open: what was destroyed there answers a byte with a reset. */
export async function stillOpen(sockets: readonly Socket[]): Promise<number> {
  for (const socket of sockets) if (socket.writable) socket.write('G');
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const socket of sockets) if (socket.writable) socket.write('E');
  await new Promise((resolve) => setTimeout(resolve, 300));
  return sockets.filter((socket) => !socket.destroyed).length;
}

/** The status that a request from this address of ours is answered with. */
export function statusFrom(
  from: string,
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, localAddress: from, agent: false, headers },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
