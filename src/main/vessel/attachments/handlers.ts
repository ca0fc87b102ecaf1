import type { Attachment } from '#shared/contract/attachments.ts';
import { contentPieceLimit } from '#shared/contract/attachments.ts';
import { attachmentFields, attachmentSpec, isImage } from '#shared/records/attachment.ts';
import { recognise } from '#shared/records/content-type.ts';
import { ContractFailure } from '../contract-failure.ts';
import type { Handlers } from '../handlers.ts';
import type { StoredContent } from '../store/content-table.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { Contents } from './contents.ts';
import { changePolicy, readPolicy } from './policy.ts';
import type { AttachmentQueries } from './queries.ts';
import type { AttachmentService } from './service.ts';

type Names =
  | 'attachments.policy'
  | 'attachments.setPolicy'
  | 'attachments.list'
  | 'attachments.begin'
  | 'attachments.put'
  | 'attachments.add'
  | 'attachments.read'
  | 'attachments.fetch'
  | 'attachments.delete'
  | 'attachments.restore';

export function attachmentHandlers(
  store: VesselStore,
  {
    service,
    queries,
    contents,
    onWanted,
  }: {
    service: AttachmentService;
    queries: AttachmentQueries;
    contents: Contents;
    /** Something is to come from shore that was not before. */
    onWanted: () => void;
  },
): Pick<Handlers, Names> {
  const existing = (id: string): Attachment => {
    const found = queries.get(id);
    if (found === null)
      throw new ContractFailure('not_found', 'This attachment is not there, or was deleted.');
    return found;
  };
  return {
    'attachments.policy': () => readPolicy(store.settings),
    'attachments.setPolicy': (input) => {
      const policy = changePolicy(store.settings, input);
      onWanted();
      return policy;
    },
    'attachments.list': ({ entity, recordId }) => ({ items: queries.list({ entity, id: recordId }) }),
    'attachments.begin': (input) => progressOf(service.begin(input)),
    'attachments.put': (input) => progressOf(service.put(input)),
    'attachments.add': (input, { actor }) => existing(service.add(input, actor)),
    'attachments.read': ({ id, part, offset }) => {
      existing(id);
      const values = attachmentFields.parse(store.table(attachmentSpec.entity).get(id)?.values);
      const isThumbnail = part === 'thumbnail';
      const sha256 = isThumbnail ? values.thumbnailSha256 : values.sha256;
      const size = isThumbnail ? values.thumbnailSize : values.size;
      const mediaType = isThumbnail ? 'image/jpeg' : values.mediaType;
      const data = sha256 === null ? null : contents.read(sha256, offset, contentPieceLimit);
      if (data === null || size === null)
        throw new ContractFailure('not_found', 'The file itself is not on this computer yet.');
      // It came from shore, whose word is not taken for what is shown as a picture.
      if (offset === 0 && isImage(mediaType) && !isOfType(data, mediaType))
        throw new ContractFailure('not_allowed', 'This file is not the picture that it is said to be.');
      return { data: Buffer.from(data).toString('base64'), size, mediaType };
    },
    'attachments.fetch': ({ id }) => {
      service.fetch(id);
      onWanted();
      return existing(id);
    },
    'attachments.delete': ({ id }, { actor }) => {
      service.delete(id, actor);
      return { id };
    },
    'attachments.restore': ({ id }, { actor }) => existing(service.restore(id, actor)),
  };
}

function progressOf({ received, complete }: StoredContent): { held: number; complete: boolean } {
  return { held: received.upTo, complete };
}

function isOfType(bytes: Uint8Array, mediaType: string): boolean {
  const recognised = recognise(bytes);
  return 'type' in recognised && recognised.type === mediaType;
}
