import type { FastifyInstance } from 'fastify';
import { bodyLimit } from './json-body.ts';

/** What files are sent as. */
export const bytesType = 'application/octet-stream';

/** Reads bodies as the bytes that they are, for the routes of `app` alone; each says how many it takes. */
export function readBytesBodies(app: FastifyInstance): void {
  app.addContentTypeParser(bytesType, { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  );
}
