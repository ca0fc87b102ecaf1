import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { partLimit } from '#shared/by-hand/header.ts';
import { importResult } from '#shared/by-hand/state.ts';
import { byHandContentPaths, byHandShapes, contentParams } from '#shared/office/by-hand.ts';
import type { ByHandOffice } from '../by-hand/office.ts';
import { ShoreFailure } from '../failure.ts';
import { bytesType } from './bytes-body.ts';
import { parse } from './rest.ts';

const file = z.instanceof(Uint8Array);

/** Content of files that travel by hand goes as it is, at addresses of its own. */
export function serveByHandContent(app: FastifyInstance, byHand: ByHandOffice): void {
  app.route({
    method: 'POST',
    url: pathOf(byHandContentPaths.import),
    bodyLimit: partLimit,
    async handler(request, reply) {
      const { id } = parse(byHandShapes.params, request.params, 'path');
      const body = file.safeParse(request.body);
      if (!body.success)
        throw new ShoreFailure('invalid_input', `Send the file as it is, as Content-Type: ${bytesType}.`);
      return reply
        .header('cache-control', 'no-store')
        .send(importResult.parse(await byHand.import(id, body.data)));
    },
  });
  app.route({
    method: 'GET',
    url: pathOf(byHandContentPaths.content),
    async handler(request, reply) {
      const { id, parcel, part } = parse(contentParams, request.params, 'path');
      const { name, bytes } = await byHand.content(id, parcel, part);
      return reply
        .headers({
          'cache-control': 'no-store',
          'content-disposition': `attachment; filename="${name}"`,
        })
        .type(bytesType)
        .send(Buffer.from(bytes));
    },
  });
}

const pathOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');
