import { collectionOf } from '#shared/records/collection.ts';
import { specOf } from '#shared/records/catalogue.ts';
import { workOrderSpec } from '#shared/records/work-order.ts';
import { attachmentLimit } from '#shared/records/attachment.ts';
import type { OfficeAttachment } from '#shared/office/attachments.ts';
import type { SyncState } from '#shared/contract/record-state.ts';
import type { AttachmentPort, ShownAttachment } from '../../features/attachments/attachment-port.ts';
import { messageOf } from '../../lib/transport/transport.ts';
import type { Office } from '../office.ts';

/** The office sends over the same link, so its photos are as small as the ships'. */
const policy = { longestEdge: 1_600, quality: 0.8, limit: attachmentLimit };

/** Attachments of a record through the gateway. */
export function officeAttachments(
  office: Pick<Office, 'client' | 'files' | 'live' | 'notices'>,
  record: { entity: string; vesselId: string; id: string },
): AttachmentPort {
  const { client, files, live, notices } = office;
  const { vesselId: vessel, id } = record;
  const subject = { collection: collectionOf(specOf(record.entity) ?? workOrderSpec), id };
  const put = (sha256: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> =>
    files.put(`/api/vessels/${vessel}/contents/${sha256}`, bytes);
  const read = (attachmentId: string, part: 'content' | 'thumbnail'): Promise<Blob> =>
    files.get(`/api/attachments/${attachmentId}/${part}?vessel=${encodeURIComponent(vessel)}`);
  return {
    list: async () =>
      (await client.ask('attachments.list', { params: subject, query: { vessel } })).items.map(shown),
    policy: () => Promise.resolve(policy),
    async add({ bytes, sha256, fileName, width, height, thumbnail }, onProgress) {
      if (thumbnail !== null) await put(thumbnail.sha256, thumbnail.bytes);
      await put(sha256, bytes);
      onProgress(1);
      await client.ask('attachments.add', {
        params: subject,
        query: { vessel },
        body: { fileName, sha256, width, height, thumbnailSha256: thumbnail?.sha256 ?? null },
      });
    },
    thumbnail: (attachmentId) => read(attachmentId, 'thumbnail'),
    content: (attachment) => read(attachment.id, 'content'),
    async remove(attachment) {
      await client.ask('attachments.delete', { params: { id: attachment.id }, query: { vessel } });
      notices.say(`Deleted ${attachment.fileName}`, {
        label: 'Undo',
        run: () => void restore(attachment.id),
      });
    },
    fetch: () => Promise.resolve(),
    onChanged(listener) {
      const ends = [
        live.onChanged(({ entity, vesselId }) =>
          entity === 'attachment' && vesselId === vessel ? listener() : undefined,
        ),
        live.onOpen(listener),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
    hasActor: () => Promise.resolve(true),
    sayFailure: (error) => notices.sayProblem(messageOf(error)),
  };

  async function restore(attachmentId: string): Promise<void> {
    try {
      await client.ask('attachments.restore', { params: { id: attachmentId }, query: { vessel } });
    } catch (error) {
      notices.sayProblem(messageOf(error));
    }
  }
}

function shown({ content, hasThumbnail, sync, ...same }: OfficeAttachment): ShownAttachment {
  const { state, arrived } = content;
  const words = {
    held: sync === 'pending' ? 'Ashore only, on its way to the ship' : 'Held ashore',
    arriving: `Coming from the ship, ${Math.floor((100 * arrived) / same.size)} %`,
    awaited: 'On board, not sent yet',
  }[state];
  const mark: SyncState = state === 'held' ? (sync === 'pending' ? 'local' : 'held') : 'sent';
  return {
    ...same,
    hasThumbnail: hasThumbnail === true,
    isHere: state === 'held',
    words,
    mark: state === 'awaited' ? 'local' : mark,
    mayFetch: false,
  };
}
