import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { noBody, officeEndpoints, type Endpoint, type OfficeEndpointName } from '#shared/office/endpoints.ts';
import { recordEndpoints } from '#shared/office/record-endpoints.ts';
import type { Environment } from '#shared/ports.ts';
import { ShoreFailure } from '../failure.ts';
import { within } from '../within.ts';
import type { Writer } from '../service.ts';
import { actorFrom, actorHeader } from './actor.ts';
import { invalidInput } from './answers.ts';
import { createHandlers, type Asked, type Handlers, type Question, type Reply } from './handlers.ts';
import { recordHandler } from './record-handlers.ts';
import { queryReader } from './query.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the API key that the request came with; null where none is needed. */
    apiKeyName: string | null;
  }
}

// The same endpoints under a type that lets a name pick its own shapes.
const shapes: {
  [N in OfficeEndpointName]: {
    params: z.ZodType<Question<N>['params']>;
    query: z.ZodType<Question<N>['query']>;
    body: z.ZodType<Question<N>['body']>;
  };
} = officeEndpoints;
const isEndpoint = (name: string): name is OfficeEndpointName => Object.hasOwn(officeEndpoints, name);

const isHealth = (name: string): boolean => name === 'sync.health' || name === 'sync.reliableHealth';

/** Serves every endpoint of the office's API. */
export function serveRest(app: FastifyInstance, asked: Asked & Timing): void {
  const handlers = createHandlers(asked);
  for (const name of Object.keys(officeEndpoints).filter(isEndpoint))
    serve<OfficeEndpointName>(app, name, handlers[name], asked);
  for (const [name, record] of recordEndpoints()) {
    const { params, query, body } = record.endpoint;
    const handle = recordHandler(asked.service, record);
    route(app, name, record.endpoint, { params, query, body }, handle, asked);
  }
}

interface Timing {
  environment: Pick<Environment, 'after'>;
}

/** A question or a write asks its database several times; whoever asked is told within so long, ms, whatever it does. */
const answeredWithin = 28_000;
/** Files are put together for as long as it takes. */
const mayTakeLonger = (name: string): boolean => name.startsWith('byHand.');

/** @throws ShoreFailure as soon as `answer` takes longer than anybody waits for */
function inTime<T>(name: string, timing: Timing, answer: Promise<T>): Promise<T> {
  if (mayTakeLonger(name)) return answer;
  const late = (): ShoreFailure =>
    new ShoreFailure(
      'unavailable',
      'The database did not answer in time. What is stored is not touched by this. Look whether your change shows before you make it again.',
      { retryable: true },
    );
  return within(timing.environment, answeredWithin, answer, late);
}

function serve<N extends OfficeEndpointName>(
  app: FastifyInstance,
  name: N,
  handle: Handlers[N],
  timing: Timing,
): void {
  const { params, query, body } = shapes[name];
  route<Question<N>>(app, name, officeEndpoints[name], { params, query, body }, handle, timing);
}

interface Asking {
  params: Record<string, unknown>;
  query: Record<string, unknown>;
  body: unknown;
  writer: Writer;
  ifMatch: string | null;
}

function route<Q extends Asking>(
  app: FastifyInstance,
  name: string,
  endpoint: Endpoint,
  shape: { params: z.ZodType<Q['params']>; query: z.ZodType<Q['query']>; body: z.ZodType<Q['body']> },
  handle: (question: Pick<Q, keyof Asking>) => Promise<Reply<unknown>>,
  timing: Timing,
): void {
  const readQuery = queryReader(endpoint.query);
  app.route({
    method: endpoint.method,
    // A monitor that is refused sees an outage that is none. Its questions share one look at the database.
    config: isHealth(name) ? { rateLimit: false } : {},
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    async handler(request, reply) {
      const question = {
        params: parse(shape.params, storable(request.params, 'path'), 'path'),
        query: parse(
          shape.query,
          storable(readQuery(new URL(request.url, 'http://gateway').searchParams), 'query'),
          'query',
        ),
        body: parse(shape.body, endpoint.body === noBody ? null : request.body, 'body'),
        writer: writerOf(request),
        ifMatch: request.headers['if-match'] ?? null,
      };
      const answer = await inTime(name, timing, handle(question));
      return reply
        .code(answer.status ?? endpoint.status)
        .headers({ 'cache-control': 'no-store', ...answer.headers })
        .send(endpoint.output.parse(answer.output));
    },
  });
}

/** @throws ShoreFailure where a text holds what no text in the database can: a NUL, half of a character */
function storable(given: unknown, part: 'path' | 'query'): unknown {
  for (const [name, value] of Object.entries(given ?? {})) {
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    if (!texts.some((text) => typeof text === 'string' && (text.includes('\0') || !text.isWellFormed())))
      continue;
    const where = part === 'path' ? 'the address' : 'the query';
    throw new ShoreFailure('invalid_input', `Something in ${where} is not right. Nothing was changed.`, {
      details: [{ path: name, message: 'No text may hold a NUL or half of a character' }],
    });
  }
  return given;
}

/** @throws ShoreFailure that says which part of the request is wrong */
export function parse<T>(schema: z.ZodType<T>, given: unknown, part: 'path' | 'query' | 'body'): T {
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw invalidInput(parsed.error, part);
  return parsed.data;
}

function writerOf(request: FastifyRequest): Writer {
  return {
    actorId: null,
    actorName: actorFrom(request.headers[actorHeader]),
    device: request.apiKeyName ?? 'Office',
  };
}
