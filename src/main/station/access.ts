import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** The protocol of the screens' socket, as offered and answered in the handshake. */
export const socketProtocol = 'arus.v1';
const tokenProtocol = 'token.';

const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * True when the request was addressed to this computer by one of its own names, and comes from no page but ours.
 * A page of a stranger reaches a loopback port too, by its own address or by a name that it lets point here.
 */
export function isOurs(headers: IncomingHttpHeaders, port: number): boolean {
  const { host, origin } = headers;
  const hosts = ownNames.map((name) => `${name}:${port}`);
  if (host === undefined || !hosts.includes(host.toLowerCase())) return false;
  return origin === undefined || hosts.some((ours) => origin.toLowerCase() === `http://${ours}`);
}

/** The token that a request carries: `Authorization: Bearer`, or for a socket the protocol `token.…`; or null. */
export function tokenOf(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  return (
    offeredProtocols(headers)
      .find((protocol) => protocol.startsWith(tokenProtocol))
      ?.slice(tokenProtocol.length) ?? null
  );
}

/** What a socket's handshake offers to speak; empty when it leaves that open. */
export function offeredProtocols(headers: IncomingHttpHeaders): string[] {
  const offered = headers['sec-websocket-protocol'];
  return offered === undefined ? [] : offered.split(',').map((protocol) => protocol.trim());
}

/** Compares in a time that says nothing about how far the two agree. */
export function isToken(given: string | null, token: string): boolean {
  return given !== null && timingSafeEqual(digestOf(given), digestOf(token));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
