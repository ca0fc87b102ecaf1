import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { noBody, officeEndpoints, type Endpoint, type OfficeEndpointName } from '#shared/office/endpoints.ts';
import type { Writer } from '../service.ts';
import { actorFrom, actorHeader } from './actor.ts';
import { invalidInput } from './answers.ts';
import { createHandlers, type Asked, type Handlers, type Question } from './handlers.ts';
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

/** Serves every endpoint of the office's API. */
export function serveRest(app: FastifyInstance, asked: Asked): void {
  const handlers = createHandlers(asked);
  for (const name of Object.keys(officeEndpoints).filter(isEndpoint))
    serve<OfficeEndpointName>(app, name, handlers[name]);
}

function serve<N extends OfficeEndpointName>(app: FastifyInstance, name: N, handle: Handlers[N]): void {
  const endpoint: Endpoint = officeEndpoints[name];
  const { params, query, body } = shapes[name];
  const readQuery = queryReader(endpoint.query);
  app.route({
    method: endpoint.method,
    url: endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    async handler(request, reply) {
      const answer = await handle({
        params: parse(params, request.params, 'path'),
        query: parse(query, readQuery(new URL(request.url, 'http://gateway').searchParams), 'query'),
        body: parse(body, endpoint.body === noBody ? null : request.body, 'body'),
        writer: writerOf(request),
        ifMatch: request.headers['if-match'] ?? null,
      });
      return reply
        .code(answer.status ?? endpoint.status)
        .headers({ 'cache-control': 'no-store', ...answer.headers })
        .send(endpoint.output.parse(answer.output));
    },
  });
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
