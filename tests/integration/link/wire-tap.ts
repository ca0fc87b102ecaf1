import { createServer, type Socket, connect } from 'node:net';
import { once } from 'node:events';

/** MQTT control packets by their type number (MQTT 5, section 2.1.2). */
const names: Readonly<Record<number, string>> = {
  1: 'CONNECT',
  2: 'CONNACK',
  3: 'PUBLISH',
  4: 'PUBACK',
  5: 'PUBREC',
  6: 'PUBREL',
  7: 'PUBCOMP',
  8: 'SUBSCRIBE',
  9: 'SUBACK',
  12: 'PINGREQ',
  13: 'PINGRESP',
  14: 'DISCONNECT',
};

/** A wire between a client and a broker that a test can read and hold. */
export interface WireTap {
  readonly port: number;
  /** `> PUBLISH 1` from the client (with its QoS), `< PUBACK` from the broker; in the order in which they passed. */
  readonly packets: readonly string[];
  /** Protocol version of each CONNECT that passed: 4 for MQTT 3.1.1, 5 for MQTT 5. */
  readonly versions: readonly number[];
  /** Keeps what the broker sends, until `release`. */
  hold(): void;
  release(): void;
  /** Lets nothing through in either direction and closes nothing, as a link does that dies in silence. */
  swallow(): void;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Bytes of each connection so far, both ways together. */
  readonly bytes: readonly number[];
  close(): Promise<void>;
}

export async function tapWire(brokerPort: number): Promise<WireTap> {
  const packets: string[] = [];
  const versions: number[] = [];
  const sockets = new Set<Socket>();
  const kept: (() => void)[] = [];
  let holding = false;
  let swallowing = false;
  const bytes: number[] = [];

  const server = createServer((client) => {
    const index = bytes.push(0) - 1;
    const count = (more: Buffer) => (bytes[index] = (bytes[index] ?? 0) + more.length);
    const broker = connect({ host: '127.0.0.1', port: brokerPort, noDelay: true });
    client.setNoDelay(true);
    const fromClient = packetReader((packet) => {
      const first = packet[0] ?? 0;
      packets.push(`> ${nameOf(first)}`);
      if (first >> 4 === 1) versions.push(packet[versionOffset(packet)] ?? 0);
    });
    const fromBroker = packetReader((packet) => packets.push(`< ${nameOf(packet[0] ?? 0)}`));
    client.on('data', (bytes: Buffer) => {
      if (swallowing) return;
      count(bytes);
      fromClient(bytes);
      broker.write(bytes);
    });
    broker.on('data', (bytes: Buffer) => {
      if (swallowing) return;
      count(bytes);
      const pass = () => {
        fromBroker(bytes);
        client.write(bytes);
      };
      if (holding) kept.push(pass);
      else pass();
    });
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => {
        sockets.delete(one);
        if (!swallowing) other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The tap has no port.');

  return {
    port: address.port,
    packets,
    versions,
    bytes,
    get connections() {
      return bytes.length;
    },
    hold() {
      holding = true;
    },
    release() {
      holding = false;
      for (const pass of kept.splice(0)) pass();
    },
    swallow() {
      swallowing = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function nameOf(first: number): string {
  const name = names[first >> 4] ?? `type ${first >> 4}`;
  return name === 'PUBLISH' ? `PUBLISH ${(first >> 1) & 3}` : name;
}

/** Behind the fixed header comes `00 04 MQTT`, then the version. */
function versionOffset(packet: Buffer): number {
  let offset = 1;
  while (((packet[offset] ?? 0) & 0x80) !== 0) offset += 1;
  return offset + 1 + 6;
}

/** Cuts a stream of bytes into MQTT packets. */
function packetReader(onPacket: (packet: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      const length = packetLength(rest);
      if (length === null || rest.length < length) return;
      onPacket(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

function packetLength(bytes: Buffer): number | null {
  let length = 0;
  for (let offset = 1; offset < 5; offset += 1) {
    const digit = bytes[offset];
    if (digit === undefined) return null;
    length += (digit & 0x7f) * 128 ** (offset - 1);
    if ((digit & 0x80) === 0) return length + offset + 1;
  }
  return null;
}
