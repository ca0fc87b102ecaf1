import { contentPieceLimit, type Attachment } from '#shared/contract/attachments.ts';
import type { SyncState } from '#shared/contract/record-state.ts';
import type { AppServices } from '../../lib/app-services/app-services.ts';
import { runUndo } from '../work-orders/order-actions.ts';
import type { AttachmentPort, ShownAttachment } from './attachment-port.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { Prepared } from './prepare-file.ts';

/** Attachments of a record through the vessel node. */
export function vesselAttachments(
  services: AppServices,
  subject: { entity: string; recordId: string },
): AttachmentPort {
  const { transport, undo, notices } = services;

  /** A file that was handed over in part before, as by a page that was loaded again, goes on from there. */
  async function handOver({ sha256, bytes }: Prepared, onProgress: (share: number) => void): Promise<void> {
    let { held, complete } = await transport.call('attachments.begin', { sha256, size: bytes.length });
    while (!complete) {
      const data = toBase64(bytes.subarray(held, held + contentPieceLimit));
      ({ held, complete } = await transport.call('attachments.put', { sha256, offset: held, data }));
      onProgress(held / bytes.length);
    }
  }

  async function read(id: string, part: 'content' | 'thumbnail'): Promise<Blob> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let type = '';
    for (let offset = 0, size = 1; offset < size;) {
      const answer = await transport.call('attachments.read', { id, part, offset });
      const bytes = fromBase64(answer.data);
      if (bytes.length === 0) throw new Error('The file on this computer is shorter than it should be.');
      parts.push(bytes);
      offset += bytes.length;
      ({ size, mediaType: type } = answer);
    }
    return new Blob(parts, { type });
  }

  return {
    list: async () => (await transport.call('attachments.list', subject)).items.map(shown),
    policy: () => transport.call('attachments.policy', {}),
    async add({ fileName, width, height, thumbnail, ...content }, onProgress) {
      if (thumbnail !== null) await handOver(thumbnail, () => {});
      await handOver(content, onProgress);
      await transport.call('attachments.add', {
        ...subject,
        fileName,
        sha256: content.sha256,
        width,
        height,
        thumbnailSha256: thumbnail?.sha256 ?? null,
      });
    },
    thumbnail: (id) => read(id, 'thumbnail'),
    content: ({ id }) => read(id, 'content'),
    async remove({ id, fileName }) {
      await transport.call('attachments.delete', { id });
      const label = `Deleted ${fileName}`;
      undo.push({
        label,
        undone: `${fileName} is there again`,
        undo: async () => {
          await transport.call('attachments.restore', { id });
        },
      });
      notices.say(label, { label: 'Undo', keys: 'Z', run: () => void runUndo(services) });
    },
    async fetch(id) {
      await transport.call('attachments.fetch', { id });
    },
    onChanged(listener) {
      const ends = [
        transport.on('records.changed', ({ entity }) => (entity === 'attachment' ? listener() : undefined)),
        services.onReturn(listener),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    hasActor: () => services.hasActor(),
    sayFailure: (error) => services.sayFailure(error),
  };
}

function shown({ content, hasThumbnail, sync, ...same }: Attachment): ShownAttachment {
  const { state, arrived, reason } = content;
  const isHere = ['local', 'sending', 'held', 'refused'].includes(state);
  const share = `${Math.floor((100 * arrived) / same.size)} %`;
  const words = {
    local: 'On this ship only',
    sending: `Sending, ${share}`,
    held: sync === 'held' ? 'Held by shore' : 'Sent, not confirmed by shore yet',
    refused: reason ?? 'The office does not take it',
    ashore: 'Ashore, not on this computer',
    fetching: arrived > 0 ? `Coming from shore, ${share}` : 'Comes from shore with the link',
    awaited: 'Not sent ashore yet by who added it',
  }[state];
  const marks: Partial<Record<typeof state, SyncState>> = {
    sending: 'sent',
    held: sync === 'held' ? 'held' : 'sent',
    ashore: 'held',
    fetching: 'held',
  };
  return {
    ...same,
    hasThumbnail: hasThumbnail === true,
    isHere,
    words,
    mark: marks[state] ?? 'local',
    mayFetch: state === 'ashore',
  };
}
