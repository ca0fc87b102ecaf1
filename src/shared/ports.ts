import type { Traffic } from './link-policy/traffic.ts';

/**
 * What the programs hand to the code below them, so that a simulation can run the same code on a virtual
 * clock, seeded randomness and a network it controls. Nothing below a composition root reaches for these
 * by itself.
 */

/** Stops a timer that has not fired yet; harmless afterwards. */
export type Cancel = () => void;

/** Structured log: `fields` first, then a sentence. Implemented by pino in the programs. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Environment {
  /** Wall clock, milliseconds since 1970-01-01T00:00Z. May be wrong, may jump either way. */
  now(): number;
  /** Milliseconds that only ever grow, for measuring durations; the origin means nothing. */
  monotonic(): number;
  /** `length` unpredictable bytes. */
  randomBytes(length: number): Uint8Array;
  /** Runs `action` once after `milliseconds`. */
  after(milliseconds: number, action: () => void): Cancel;
  log: Log;
}

/** Compresses frames for the link. Both ends must use the same one. */
export interface Codec {
  /** Plain bytes in, compressed bytes out. */
  compress(plain: Uint8Array): Uint8Array;
  /** As `compress`, as small as it gets, beside the event loop; absent where there is nothing smaller. */
  pack?(plain: Uint8Array): Promise<Uint8Array>;
  /** Throws when the bytes are not valid or would grow beyond `limit` bytes. */
  decompress(packed: Uint8Array, limit: number): Uint8Array;
}

/** Delivery promise of MQTT between client and broker: 0 at most once, 1 at least once, 2 exactly once. */
export type Qos = 0 | 1 | 2;

export interface LinkMessage {
  topic: string;
  payload: Uint8Array;
  retained: boolean;
}

export interface PublishOptions {
  qos: Qos;
  retain?: boolean;
}

/** A connection to a broker that comes and goes. It holds no queue: what cannot be sent now is refused. */
export interface Link {
  /**
   * Resolves at the broker's PUBACK (PUBCOMP for QoS 2; at once for QoS 0). Rejects when the link is down, or with a
   * `LinkFailure` `refused` where the broker does not take this message.
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions): Promise<void>;
  /** Starts connecting and keeps trying. Safe to call twice. */
  open(): void;
  /** The computer slept: asks at once whether the connection leads anywhere, or tries at once where there is none. */
  wake?(): void;
  /** Says goodbye to the broker and stays closed until `open`. */
  close(): Promise<void>;
  readonly connected: boolean;
  /** The largest packet that the broker said it takes on this connection, bytes; left out where it said nothing. */
  readonly packetLimit?: number | undefined;
}

/** What a link tells its owner. */
export interface LinkEvents {
  /**
   * The broker accepted us, and has been asked for our subscriptions before anything that is published from now on:
   * answers will reach us. If it refuses them the connection ends, with that for a reason.
   */
  onUp(): void;
  /** The connection ended; `reason` is null when we closed it ourselves. */
  onDown(reason: LinkFailure | null): void;
  onMessage(message: LinkMessage): void;
  /** An attempt to connect failed. */
  onFailure(failure: LinkFailure): void;
}

export interface LinkFailure {
  code: 'unreachable' | 'refused' | 'certificate' | 'credentials' | 'lost' | 'timeout' | 'configuration';
  /** A sentence for the person who can act. */
  message: string;
  /**
   * Of a message: `said`, the broker refused it for its size; `perhaps`, it hung up without a word when it got this,
   * the largest on its way.
   */
  tooLarge?: 'said' | 'perhaps' | undefined;
}

/** Parameters that the owner of a link decides; the adapter adds address and credentials. */
export interface LinkSettings {
  clientId: string;
  subscriptions: readonly { topic: string; qos: Qos }[];
  /** Published, retained, by the broker when the connection breaks without a goodbye. */
  will: { topic: string; payload: Uint8Array; qos: Qos };
}

export interface OpenLink {
  (settings: LinkSettings, events: LinkEvents): Link;
  /** What went through the sockets of all links that were opened by this; absent where nobody can count it. */
  traffic?: () => Traffic;
  /** What people should know of how this link is set up, in words; absent where there is nothing. */
  warning?: string;
}

/** Address of the router by which this computer's network leads off the ship; null where there is none. Rejects with a sentence. */
export type ReadGateway = () => Promise<string | null>;

/** Raw keys of Ed25519 (RFC 8032) or X25519 (RFC 7748), 32 bytes each. */
export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** What files that travel by hand are signed and encrypted with; established constructions only, by the platform. */
export interface PackageCrypto {
  newSigningKeys(): KeyPair;
  newAgreementKeys(): KeyPair;
  /** Ed25519; 64 bytes. */
  sign(message: Uint8Array, keys: KeyPair): Uint8Array;
  /** False for whatever is not a signature of this message by this key, also for a key that is none. */
  verify(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  /** X25519; null for a public key that is none. */
  agree(own: KeyPair, publicKey: Uint8Array): Uint8Array | null;
  /** HKDF with SHA-256 (RFC 5869); 32 bytes. */
  derive(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): Uint8Array;
  /** AES-256-GCM with a nonce of 12 bytes; the tag, 16 bytes, stands at the end. */
  encrypt(key: Uint8Array, nonce: Uint8Array, bound: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Null where it is not what `encrypt` gave for the same key, nonce and bound bytes. */
  decrypt(key: Uint8Array, nonce: Uint8Array, bound: Uint8Array, sealed: Uint8Array): Uint8Array | null;
  /** SHA-512, fed piece by piece. */
  hash(): { update(bytes: Uint8Array): void; digest(): Uint8Array };
}

/**
 * Begins one piece of work in a process or thread of its own, so that it holds nobody up.
 * @param work can be cloned
 * @param told what it says meanwhile; `onEnded` once, when nothing more comes and nothing of it runs any more
 * @returns what ends it at once, done or not
 */
export type StartBeside = (
  work: unknown,
  told: { onTold(message: unknown): void; onEnded(): void },
) => { end(): void };
