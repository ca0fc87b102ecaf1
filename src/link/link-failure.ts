import type { LinkFailure } from '#shared/ports.ts';

/** A publish that was refused or lost, with the same words as the link's other failures. */
export class LinkError extends Error implements LinkFailure {
  readonly code: LinkFailure['code'];
  readonly tooLarge: LinkFailure['tooLarge'];
  constructor(failure: LinkFailure) {
    super(failure.message);
    this.name = 'LinkError';
    this.code = failure.code;
    this.tooLarge = failure.tooLarge;
  }
}

const clockHint = "If its dates are right, this computer's clock is wrong.";

/** What Node and OpenSSL call the troubles of a connection, and what a person can do about each. */
const byCode: Readonly<Record<string, (broker: string) => LinkFailure>> = {
  ENOTFOUND: nameNotFound,
  EAI_AGAIN: nameNotFound,
  EAI_FAIL: nameNotFound,
  ECONNREFUSED: (broker) => ({
    code: 'unreachable',
    message: `Nothing listens at ${broker}. Check the port, and that the broker runs.`,
  }),
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ENETDOWN: noRoute,
  EADDRNOTAVAIL: noRoute,
  ETIMEDOUT: (broker) => ({ code: 'timeout', message: `${broker} did not answer in time.` }),
  ECONNRESET: closedUnanswered,
  EPIPE: closedUnanswered,

  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  CERT_UNTRUSTED: untrusted,
  CERT_HAS_EXPIRED: (broker) => ({
    code: 'certificate',
    message: `The certificate of ${broker} has expired. ${clockHint}`,
  }),
  CERT_NOT_YET_VALID: (broker) => ({
    code: 'certificate',
    message: `The certificate of ${broker} is not valid yet. ${clockHint}`,
  }),
  CERT_REVOKED: (broker) => ({
    code: 'certificate',
    message: `The certificate of ${broker} has been revoked.`,
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: (broker) => ({
    code: 'certificate',
    message: `${broker} showed a certificate made out to another name. Check the address.`,
  }),

  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: (broker) => ({
    code: 'certificate',
    message: `${broker} speaks only versions of TLS that are no longer safe.`,
  }),
};

/** Alerts of TLS (RFC 8446, section 6.2), by which the broker says what it has against us. */
const byAlert: Readonly<Record<string, (broker: string) => LinkFailure>> = {
  CERTIFICATE_REQUIRED: certificateWanted,
  // TLS 1.2 has no alert of its own for a certificate that was not shown.
  HANDSHAKE_FAILURE: certificateWanted,
  CERTIFICATE_EXPIRED: (broker) => ({
    code: 'certificate',
    message: `${broker} says that our client certificate has expired. A new one is needed.`,
  }),
  UNKNOWN_CA: ownCertificateRefused,
  BAD_CERTIFICATE: ownCertificateRefused,
  UNSUPPORTED_CERTIFICATE: ownCertificateRefused,
  CERTIFICATE_UNKNOWN: ownCertificateRefused,
  CERTIFICATE_REVOKED: ownCertificateRefused,
  ACCESS_DENIED: ownCertificateRefused,
};

/** Reason codes of CONNACK and DISCONNECT: 1 to 5 of MQTT 3.1.1, the others of MQTT 5, section 2.4. */
const byReason: Readonly<Record<number, (broker: string) => LinkFailure>> = {
  1: oldBroker,
  2: clientIdRefused,
  3: busy,
  4: wrongPassword,
  5: notAuthorized,
  132: oldBroker,
  133: clientIdRefused,
  134: wrongPassword,
  135: notAuthorized,
  136: busy,
  137: busy,
  138: (broker) => ({ code: 'refused', message: `${broker} has banned this node.` }),
  139: busy,
  140: wrongPassword,
  142: (broker) => ({
    code: 'lost',
    message: `Another program connected to ${broker} under our name. Does this node run twice, or was its disk copied?`,
  }),
  147: (broker) => ({ code: 'lost', message: `${broker} received more at once than it takes.` }),
  149: (broker) => ({
    code: 'refused',
    message: `${broker} received a message larger than it takes.`,
    tooLarge: 'said',
  }),
  151: (broker) => ({ code: 'refused', message: `Our allowance at ${broker} is used up.` }),
  152: (broker) => ({ code: 'lost', message: `The keeper of ${broker} closed the connection.` }),
  156: (broker) => ({ code: 'refused', message: `${broker} asks us to use another broker.` }),
  157: (broker) => ({ code: 'refused', message: `${broker} has moved; a new address is needed.` }),
  159: busy,
};

/** A failed or broken connection, in words. `broker` is host and port. */
export function failureOf(error: unknown, broker: string): LinkFailure {
  const code = codeOf(error);
  if (typeof code === 'number') {
    const known = byReason[code];
    if (known !== undefined) return known(broker);
    return { code: 'refused', message: `${broker} refused us (MQTT reason ${code}).` };
  }
  if (code !== null) {
    // OpenSSL and BoringSSL put different names of the protocol before the alert.
    const alert = /ALERT_([A-Z_]+)$/.exec(code)?.[1];
    const known = alert === undefined ? byCode[code] : byAlert[alert];
    if (known !== undefined) return known(broker);
    if (/^ERR_(SSL|TLS|OSSL)_|^EPROTO$|CERT/.test(code)) {
      return { code: 'certificate', message: `TLS with ${broker} failed (${code}).` };
    }
  }
  const words = error instanceof Error ? error.message : String(error);
  if (words === 'Keepalive timeout') {
    return { code: 'lost', message: `${broker} has not answered for too long.` };
  }
  return { code: 'lost', message: `The connection to ${broker} failed: ${words}.` };
}

/** The end of a connection that was up. `error` is null when it was closed without a word. */
export function lossOf(error: unknown, broker: string): LinkFailure {
  return error === null || isSilentEnd(error) || codeOf(error) === 'ETIMEDOUT'
    ? { code: 'lost', message: `The connection to ${broker} was lost.` }
    : failureOf(error, broker);
}

/** The other end closed the connection while something was on its way to it, and said nothing. */
export function isSilentEnd(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE';
}

/** The broker took too long to let us in. */
export function timedOut(broker: string, milliseconds: number): LinkFailure {
  return {
    code: 'timeout',
    message: `${broker} did not let us in within ${Math.round(milliseconds / 1000)} seconds.`,
  };
}

/** A subscription that the broker's access list does not allow. */
export function subscriptionRefused(broker: string, topics: readonly string[]): LinkFailure {
  return {
    code: 'refused',
    message: `The access list of ${broker} does not let us receive ${topics.join(', ')}.`,
  };
}

/**
 * Whether the connection ended because the broker's PUBACK had a reason code that MQTT 5 does not have for it, at which our
 * client breaks off. Mosquitto answers so to what is over its `message_size_limit`, with 0x95.
 */
export function isSizeAnswer(error: unknown): boolean {
  return error instanceof Error && /^Invalid pub(ack|rec) reason code$/.test(error.message);
}

/** A message that the broker did not take, though the connection stands. */
export function publishRefused(error: unknown, broker: string, topic: string): LinkFailure {
  const code = codeOf(error);
  if (code === 5 || code === 135) {
    return { code: 'refused', message: `The access list of ${broker} does not let us send to ${topic}.` };
  }
  if (code === 149) return tooLarge(broker);
  if (code === 151) return { code: 'refused', message: `Our allowance at ${broker} is used up.` };
  if (typeof code === 'number') {
    return { code: 'refused', message: `${broker} refused a message to ${topic} (MQTT reason ${code}).` };
  }
  return failureOf(error, broker);
}

export function tooLarge(broker: string, bytes?: number, limit?: number): LinkFailure {
  const sizes = bytes === undefined || limit === undefined ? '' : ` (${bytes} of ${limit} bytes)`;
  return {
    code: 'refused',
    message: `The message is larger than ${broker} takes${sizes}.`,
    tooLarge: 'said',
  };
}

/** MQTT's reason code (a number), Node's or OpenSSL's code (a text), or null. */
export function codeOf(error: unknown): number | string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'number' || typeof error.code === 'string' ? error.code : null;
}

function nameNotFound(broker: string): LinkFailure {
  return {
    code: 'unreachable',
    message: `The name of ${broker} cannot be looked up. Check the address, and that there is a way ashore.`,
  };
}

function noRoute(broker: string): LinkFailure {
  return { code: 'unreachable', message: `There is no way to ${broker} from this network.` };
}

/** The broker hung up on our first packet. */
export function closedUnanswered(broker: string): LinkFailure {
  return {
    code: 'refused',
    message: `${broker} closed the connection without an answer. Is it an MQTT broker, and is this the port for it (with or without TLS)?`,
  };
}

function untrusted(broker: string): LinkFailure {
  return {
    code: 'certificate',
    message: `The certificate of ${broker} is not signed by an authority that we trust. Check --ca.`,
  };
}

function certificateWanted(broker: string): LinkFailure {
  return {
    code: 'certificate',
    message: `${broker} wants a client certificate of its own kind. Check --cert and --key.`,
  };
}

function ownCertificateRefused(broker: string): LinkFailure {
  return { code: 'certificate', message: `${broker} does not accept our client certificate.` };
}

function notTls(broker: string): LinkFailure {
  return { code: 'configuration', message: `${broker} does not speak TLS. Check the port, or use mqtt://.` };
}

function oldBroker(broker: string): LinkFailure {
  return { code: 'refused', message: `${broker} speaks neither MQTT 5 nor 3.1.1.` };
}

function clientIdRefused(broker: string): LinkFailure {
  return { code: 'refused', message: `${broker} does not accept our client id.` };
}

function busy(broker: string): LinkFailure {
  return { code: 'refused', message: `${broker} is not taking connections at the moment.` };
}

function wrongPassword(broker: string): LinkFailure {
  return { code: 'credentials', message: `${broker} does not accept our user name and password.` };
}

function notAuthorized(broker: string): LinkFailure {
  return {
    code: 'credentials',
    message: `${broker} does not let us in: wrong user, password or client certificate, or not allowed to use this vessel's topics.`,
  };
}
