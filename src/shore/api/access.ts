import type { FastifyRequest } from 'fastify';
import type { ApiKeys } from './api-keys.ts';

/** Who may ask: anyone on this machine while bound to loopback without keys, otherwise whoever has a key. */
export interface Access {
  /** True when only programs on this machine can reach us. */
  loopback: boolean;
  /** Null only together with `loopback`. */
  keys: ApiKeys | null;
}

export type Refusal = { status: 401 | 403; message: string };

/** The WebSocket subprotocol under which a page hands over its key, since it cannot set a header. */
export const keyProtocolPrefix = 'token.';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** True for an address that only programs on the same machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses a page of another site: on loopback by the name it used for us (a name in the public DNS may point
 * to 127.0.0.1), everywhere by its origin. Null when the request may go on.
 */
export function refuseForeignPage(access: Access, headers: FastifyRequest['headers']): Refusal | null {
  const host = headers.host ?? '';
  if (access.loopback) {
    const name = URL.parse(`http://${host}`)?.hostname ?? '';
    if (!loopbackNames.has(name)) {
      return {
        status: 403,
        message: 'This gateway answers only to 127.0.0.1 and localhost. Use one of these names.',
      };
    }
  }
  const { origin } = headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host) {
    return { status: 403, message: 'A page of another site may not ask this gateway.' };
  }
  return null;
}

/**
 * Finds out who asks.
 * @returns the name of the key, null when none is needed, or why the request is refused
 */
export function authenticate(access: Access, request: FastifyRequest): string | null | Refusal {
  if (access.keys === null) return null;
  const given = keyIn(request);
  if (given === null) {
    return { status: 401, message: 'An API key is needed: send it as "Authorization: Bearer KEY".' };
  }
  return access.keys.nameOf(given) ?? { status: 401, message: 'This API key is not known here.' };
}

function keyIn(request: FastifyRequest): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const protocols = request.headers['sec-websocket-protocol']?.split(',') ?? [];
  const offered = protocols.map((name) => name.trim()).find((name) => name.startsWith(keyProtocolPrefix));
  return offered?.slice(keyProtocolPrefix.length) ?? null;
}
