import type { z } from 'zod';
import { pieceBytes } from '#shared/contract/file-transfer.ts';
import { callResult } from '#shared/contract/envelope.ts';
import { contract, type MethodInput, type MethodName, type MethodOutput } from '#shared/contract/index.ts';
import { type End, EndError } from './end.ts';

// The same methods under a type that lets a name pick its own output.
const outputs: { [N in MethodName]: { output: z.ZodType<MethodOutput<N>> } } = contract;

/**
 * A ship's node that runs on this computer.
 * @param token its station's
 * @param newId a UUID for each upload
 * @param wait resolves after a moment, between two looks whether the node is done
 */
export function shipEnd({
  url,
  token,
  wait,
  newId,
}: {
  url: string;
  token: string;
  wait: () => Promise<void>;
  newId: () => string;
}): End {
  const origin = url.replace(/\/$/, '');

  async function call<N extends MethodName>(method: N, input: MethodInput<N>): Promise<MethodOutput<N>> {
    const answer = await fetch(`${origin}/call/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
    }).catch(() => null);
    if (answer === null)
      throw new EndError(
        `The ship's node at ${origin} does not answer. Is it running on this computer? Nothing was changed.`,
      );
    const result = callResult.safeParse(await answer.json().catch(() => null));
    if (!result.success) throw new EndError(`What answers at ${origin} is not a ship's node.`);
    if (!result.data.ok) throw new EndError(result.data.error.message);
    return outputs[method].output.parse(result.data.output);
  }

  /** What takes long is answered early: waits until nothing is under way. */
  async function idle(): Promise<MethodOutput<'byHand.status'>> {
    for (;;) {
      const status = await call('byHand.status', {});
      if (status.busy === null) return status;
      await wait();
    }
  }

  return {
    name: 'this ship',
    status: () => call('byHand.status', {}),
    ownKey: async () => (await call('byHand.status', {})).own,
    async export(partBytes) {
      const { made } = await call('byHand.export', { partBytes });
      const parcel = made ?? (await idle()).parcels.find(({ way }) => way === 'made');
      if (parcel === undefined)
        throw new EndError('The file could not be made. The sync page says why, under Problems.');
      return parcel;
    },
    async content({ parcel }, part) {
      const pieces: Buffer[] = [];
      for (;;) {
        const { content, last } = await call('byHand.content', { parcel, part, piece: pieces.length });
        pieces.push(Buffer.from(content, 'base64'));
        if (last) return Buffer.concat(pieces);
      }
    },
    async import(file) {
      const upload = newId();
      for (let piece = 0; piece === 0 || piece * pieceBytes < file.length; piece += 1) {
        const bytes = Buffer.from(file.subarray(piece * pieceBytes, (piece + 1) * pieceBytes));
        await call('byHand.upload', { upload, piece, content: bytes.toString('base64') });
      }
      const result = await call('byHand.import', { upload });
      return result.outcome === 'working' ? ((await idle()).late ?? result) : result;
    },
    async trust(text, fingerprint) {
      await call('byHand.trust', { text, fingerprint });
    },
  };
}
