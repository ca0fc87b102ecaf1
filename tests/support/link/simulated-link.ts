import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { seeded, type Seeded } from '../seeded.ts';
import { Gaps } from './gaps.ts';
import { type Meter, Pipe } from './pipe.ts';
import { retransmissionMs, roundTripMs, type GapKind, type LinkProfile } from './profiles.ts';
import { Turns } from './turns.ts';
import { Way } from './way.ts';

/** How a connection ends: said to both ends in order, said to both ends rudely, or not said to anyone. */
export const dropKinds = ['fin', 'reset', 'silent'] as const;
export type DropKind = (typeof dropKinds)[number];

export interface SimulatedLinkOptions {
  /** Port of 127.0.0.1 to which the link leads. */
  to: number;
  profile: LinkProfile;
  /** Jitter, losses, drops and when gaps begin follow from it. 1 when not given. */
  seed?: number;
  /** Break all connections again and again, at moments half to one and a half times `everyMs` apart. */
  drops?: { everyMs: number; kinds: readonly DropKind[] };
}

/** A link between a ship and shore: a TCP port that leads to another one, slowly. */
export interface SimulatedLink {
  /** Where the ship connects to. */
  readonly port: number;
  /** Application bytes from the ship and to it. */
  readonly up: Readonly<Meter>;
  readonly down: Readonly<Meter>;
  /** Connections so far. */
  readonly connections: number;
  /** Drops so far; `at` in milliseconds since the link began. */
  readonly drops: readonly { at: number; kind: DropKind }[];
  /** Milliseconds since the link began. */
  now(): number;
  /** Breaks the connections that stand. */
  drop(kind: DropKind): void;
  /** Carries nothing from now on, for so long. */
  gap(kind: GapKind, lengthMs: number): void;
  close(): Promise<void>;
}

interface Connection {
  ship: Socket;
  shore: Socket;
  pipes: readonly Pipe[];
  silent: boolean;
}

/**
 * Starts a link. All connections share one line in each direction, as they do behind one terminal. TCP's own slow
 * start is not there: satellite terminals answer for it (RFC 3135).
 */
export async function simulateLink(options: SimulatedLinkOptions): Promise<SimulatedLink> {
  const { to, profile, seed = 1, drops: dropSpec } = options;
  const began = performance.now();
  const now = (): number => performance.now() - began;
  // One source of chance for each purpose: what happens on the way up changes nothing on the way down.
  const chance = (purpose: number): Seeded => seeded(seed * 8 + purpose);
  const again = retransmissionMs(profile);
  const gaps = new Gaps(profile.gaps, chance(0));
  const up = directionOf(new Way(profile.up, again, chance(1)));
  const down = directionOf(new Way(profile.down, again, chance(2)));
  function directionOf(way: Way): { way: Way; turns: Turns; meter: Meter } {
    const meter = { sent: 0, delivered: 0, packets: 0, lost: 0, lastAt: 0 };
    return { way, turns: new Turns(way, now), meter };
  }
  const open = new Set<Connection>();
  const dropped: { at: number; kind: DropKind }[] = [];
  let connections = 0;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (ship) => {
    connections += 1;
    const shore = connect({ host: '127.0.0.1', port: to, allowHalfOpen: true, noDelay: true });
    const opensAt = now() + roundTripMs(profile);
    const onVanished = (): void => silence(connection);
    const common = { gaps, now, opensAt, retransmissionMs: again, onVanished };
    const connection: Connection = {
      ship,
      shore,
      silent: false,
      pipes: [
        new Pipe({ ...common, from: ship, to: shore, ...up }),
        new Pipe({ ...common, from: shore, to: ship, ...down }),
      ],
    };
    open.add(connection);
    for (const socket of [ship, shore])
      socket.on('close', () => {
        if (ship.closed && shore.closed) open.delete(connection);
      });
  });

  function silence(connection: Connection): void {
    connection.silent = true;
    for (const pipe of connection.pipes) pipe.silence();
  }

  function drop(kind: DropKind): void {
    dropped.push({ at: now(), kind });
    for (const connection of open) {
      if (connection.silent) continue;
      silence(connection);
      if (kind === 'silent') continue;
      for (const socket of [connection.ship, connection.shore])
        if (kind === 'fin') socket.end();
        else socket.resetAndDestroy();
    }
  }

  let nextDrop: NodeJS.Timeout | null = null;
  function dropLater({ everyMs, kinds }: NonNullable<SimulatedLinkOptions['drops']>, source: Seeded): void {
    const kind = source.pick(kinds);
    nextDrop = setTimeout(
      () => {
        drop(kind);
        dropLater({ everyMs, kinds }, source);
      },
      everyMs * (0.5 + source.next()),
    );
  }
  if (dropSpec !== undefined) dropLater(dropSpec, chance(3));

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The link has no port.');

  return {
    port: address.port,
    up: up.meter,
    down: down.meter,
    get connections() {
      return connections;
    },
    drops: dropped,
    now,
    drop,
    gap: (kind, lengthMs) => gaps.add({ kind, from: now(), to: now() + lengthMs }),
    async close() {
      if (nextDrop !== null) clearTimeout(nextDrop);
      for (const connection of open) {
        silence(connection);
        connection.ship.destroy();
        connection.shore.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}
