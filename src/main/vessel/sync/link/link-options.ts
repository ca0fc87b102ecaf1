import type { Codec, Environment, LinkSettings, OpenLink, Qos } from '#shared/ports.ts';
import { gatewayPresences, topicOf, vesselInbox } from '#shared/sync/topics.ts';
import type { Contents } from '../../attachments/contents.ts';
import type { LinkGate } from '../../link-policy/gate.ts';
import type { VesselStore } from '../../store/vessel-store.ts';
import type { LinkKeys } from './link-keys.ts';

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

export interface LinkSessionDependencies {
  environment: Environment;
  openLink: OpenLink | null;
  codec: Codec;
  /** When the link may stand, and for what. */
  gate: LinkGate;
  contents: Contents;
  /** Something on the sync page has changed. */
  onStatus(): void;
  /** Keys for files that travel by hand; null where there are none. */
  keys(): LinkKeys | null;
}

/** The connection to the broker that a node asks for. @param goodbye its presence when it is gone */
export function settingsOf(
  { vesselId, own }: VesselStore,
  { qos }: LinkSessionOptions,
  goodbye: Uint8Array,
): LinkSettings {
  return {
    clientId: `arus-${vesselId}-${own.origin}`,
    subscriptions: [
      { topic: vesselInbox(vesselId), qos: qos.changes },
      { topic: gatewayPresences, qos: qos.presence },
    ],
    will: { topic: topicOf(vesselId, 'up', 'presence'), payload: goodbye, qos: qos.presence },
  };
}
