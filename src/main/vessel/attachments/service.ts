import type { ParsedInput } from '#shared/contract/index.ts';
import {
  attachmentFields,
  attachmentSpec,
  isImage,
  subjectFields,
  subjectOf,
  thumbnailLimit,
  type AttachmentFields,
  type MediaType,
} from '#shared/records/attachment.ts';
import { mayHaveAttachments } from '#shared/records/attached.ts';
import { byteText } from '#shared/domain/byte-text.ts';
import { recognise } from '#shared/records/content-type.ts';
import { ContractFailure } from '../contract-failure.ts';
import { requireReferences } from '../references.ts';
import type { StoredContent } from '../store/content-table.ts';
import { createAndPublish, recordAndPublish } from '../store/record-and-publish.ts';
import type { Actor } from '../store/unit-of-work.ts';
import type { VesselStore } from '../store/vessel-store.ts';
import type { Contents } from './contents.ts';
import { readPolicy } from './policy.ts';

const { entity } = attachmentSpec;

const gone = 'This attachment is not there, or was deleted.';

/** The rules for attaching photos and documents to records. */
export class AttachmentService {
  readonly #store: VesselStore;
  readonly #contents: Contents;
  readonly #device: string;

  constructor(store: VesselStore, contents: Contents, device: string) {
    this.#store = store;
    this.#contents = contents;
    this.#device = device;
  }

  /** @throws ContractFailure `too_large` */
  begin({ sha256, size }: ParsedInput<'attachments.begin'>): StoredContent {
    const { limit } = readPolicy(this.#store.settings);
    if (size > limit)
      throw new ContractFailure(
        'too_large',
        `The file has ${byteText(size)}; on this ship a file may have ${byteText(limit)}. Nothing was stored. Attach a smaller one.`,
      );
    const known = this.#contents.get(sha256);
    if (known !== null && known.size !== size)
      throw new ContractFailure('invalid_input', 'There is a file with this SHA-256 and another size.');
    return this.#contents.begin(sha256, size);
  }

  /** @throws ContractFailure `not_found` (not begun), `invalid_input` */
  put({ sha256, offset, data }: ParsedInput<'attachments.put'>): StoredContent {
    const content = this.#contents.get(sha256);
    if (content === null)
      throw new ContractFailure('not_found', 'This file was not begun, or was let go. Begin it again.');
    const bytes = Buffer.from(data, 'base64');
    if (offset + bytes.length > content.size)
      throw new ContractFailure('invalid_input', `The file was said to have ${content.size} bytes.`);
    const written = this.#contents.write(content, offset, bytes);
    // The last bytes make it whole: what is not what it should be is told at once.
    return written.received.upTo < written.size ? written : this.#whole(sha256);
  }

  /** @returns the new attachment's id. @throws ContractFailure `not_found`, `invalid_input` */
  add(input: ParsedInput<'attachments.add'>, actor: Actor): string {
    const { entity: kind, recordId, sha256, thumbnailSha256, ...named } = input;
    const content = this.#whole(sha256);
    const mediaType = this.#typeOf(content);
    const thumbnail = thumbnailSha256 === null ? null : this.#whole(thumbnailSha256);
    if (thumbnail !== null) this.#checkThumbnail(thumbnail, mediaType);
    const values = attachmentFields.parse({
      ...named,
      ...subjectFields({ entity: kind, id: recordId }),
      sha256,
      mediaType,
      size: content.size,
      thumbnailSha256,
      thumbnailSize: thumbnail?.size ?? null,
    });
    return this.#create(values, actor);
  }

  /** @throws ContractFailure `not_found` */
  delete(id: string, actor: Actor): void {
    recordAndPublish(this.#store, { actor, device: this.#device }, (unit) => {
      const record = unit.get(entity, id);
      if (record === null || record.deleted) throw new ContractFailure('not_found', gone);
      unit.delete(entity, id);
    });
  }

  /** @returns the id under which it is attached again. @throws ContractFailure `not_found` when its content is gone */
  restore(id: string, actor: Actor): string {
    const record = this.#store.table(entity).get(id);
    if (record === null) throw new ContractFailure('not_found', gone);
    const values = attachmentFields.parse(record.values);
    if (!record.deleted) return id;
    if (this.#contents.get(values.sha256)?.complete !== true)
      throw new ContractFailure(
        'not_found',
        'The file itself is no longer on this computer. Attach it once more.',
      );
    return this.#create(values, actor);
  }

  /** A person wants this content from shore, whatever its size. @throws ContractFailure `not_found` */
  fetch(id: string): void {
    const record = this.#store.table(entity).get(id);
    if (record === null || record.deleted) throw new ContractFailure('not_found', gone);
    const { sha256, size } = attachmentFields.parse(record.values);
    const content = this.#contents.begin(sha256, size);
    if (!content.complete) this.#contents.table.put({ ...content, wanted: true });
  }

  #create(values: AttachmentFields, actor: Actor): string {
    const id = this.#store.recordIds.next();
    const valuesAt = (): AttachmentFields => {
      requireSubject(values);
      requireReferences(this.#store, attachmentSpec, values);
      return values;
    };
    createAndPublish(this.#store, { actor, device: this.#device }, { entity, id, valuesAt });
    return id;
  }

  #whole(sha256: string): StoredContent {
    const { outcome } = this.#contents.finish(sha256);
    const content = this.#contents.get(sha256);
    if (outcome === 'damaged')
      throw new ContractFailure(
        'invalid_input',
        'The file changed while it was handed over, or arrived damaged. Nothing was attached. Choose it again.',
      );
    if (outcome === 'incomplete' || content === null)
      throw new ContractFailure('invalid_input', 'The file has not been handed over completely.');
    return content;
  }

  /** What it is by its content; a kind that is not attached is let go again. */
  #typeOf({ sha256, size }: StoredContent): MediaType {
    const recognised = recognise(this.#contents.read(sha256, 0, size) ?? new Uint8Array());
    if ('type' in recognised) return recognised.type;
    if (this.#contents.table.namedBy(sha256).length === 0) this.#contents.discard(sha256);
    throw new ContractFailure('invalid_input', recognised.refused);
  }

  #checkThumbnail(thumbnail: StoredContent, mediaType: MediaType): void {
    const isRight =
      isImage(mediaType) && thumbnail.size <= thumbnailLimit && this.#typeOf(thumbnail) === 'image/jpeg';
    if (!isRight)
      throw new ContractFailure(
        'invalid_input',
        `A thumbnail is a JPEG of at most ${byteText(thumbnailLimit)}, of a picture. Nothing was attached.`,
      );
  }
}

/** @throws ContractFailure `not_allowed` */
function requireSubject(values: AttachmentFields): void {
  const subject = subjectOf(values);
  if (subject === null || !mayHaveAttachments(subject.entity))
    throw new ContractFailure('not_allowed', 'Nothing can be attached to a record of this kind.');
}
