import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { partLimit } from '#shared/file-transfer/header.ts';
import { importResult } from '#shared/file-transfer/state.ts';
import { fileTransferContentPaths, fileTransferShapes, contentParams } from '#shared/office/file-transfer.ts';
import type { FileTransferOffice } from '../file-transfer/office.ts';
import { ShoreFailure } from '../failure.ts';
import { bytesType } from './bytes-body.ts';
import { parse } from './rest.ts';

const file = z.instanceof(Uint8Array);

/** Content of files that travel by hand goes as it is, at addresses of its own. */
export function serveFileTransferContent(app: FastifyInstance, fileTransfer: FileTransferOffice): void {
  app.route({
    method: 'POST',
    url: pathOf(fileTransferContentPaths.import),
    bodyLimit: partLimit,
    async handler(request, reply) {
      const { id } = parse(fileTransferShapes.params, request.params, 'path');
      const body = file.safeParse(request.body);
      if (!body.success)
        throw new ShoreFailure('invalid_input', `Send the file as it is, as Content-Type: ${bytesType}.`);
      return reply
        .header('cache-control', 'no-store')
        .send(importResult.parse(await fileTransfer.import(id, body.data)));
    },
  });
  app.route({
    method: 'GET',
    url: pathOf(fileTransferContentPaths.content),
    async handler(request, reply) {
      const { id, parcel, part } = parse(contentParams, request.params, 'path');
      const { name, bytes } = await fileTransfer.content(id, parcel, part);
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
