import type { Lane } from '#shared/records/record.ts';
import { recordsVersion } from '#shared/records/catalogue.ts';
import type { Environment } from '#shared/ports.ts';
import type { Digest } from '#shared/sync/digest.ts';
import { encodePresence, type Hello } from '#shared/sync/frame.ts';
import { furthestOf, nothingReceived, type ReceivedRanges } from '#shared/sync/received-ranges.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import { basesOf, headFingerprintsOf } from '../consistency/head-fingerprints.ts';

export interface HelloFields {
  vesselName: string;
  /** What shore had acknowledged. */
  acknowledged: ReceivedRanges | null;
  attempt: number;
  digest: Digest | null;
  /** The node holds nothing and asks for the ship's records. */
  wantsSnapshot: boolean;
}

/** The node's first word on a connection: who it is and what it holds. */
export function helloOf(store: VesselStore, fields: HelloFields): Hello {
  const { own, vesselId } = store;
  return {
    kind: 'hello',
    vessel: vesselId,
    name: fields.vesselName,
    origin: own.origin,
    last: own.last,
    hash: own.hash,
    acknowledged: furthestOf(fields.acknowledged ?? nothingReceived),
    held: store.seen,
    attempt: fields.attempt,
    digest: fields.digest,
    marks: headFingerprintsOf(store),
    ...basesOf(store),
    recordsVersion,
    ...(fields.wantsSnapshot ? { wants: 'snapshot' } : {}),
    at: store.environment.now(),
  };
}

/** What an administrator reads of a ship at the broker, and a gateway that comes later. */
export function presenceOf(
  ship: { vesselName: string; version: string; timeZone: string },
  /** `takes`: the lanes that the link policy lets through; null for all. */
  { online, since, takes }: { online: boolean; since: string; takes: readonly Lane[] | null },
): Uint8Array {
  const { vesselName: name, version, timeZone } = ship;
  return encodePresence({ online, name, version, since, timeZone, ...(takes && { takes: [...takes] }) });
}

/** Where a program's life begins to number its hellos: elsewhere each time, as answers to the life before may still come. */
export function beforeFirstHello(environment: Pick<Environment, 'randomBytes'>): number {
  const [high = 0, low = 0] = environment.randomBytes(2);
  return (high << 8) | low;
}
