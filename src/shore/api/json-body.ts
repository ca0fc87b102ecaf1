import type { FastifyInstance } from 'fastify';
import { parseBoundedJson, type JsonLimits } from '#shared/bounded-json.ts';
import { ShoreFailure } from '../failure.ts';

/** Bytes. The longest texts that an order may hold are some 100 kB in UTF-8. */
export const bodyLimit = 256 * 1024;

/** An order has some twenty fields, all of them texts or numbers. */
const bodyLimits: JsonLimits = { depth: 16, items: 5_000 };

/** Reads bodies as JSON in UTF-8 and nothing else. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => {
    try {
      const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
      done(null, text === '' ? null : parseBoundedJson(text, bodyLimits));
    } catch (cause) {
      const message = 'The body is not JSON in UTF-8. Nothing was changed.';
      done(new ShoreFailure('invalid_input', message, { cause }));
    }
  });
}
