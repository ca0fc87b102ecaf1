import type { FastifyInstance, FastifyReply } from 'fastify';
import { largestAttachment } from '#shared/domain/largest-attachment.ts';
import { contentParams } from '#shared/office/attachments.ts';
import { vesselQuery } from '#shared/office/page.ts';
import { recordParams } from '#shared/office/records.ts';
import { savedFileName } from '#shared/records/saved-file-name.ts';
import { ShoreFailure } from '../failure.ts';
import type { AttachedBytes, ShoreService } from '../service.ts';
import { invalidInput } from './answers.ts';
import { bytesType } from './bytes-body.ts';
import { omitUndefined } from './omit-undefined.ts';

/**
 * The bytes of attachments over HTTP: put before they are attached, and read. Nothing that was attached is ever
 * shown by the browser as a page of ours: it is handed over as a file, of a type that is ours to say.
 */
export function serveContents(app: FastifyInstance, service: ShoreService): void {
  const { attachments } = service;
  app.put('/api/vessels/:id/contents/:sha256', { bodyLimit: largestAttachment }, async (request, reply) => {
    const params = contentParams.safeParse(request.params);
    if (!params.success) throw invalidInput(params.error, 'path');
    if (!(request.body instanceof Uint8Array))
      throw new ShoreFailure('invalid_input', `Send the bytes as Content-Type: ${bytesType}.`);
    await attachments.put(params.data.id, params.data.sha256, request.body);
    return reply.code(204).send();
  });
  for (const part of ['content', 'thumbnail'] as const)
    app.get(`/api/attachments/:id/${part}`, async (request, reply) => {
      const params = recordParams.safeParse(request.params);
      if (!params.success) throw invalidInput(params.error, 'path');
      const query = vesselQuery.safeParse(request.query);
      if (!query.success) throw invalidInput(query.error, 'query');
      const key = omitUndefined({ id: params.data.id, vesselId: query.data.vessel });
      return sendFile(reply, await attachments.read(key, part));
    });
}

function sendFile(reply: FastifyReply, { bytes, mediaType, fileName }: AttachedBytes): FastifyReply {
  return reply
    .headers({
      'content-type': mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : mediaType,
      'content-disposition': dispositionOf(savedFileName(fileName, mediaType)),
      'content-security-policy': "default-src 'none'; sandbox",
      // Under one id the bytes never change, but they may be deleted.
      'cache-control': 'private, no-store',
    })
    .send(Buffer.from(bytes));
}

/** RFC 6266: a name in plain ASCII for old programs, and the whole of it in UTF-8. */
function dispositionOf(fileName: string): string {
  const plain = fileName.replaceAll(/[^A-Za-z0-9._ -]/g, '_');
  const whole = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
