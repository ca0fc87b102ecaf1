import { z } from 'zod';
import { contractError } from '#shared/contract/envelope.ts';
import { importResult } from '#shared/file-transfer/state.ts';
import { fileTransferContentPaths, contentPath } from '#shared/office/file-transfer.ts';
import { officeEndpoints, type OfficeEndpointName } from '#shared/office/endpoints.ts';
import { type End, EndError } from './end.ts';

const refusal = z.object({ error: contractError });

/** The office's gateway, for one ship. @param key its API key; null where it wants none */
export function officeEnd({ url, key, vessel }: { url: string; key: string | null; vessel: string }): End {
  const origin = url.replace(/\/$/, '');
  const authorization = key === null ? {} : { authorization: `Bearer ${key}` };

  async function send(
    path: string,
    request: { method: string; type?: string; body?: string | Buffer<ArrayBuffer> },
  ): Promise<Response> {
    const { method, type, body } = request;
    const headers = { ...authorization, ...(type === undefined ? {} : { 'content-type': type }) };
    const answer = await fetch(`${origin}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    }).catch(() => null);
    if (answer === null) throw new EndError(`The office at ${origin} does not answer. Nothing was changed.`);
    return answer;
  }

  async function refused(answer: Response): Promise<EndError> {
    const given = refusal.safeParse(await answer.json().catch(() => null));
    return new EndError(
      given.success ? given.data.error.message : `The office answered with ${answer.status}.`,
    );
  }

  const pathOf = (name: OfficeEndpointName): string =>
    officeEndpoints[name].path.replace('{id}', encodeURIComponent(vessel));

  async function ask<T extends z.ZodType>(
    name: OfficeEndpointName,
    output: T,
    body?: object,
  ): Promise<z.output<T>> {
    const { method } = officeEndpoints[name];
    const sent = body === undefined ? {} : { type: 'application/json', body: JSON.stringify(body) };
    const answer = await send(pathOf(name), { method, ...sent });
    if (!answer.ok) throw await refused(answer);
    return output.parse(await answer.json());
  }

  return {
    name: 'the office',
    async status() {
      const answer = await send(pathOf('byHand.status'), { method: 'GET' });
      if (answer.status === 404) return null;
      if (!answer.ok) throw await refused(answer);
      return officeEndpoints['byHand.status'].output.parse(await answer.json());
    },
    ownKey: () => ask('byHand.ownKey', officeEndpoints['byHand.ownKey'].output),
    export: (partBytes) => ask('byHand.export', officeEndpoints['byHand.export'].output, { partBytes }),
    async content({ parcel }, part) {
      const path = contentPath(fileTransferContentPaths.content, { id: vessel, parcel, part });
      const answer = await send(path, { method: 'GET' });
      if (!answer.ok) throw await refused(answer);
      return new Uint8Array(await answer.arrayBuffer());
    },
    async import(file) {
      const path = contentPath(fileTransferContentPaths.import, { id: vessel });
      const answer = await send(path, {
        method: 'POST',
        type: 'application/octet-stream',
        body: Buffer.from(file),
      });
      if (!answer.ok) throw await refused(answer);
      return importResult.parse(await answer.json());
    },
    async trust(text, fingerprint) {
      await ask('byHand.trust', officeEndpoints['byHand.trust'].output, { text, fingerprint });
    },
  };
}
