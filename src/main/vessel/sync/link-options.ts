import type { Qos } from '#shared/ports.ts';

/** Who this node is to the broker and to shore, and what messages are promised. */
export interface LinkSessionOptions {
  vesselName: string;
  /** How this computer signs, for people. */
  device: string;
  version: string;
  /** Ship's time, an IANA name. */
  timeZone: string;
  /** Host and port of the broker for people to read; null when none is configured. */
  brokerName: string | null;
  qos: Readonly<Record<'telemetry' | 'changes' | 'presence', Qos>>;
}
