import { z } from 'zod';
import { contractError } from '#shared/contract/envelope.ts';
import { noBody, type Endpoint } from '#shared/office/endpoints.ts';
import { allEndpoints } from '#shared/office/record-endpoints.ts';
import { actorLimit } from './actor.ts';

const errorSchema = z.object({ error: contractError });

const actorParameter = {
  name: 'X-Arus-Actor',
  in: 'header',
  required: false,
  description:
    "Who acts, as it will stand in the journal; 'Office' when left out. Beyond ASCII percent-encoded UTF-8.",
  schema: { type: 'string', maxLength: actorLimit },
};

const ifMatchParameter = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'ETag of the record as it was read; answered 409 `stale` when it has changed since.',
  schema: { type: 'string' },
};

/**
 * The OpenAPI 3.1 document of the gateway, made from the schemas that check every request and answer.
 * @param options.version of the program
 * @param options.keys whether an API key is needed
 */
export function openApiDocument(options: { version: string; keys: boolean }): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, endpoint] of allEndpoints()) {
    const path = (paths[endpoint.path] ??= {});
    path[endpoint.method.toLowerCase()] = operation(name, endpoint);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'ARUS shore gateway',
      version: options.version,
      description:
        'Work orders and what else ship and office keep in common. `/ws` pushes every committed change: `{"event": "records.changed", "payload": {vesselId, entity, ids, feed, cause}}`; `?vessel=ID` narrows it to a vessel, `?after=ID:FEED` goes on from where a reader stood.',
    },
    ...(options.keys ? { security: [{ apiKey: [] }] } : {}),
    paths,
    components: {
      schemas: { Error: schemaOf(errorSchema, 'output') },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(name: string, endpoint: Endpoint): object {
  const { method, summary, body } = endpoint;
  const writes = method !== 'GET';
  const guarded = method === 'PATCH' || method === 'DELETE';
  return {
    operationId: name,
    summary,
    parameters: [
      ...parametersOf(endpoint.params, 'path'),
      ...parametersOf(endpoint.query, 'query'),
      ...(writes ? [actorParameter] : []),
      ...(guarded ? [ifMatchParameter] : []),
    ],
    ...(body === noBody
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: {
      [String(endpoint.status)]: {
        description: 'As asked',
        content: { 'application/json': { schema: schemaOf(endpoint.output, 'output') } },
      },
      default: {
        description: 'What went wrong, what was kept and what to do',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function parametersOf(schema: z.ZodObject, place: 'path' | 'query'): object[] {
  return Object.entries<z.ZodType>(schema.shape).map(([name, each]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(each, undefined).success,
    schema: schemaOf(each, 'input'),
  }));
}

function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
