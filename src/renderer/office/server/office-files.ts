import { z } from 'zod';
import { contractError } from '#shared/contract/envelope.ts';
import { CallError } from '../../lib/transport/transport.ts';

/** Bytes to and from the gateway, which are no JSON. Rejects with `CallError` only. */
export interface OfficeFiles {
  put(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  get(path: string): Promise<Blob>;
}

const refusal = z.object({ error: contractError });
const notThere =
  'The gateway does not answer, so nothing was changed. Look whether this computer is on the network and try again.';

/** @param dependencies as for `createOfficeClient` */
export function createOfficeFiles(dependencies: {
  origin: string;
  key: () => string | null;
  onRefused: () => void;
}): OfficeFiles {
  const { origin, key, onRefused } = dependencies;
  async function ask(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const apiKey = key();
    if (apiKey !== null) headers.set('authorization', `Bearer ${apiKey}`);
    const response = await fetch(`${origin}${path}`, { ...init, headers }).catch(() => null);
    if (response?.ok === true) return response;
    const refused = refusal.safeParse(await response?.json().catch(() => null));
    if (response?.status === 401) onRefused();
    throw new CallError(
      refused.success ? refused.data.error : { code: 'unavailable', message: notThere, retryable: true },
    );
  }
  return {
    async put(path, bytes) {
      await ask(path, {
        method: 'PUT',
        headers: { 'content-type': 'application/octet-stream' },
        body: bytes,
      });
    },
    async get(path) {
      const response = await ask(path, { method: 'GET' });
      return response.blob();
    },
  };
}
