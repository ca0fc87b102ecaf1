import { importResult } from '#shared/file-transfer/state.ts';
import { fileTransferContentPaths, contentPath } from '#shared/office/file-transfer.ts';
import type { FileTransferSource } from '../../features/file-transfer/file-transfer-source.ts';
import { CallError } from '../../lib/transport/transport.ts';
import type { OfficeClient } from './office-client.ts';
import type { OfficeLive } from './office-live.ts';

/** The office's end for one ship: content goes to the gateway and comes from it as it is. */
export function officeSource({
  client,
  live,
  vesselId: id,
}: {
  client: OfficeClient;
  live: OfficeLive;
  vesselId: string;
}): FileTransferSource {
  const params = { id };
  return {
    status: () => client.ask('byHand.status', { params }),
    export: (partBytes) => client.ask('byHand.export', { params, body: { partBytes } }),
    async content(parcel, part) {
      const answer = await client.fetch(contentPath(fileTransferContentPaths.content, { id, parcel, part }));
      return answer.blob();
    },
    async import(file) {
      const answer = await client.fetch(contentPath(fileTransferContentPaths.import, { id }), file);
      const result = importResult.safeParse(await answer.json().catch(() => null));
      if (result.success) return result.data;
      throw new CallError({
        code: 'internal',
        message: 'This page and the gateway do not understand each other. Load the page again.',
        retryable: false,
      });
    },
    readKey: (text) => client.ask('byHand.readKey', { params, body: { text } }),
    trust: (text, fingerprint) => client.ask('byHand.trust', { params, body: { text, fingerprint } }),
    onMoved: (listener) =>
      live.onChanged(({ vesselId }) => {
        if (vesselId === id) listener();
      }),
  };
}
