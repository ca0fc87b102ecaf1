import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type SimulatedLink, type SimulatedLinkOptions, simulateLink } from '#support/link/simulated-link.ts';
import type { LinkProfile, WaySpec } from '#support/link/profiles.ts';
import { until } from '#support/until.ts';

const perfect: WaySpec = { delayMs: 0, jitterMs: 0, bitsPerSecond: 1e9, loss: 0 };

/** A link without delay, loss or gaps and a rate that does not matter, but for what is given. */
export function linkOf({
  both = {},
  up = {},
  down = {},
  gaps = null,
}: {
  both?: Partial<WaySpec>;
  up?: Partial<WaySpec>;
  down?: Partial<WaySpec>;
  gaps?: LinkProfile['gaps'];
}): LinkProfile {
  return { up: { ...perfect, ...both, ...up }, down: { ...perfect, ...both, ...down }, gaps };
}

/** One end of a connection over a link, with what happened to it. */
export interface EndOfLink {
  socket: Socket;
  received(): Buffer;
  /** When the first and the last bytes came, milliseconds of the link. */
  firstAt: number | null;
  lastAt: number | null;
  /** How it ended, if it did. */
  end: 'fin' | 'reset' | null;
}

export interface TestLink {
  link: SimulatedLink;
  /** Connects through the link; resolves with both ends. */
  join(): Promise<{ ship: EndOfLink; shore: EndOfLink }>;
}

/** A link to a server of its own, which does with the bytes that come what the test says. */
export async function testLink(options: Omit<SimulatedLinkOptions, 'to'>): Promise<TestLink> {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => accepted.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The far end has no port.');
  const link = await simulateLink({ to: address.port, ...options });
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await link.close();
    server.close();
  });
  return {
    link,
    async join() {
      const index = accepted.length;
      const ship = connect({ host: '127.0.0.1', port: link.port, allowHalfOpen: true, noDelay: true });
      await once(ship, 'connect');
      const shore = await until('the far end seeing the connection', () => accepted[index]);
      sockets.push(ship, shore);
      return { ship: watched(ship, link), shore: watched(shore, link) };
    },
  };
}

function watched(socket: Socket, link: SimulatedLink): EndOfLink {
  const chunks: Buffer[] = [];
  const end: EndOfLink = {
    socket,
    received: () => Buffer.concat(chunks),
    firstAt: null,
    lastAt: null,
    end: null,
  };
  socket.on('data', (bytes: Buffer) => {
    chunks.push(bytes);
    end.firstAt ??= link.now();
    end.lastAt = link.now();
  });
  socket.on('end', () => (end.end ??= 'fin'));
  socket.on('error', () => (end.end = 'reset'));
  return end;
}

/** Bytes that no two places have in common, so that a swapped or a lost one shows. */
export function numbered(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let offset = 0; offset + 4 <= length; offset += 4) bytes.writeUInt32LE(offset, offset);
  return bytes;
}

export const seconds = (count: number): Promise<void> => wait(count * 1_000);
