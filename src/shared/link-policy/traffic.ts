import { lanes } from '../records/record.ts';

/** What bytes are counted as: what they carried, the rest of what the program sent and received, and headers. */
export const counted = [...lanes, 'overhead', 'headers'] as const;
export type Counted = (typeof counted)[number];

/** How many bytes each took. */
export type Bytes = Readonly<Record<Counted, number>>;
export const noBytes: Bytes = { urgent: 0, normal: 0, bulk: 0, overhead: 0, headers: 0 };

/** Talk about the connection and about what was received, not about work. */
const overheadKinds: readonly string[] = ['hello', 'ack', 'compare', 'telemetry', 'presence', 'key'];
/** A new computer's records: without them nobody can work on it. */
const snapshotKinds: readonly string[] = ['ask', 'page'];

/** @param topic of a message between ship and shore. What nobody has said anything of is bulk. */
export function countedAs(topic: string): Counted {
  const kind = topic.slice(topic.lastIndexOf('/') + 1);
  if (topic.startsWith('arus/shore/') || overheadKinds.includes(kind)) return 'overhead';
  if (snapshotKinds.includes(kind)) return 'normal';
  return lanes.find((lane) => lane === kind) ?? 'bulk';
}

/** What went through a program's connections since it began: socket bytes, TLS and MQTT with them. */
export interface Traffic {
  sent: number;
  received: number;
  /** MQTT packets. */
  packetsSent: number;
  packetsReceived: number;
  /** TCP connections that came to be. */
  connections: number;
}

export const noTraffic: Traffic = {
  sent: 0,
  received: 0,
  packetsSent: 0,
  packetsReceived: 0,
  connections: 0,
};

/** IPv4 and TCP without options. */
const headerBytes = 40;
/** What fits a segment on links with tunnels and radio framing in them. */
const segmentBytes = 1_360;
/** SYN, ACK and FIN each way besides the data's. */
const packetsToConnect = { sent: 4, received: 3 };

/**
 * About what TCP and IP headers took beneath, which no program sees and providers charge: a header for each segment, and
 * one the other way for every second segment that nothing answers at once. A ping and its answer are three packets.
 */
export function headersOf(traffic: Traffic): { sent: number; received: number } {
  const up = Math.max(traffic.packetsSent, traffic.sent / segmentBytes);
  const down = Math.max(traffic.packetsReceived, traffic.received / segmentBytes);
  const connected = traffic.connections;
  return {
    sent: Math.round(headerBytes * (up + down / 2 + connected * packetsToConnect.sent)),
    received: Math.round(headerBytes * (down + up / 2 + connected * packetsToConnect.received)),
  };
}
