import { z } from 'zod';
import { contractError } from '#shared/contract/envelope.ts';
import {
  noBody,
  officeEndpoints,
  type Endpoint,
  type OfficeEndpointName,
  type OfficeEndpoints,
  type OfficeOutput,
} from '#shared/office/endpoints.ts';
import { CallError } from '../../lib/transport/transport.ts';

/** What an endpoint may be asked; parts that it does not have are left out. */
export interface Question<N extends OfficeEndpointName> {
  params?: z.input<OfficeEndpoints[N]['params']>;
  query?: z.input<OfficeEndpoints[N]['query']>;
  body?: z.input<OfficeEndpoints[N]['body']>;
}

export interface OfficeClient {
  /** Rejects with `CallError` only. */
  ask<N extends OfficeEndpointName>(name: N, question?: Question<N>): Promise<OfficeOutput<N>>;
  /** Asks an endpoint that was made from a declaration; the answer is parsed by its shape. Rejects with `CallError` only. */
  askEndpoint(endpoint: Endpoint, question: AnyQuestion): Promise<unknown>;
  /** Content as it is, from a path or, with a body, to it. Rejects with `CallError` where it is refused. */
  fetch(path: string, body?: Blob): Promise<Response>;
}

/** What any endpoint may be asked. */
export interface AnyQuestion {
  params?: object;
  query?: object;
  body?: unknown;
}

export interface OfficeClientOptions {
  /** Where the gateway answers, `https://host:port`. */
  origin: string;
  /** API key, or null where the gateway wants none. */
  key: () => string | null;
  /** Name of who acts. */
  actor: () => string;
  /** Called when the gateway does not accept the key. */
  onRefused: () => void;
}

/** A gateway that is well answers a question sooner. */
const answerWithinMs = 15_000;

// The same endpoints under a type that lets a name pick its own output.
const outputs: { [N in OfficeEndpointName]: Endpoint & { output: z.ZodType<OfficeOutput<N>> } } =
  officeEndpoints;
const refusal = z.object({ error: contractError });

/** Asks the gateway over HTTP. */
export function createOfficeClient(options: OfficeClientOptions): OfficeClient {
  const { origin, key, actor, onRefused } = options;
  const headersNow = (): Headers => {
    const apiKey = key();
    const headers = new Headers({ 'x-arus-actor': encodeURIComponent(actor()) });
    if (apiKey !== null) headers.set('authorization', `Bearer ${apiKey}`);
    return headers;
  };
  return {
    async fetch(path, body) {
      const method = body === undefined ? 'GET' : 'POST';
      const headers = headersNow();
      if (body !== undefined) headers.set('content-type', 'application/octet-stream');
      const response = await fetch(`${origin}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: await body.arrayBuffer() }),
      }).catch(() => null);
      if (response === null) throw notThere({ method });
      if (response.ok) return response;
      const refused = refusal.safeParse(await response.json().catch(() => null));
      if (response.status === 401) onRefused();
      throw refused.success ? new CallError(refused.data.error) : notThere({ method });
    },
    ask: (name, question = {}) => askEndpoint(outputs[name], question),
    askEndpoint: (endpoint, question) => askEndpoint(endpoint, question),
  };

  async function askEndpoint<T>(
    endpoint: Endpoint & { output: z.ZodType<T> },
    question: AnyQuestion,
  ): Promise<T> {
    const headers = headersNow();
    const hasBody = endpoint.body !== noBody;
    if (hasBody) headers.set('content-type', 'application/json');
    const response = await fetch(`${origin}${addressOf(endpoint, question)}`, {
      method: endpoint.method,
      headers,
      // A question that hangs is no answer; a write may have been carried out, and is waited for.
      ...(endpoint.method === 'GET' ? { signal: AbortSignal.timeout(answerWithinMs) } : {}),
      ...(hasBody ? { body: JSON.stringify(question.body) } : {}),
    }).catch(() => null);
    if (response === null) throw notThere(endpoint);
    const json: unknown = await response.json().catch(() => null);
    const refused = refusal.safeParse(json);
    if (refused.success) {
      if (response.status === 401) onRefused();
      throw new CallError(refused.data.error);
    }
    const output = endpoint.output.safeParse(json);
    if (output.success) return output.data;
    throw new CallError({
      code: 'internal',
      message:
        'This page and the gateway do not understand each other. Load the page again; if that does not help, both need the same version.',
      retryable: false,
    });
  }
}

function addressOf(endpoint: Endpoint, question: { params?: object; query?: object }): string {
  const params = new Map(Object.entries(question.params ?? {}).map(([name, value]) => [name, String(value)]));
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params.get(name) ?? ''),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(question.query ?? {})) {
    const values: unknown[] = Array.isArray(value) ? value : [value];
    for (const each of values) {
      if (typeof each === 'string' || typeof each === 'number') search.append(name, String(each));
    }
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

function notThere(endpoint: Pick<Endpoint, 'method'>): CallError {
  const wrote = endpoint.method !== 'GET';
  return new CallError({
    code: 'unavailable',
    message: wrote
      ? 'The gateway does not answer. Look whether the change was made before you try again; what you typed stays here.'
      : 'The gateway does not answer.',
    retryable: true,
  });
}
